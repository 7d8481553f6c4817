// SPDX-License-Identifier: Apache-2.0

import { StudySummary } from "../../api/types";

const MOST_PRIORS = 8;
const classes: Record<string, string> = {
  CR: "projection", DX: "projection", RG: "projection", CT: "section", MR: "section", PT: "section", NM: "section",
};

/** Regions that words of study descriptions tell, in the languages of the client. */
const regions: [string, RegExp][] = [
  ["head", /head|brain|skull|cranial|kopf|schädel|cerebr|cabeza|cráneo|crâne|cerveau|testa|cranio|hlav|mozk/i],
  ["chest", /chest|thorax|lung|tórax|torace|poumon|hrud|plic/i],
  ["abdomen", /abdom|liver|kidney|břich|hígado|foie|fegato/i],
  ["spine", /spine|lumbar|cervical|columna|rachis|colonna|páteř/i],
  ["breast", /breast|mammo|mama|sein|seno|prs/i],
  ["heart", /heart|cardiac|coronar|corazón|coeur|cœur|cuore|srd/i],
  ["limb", /hand|foot|knee|hip|shoulder|wrist|ankle|elbow|arm|leg/i],
];

export function regionOf(study: StudySummary): string | null {
  return regions.find(([, words]) => words.test(study.description))?.[0] ?? null;
}

/** How relevant another study of the patient is: the same region counts most, then the modality, then its kind. */
export function relevance(current: StudySummary, other: StudySummary): number {
  const [here, there] = [regionOf(current), regionOf(other)];
  if (here !== null && there !== null && here !== there) return 0;
  const kind = (study: StudySummary): string[] => study.modalities.map((modality) => classes[modality] ?? modality);
  const sameModality = other.modalities.some((modality) => current.modalities.includes(modality));
  const sameKind = kind(other).some((one) => kind(current).includes(one));
  return Number(here !== null && here === there) * 4 + Number(sameModality) * 2 + Number(sameKind) + 1;
}

/** Earlier studies of the same patient, the most relevant first, the newest first among equals. */
export function relevantPriors(current: StudySummary, all: readonly StudySummary[]): StudySummary[] {
  const when = (study: StudySummary): string => study.date + study.time;
  return all
    .filter((study) => study.studyUID !== current.studyUID && study.patientID === current.patientID
      && study.issuer === current.issuer && when(study) <= when(current))
    .sort((p, q) => relevance(current, q) - relevance(current, p) || (when(p) < when(q) ? 1 : -1))
    .slice(0, MOST_PRIORS);
}
