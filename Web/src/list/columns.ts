// SPDX-License-Identifier: Apache-2.0

import { plural, t } from "../i18n/i18n";
import { StudySummary } from "../api/types";
import { h } from "../components/dom";
import { icon } from "../components/icons";
import * as text from "../components/text";
import { isElsewhere } from "./other-archives";
import { SortKey } from "./query";

const CONFLICTS =
  "{n} instance exists in more than one version|{n} instances exist in more than one version";

export interface Column {
  readonly id: string;
  readonly label: string;
  readonly sort?: SortKey;
  /** What it shows changes as time passes. */
  readonly ages?: boolean;
  render(study: StudySummary): (Node | string)[];
}

const RECEIVING_MICROSECONDS = 6_000_000;
const sexes: Record<string, string> = { M: "M", F: "F", O: "O" };

function thumbnail(study: StudySummary): (Node | string)[] {
  const box = h("span", { class: "thumb" });
  const placeholder = (): void => box.replaceChildren(h("span", { text: study.modalities[0] ?? "" }));
  if (!study.thumbnail) {
    placeholder();
    return [box];
  }
  const image = h(
    "img", { attrs: { src: study.thumbnail, alt: "", loading: "lazy", decoding: "async", draggable: "false" } },
  );
  image.addEventListener("error", placeholder);
  box.append(image);
  return [box];
}

function patient(study: StudySummary): (Node | string)[] {
  const name = text.personName(study.patientName);
  const parts: Node[] = [h("span", { class: name ? "strong" : "faint", text: name || t("(no name)"), title: name })];
  if (isElsewhere(study)) parts.push(placeMark(study.archives));
  if (study.conflicts > 0) parts.push(conflictMark(study));
  return parts;
}

/** Where a study is that is not here. */
function placeMark(archives: readonly string[]): HTMLElement {
  const names = archives.join(", ");
  return h("span", { class: "place", text: names, title: t("In {archive}, not here", { archive: names }) });
}

export function conflictMark(study: StudySummary): HTMLElement {
  const title = plural(study.conflicts, CONFLICTS);
  return h("span", { class: "conflict", title }, icon("warning"), h("span", { class: "sr-only", text: title }));
}

function ageAndSex(study: StudySummary): (Node | string)[] {
  const age = text.age(study.birthDate, study.date);
  const both = [age, sexes[study.sex] ?? study.sex].filter(Boolean).join(" · ");
  const born = study.birthDate ? t("Born {date}", { date: text.date(study.birthDate) }) : "";
  return [h("span", { text: both, title: born })];
}

function dateAndTime(study: StudySummary): (Node | string)[] {
  return [text.date(study.date), " ", h("span", { class: "faint", text: text.time(study.time) })];
}

export function modalityChip(modality: string): HTMLElement {
  return h("span", { class: "modality", text: modality, attrs: { "data-modality": modality } });
}

/** What stands in a study beside its images: reports, key images, presentation states. */
const besideImages = new Set(["SR", "DOC", "KO", "PR", "REG", "SEG", "RWV", "FID", "PLAN", "AU", "ASMT"]);

/** The modalities of the images as chips; what stands beside them as how many there are. */
function modalities(study: StudySummary): (Node | string)[] {
  const images = study.modalities.filter((each) => !besideImages.has(each));
  const beside = study.modalities.filter((each) => besideImages.has(each));
  if (images.length === 0 || beside.length === 0) return study.modalities.map(modalityChip);
  const more = h("span", { class: "faint", text: `+${beside.length}`, title: beside.join(", ") });
  return [...images.map(modalityChip), more];
}

function counts(study: StudySummary): (Node | string)[] {
  // Not every archive counts.
  if (isElsewhere(study) && study.instanceCount === 0) return [];
  const receiving = Date.now() * 1000 - study.lastReceived < RECEIVING_MICROSECONDS;
  const objects = plural(study.instanceCount, "{n} object|{n} objects");
  const box = h("span", { title: `${plural(study.seriesCount, "{n} series|{n} series")}, ${objects}` });
  if (receiving) box.append(h("span", { class: "receiving", title: t("Being received") }));
  box.append(
    String(study.seriesCount), h("span", { class: "faint", text: " / " }), study.instanceCount.toLocaleString("en"),
  );
  return [box];
}

function plain(value: (study: StudySummary) => string): Column["render"] {
  return (study) => {
    const content = value(study);
    return [h("span", { text: content, title: content })];
  };
}

export const columns: readonly Column[] = [
  { id: "thumbnail", label: "Image", render: thumbnail },
  { id: "patient", label: "Patient", sort: "patientName", render: patient },
  { id: "patientID", label: "Patient ID", sort: "patientID", render: plain((study) => study.patientID) },
  { id: "age", label: "Age · sex", render: ageAndSex },
  { id: "date", label: "Study date", sort: "date", render: dateAndTime },
  { id: "modality", label: "Modality", sort: "modality", render: modalities },
  { id: "description", label: "Description", sort: "description", render: plain((study) => study.description) },
  { id: "accession", label: "Accession", sort: "accession", render: plain((study) => study.accession) },
  { id: "referrer", label: "Referrer", render: plain((study) => text.personName(study.referrer)) },
  { id: "counts", label: "Series / objects", ages: true, render: counts },
  {
    id: "received", label: "Received", sort: "received", ages: true,
    render: plain((study) => isElsewhere(study) ? t("elsewhere") : text.ago(study.lastReceived, Date.now())),
  },
];
