// SPDX-License-Identifier: Apache-2.0

import { DataSet, Element, JSONValue } from "../../dicom/data-set";
import { newUID } from "../../dicom/part10";
import { StudySummary } from "../../api/types";
import { Frame, FrameSet } from "../state/frame-set";

/** What all objects that are written here have in common. */

export function element(vr: string, ...values: JSONValue[]): Element {
  return values.length === 0 || (values.length === 1 && values[0] === "") ? { vr } : { vr, Value: values };
}

export interface Code {
  readonly value: string;
  readonly scheme: string;
  readonly meaning: string;
}

export function code(value: string, scheme: string, meaning: string): Code {
  return { value, scheme, meaning };
}

export function codeItem({ value, scheme, meaning }: Code): DataSet {
  return { "00080100": element("SH", value), "00080102": element("SH", scheme), "00080104": element("LO", meaning) };
}

export function codeSequence(one: Code): Element {
  return element("SQ", codeItem(one));
}

/** An image or a frame of it, and where it is. */
export interface Reference {
  readonly set: FrameSet;
  readonly frame: Frame;
}

export function referenceItem({ frame }: Reference): DataSet {
  const { sopClassUID, sopInstanceUID, numberOfFrames } = frame.instance;
  const item: Record<string, Element> = {
    "00081150": element("UI", sopClassUID), "00081155": element("UI", sopInstanceUID),
  };
  if ((numberOfFrames ?? 1) > 1) item["00081160"] = element("IS", frame.number);
  return item;
}

function unique<T>(all: readonly T[], key: (one: T) => string): T[] {
  return Array.from(new Map(all.map((one) => [key(one), one])).values());
}

/** Current Requested Procedure Evidence Sequence (PS3.3 §C.17.2.3). */
export function evidence(references: readonly Reference[]): Element {
  const studies = unique(references, ({ set }) => set.study).map(({ set }) => set.study);
  return element("SQ", ...studies.map((study) => ({
    "0020000D": element("UI", study),
    "00081115": element("SQ", ...unique(references.filter(({ set }) => set.study === study), seriesOf).map((first) => ({
      "0020000E": element("UI", seriesOf(first)),
      "00081199": element("SQ", ...unique(
        references.filter((one) => seriesOf(one) === seriesOf(first)), ({ frame }) => frame.instance.sopInstanceUID,
      ).map(({ frame }) => ({
        "00081150": element("UI", frame.instance.sopClassUID), "00081155": element("UI", frame.instance.sopInstanceUID),
      }))),
    }))),
  })));
}

/** Referenced Series Sequence with Referenced Image Sequence (PS3.3 §C.11.11). */
export function referencedSeries(references: readonly Reference[]): Element {
  return element("SQ", ...unique(references, seriesOf).map((first) => ({
    "0020000E": element("UI", seriesOf(first)),
    "00081140": element(
      "SQ", ...references.filter((one) => seriesOf(one) === seriesOf(first)).map((one) => referenceItem(one)),
    ),
  })));
}

function seriesOf({ set }: Reference): string {
  return set.series.seriesUID;
}

export interface Authorship {
  readonly study: StudySummary;
  /** All attributes of one of the images, where they are here: patient and study are taken from it. */
  readonly image: DataSet | null;
  readonly author: string;
  readonly now: Date;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

export function daOf(now: Date): string {
  return `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
}

export function tmOf(now: Date): string {
  return `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}

const copied = [
  "00080020", "00080030", "00080050", "00080090", "00081030", "00100010", "00100020", "00100021", "00100030", 
  "00100040",
  "00101010", "00200010", "0020000D",
];

/** Patient, study, series and equipment modules of a new object in a new series of the study of the images. */
export function common(
  { study, image, now }: Authorship, sopClass: string, modality: string, seriesNumber: number, description: string,
): Record<string, Element> {
  const own: Record<string, Element> = {
    "00080020": element("DA", study.date), "00080030": element("TM", study.time),
    "00080050": element("SH", study.accession), "00080090": element("PN", { Alphabetic: study.referrer }),
    "00081030": element("LO", study.description), "00100010": element("PN", { Alphabetic: study.patientName }),
    "00100020": element("LO", study.patientID), "00100030": element("DA", study.birthDate),
    "00100040": element("CS", study.sex), "0020000D": element("UI", study.studyUID), "00200010": element("SH"),
  };
  for (const tag of copied) if (image?.[tag]) own[tag] = image[tag];
  return {
    ...own,
    "00080012": element("DA", daOf(now)), "00080013": element("TM", tmOf(now)),
    "00080016": element("UI", sopClass), "00080018": element("UI", newUID()),
    "00080021": element("DA", daOf(now)), "00080031": element("TM", tmOf(now)),
    "00080060": element("CS", modality), "00080070": element("LO", "Martlet"), "0008103E": element("LO", description),
    "00081090": element("LO", "Martlet viewer"), "00181000": element("LO", "0"), "00181020": element("LO", "1"),
    "0020000E": element("UI", newUID()), "00200011": element("IS", seriesNumber), "00200013": element("IS", 1),
  };
}
