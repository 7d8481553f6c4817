// SPDX-License-Identifier: Apache-2.0

import { StudySummary } from "../api/types";
import { Patient } from "../radiology/types";

/** Letters of the family and given name alone: case, accents and signs are no difference. */
function plainName(name: string): string {
  const [family = "", given = ""] = name.split("=")[0].split("^");
  return `${family} ${given}`.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}]+/gu, " ").trim();
}

/** Whether images say that they are of another patient than the record: by identifiers, name or birth date. */
export function isOtherPatient(
  study: Pick<StudySummary, "patientID" | "patientName" | "birthDate">,
  patient: Pick<Patient, "identifiers" | "name" | "birthDate">,
): boolean {
  const isKnown = patient.identifiers.some((one) => one.value === study.patientID);
  if (study.patientID && patient.identifiers.length > 0 && !isKnown) return true;
  const [one, other] = [plainName(study.patientName), plainName(patient.name)];
  if (one && other && one !== other) return true;
  return Boolean(study.birthDate && patient.birthDate && study.birthDate !== patient.birthDate);
}
