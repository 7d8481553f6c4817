// SPDX-License-Identifier: Apache-2.0

import { DataSet, Element } from "../../dicom/data-set";
import { Code, code, codeItem, codeSequence, element, Reference, referenceItem } from "./composing";

/** Content items of structured reports (PS3.3 §C.17.3). */

type Item = Record<string, Element>;

function base(relationship: string, type: string, concept: Code | null): Item {
  const item: Item = { "0040A010": element("CS", relationship), "0040A040": element("CS", type) };
  if (concept) item["0040A043"] = codeSequence(concept);
  return item;
}

function withContent(item: Item, children: readonly DataSet[]): DataSet {
  return children.length > 0 ? { ...item, "0040A730": element("SQ", ...children) } : item;
}

export function container(relationship: string, concept: Code, children: readonly DataSet[]): DataSet {
  return withContent({ ...base(relationship, "CONTAINER", concept), "0040A050": element("CS", "SEPARATE") }, children);
}

export function text(relationship: string, concept: Code, value: string): DataSet {
  return { ...base(relationship, "TEXT", concept), "0040A160": element("UT", value) };
}

export function coded(relationship: string, concept: Code, value: Code, children: readonly DataSet[] = []): DataSet {
  return withContent({ ...base(relationship, "CODE", concept), "0040A168": codeSequence(value) }, children);
}

export function uidref(relationship: string, concept: Code, value: string): DataSet {
  return { ...base(relationship, "UIDREF", concept), "0040A124": element("UI", value) };
}

export function personName(relationship: string, concept: Code, value: string): DataSet {
  return { ...base(relationship, "PNAME", concept), "0040A123": element("PN", { Alphabetic: value }) };
}

export function image(relationship: string, reference: Reference, concept: Code | null = null): DataSet {
  return { ...base(relationship, "IMAGE", concept), "00081199": element("SQ", referenceItem(reference)) };
}

export function numeric(
  relationship: string, concept: Code, value: number, unit: Code, children: readonly DataSet[] = [],
): DataSet {
  const measured = { "0040A30A": element("DS", value), "004008EA": element("SQ", codeItem(unit)) };
  return withContent({ ...base(relationship, "NUM", concept), "0040A300": element("SQ", measured) }, children);
}

/** Coordinates in continuous pixels from the upper left corner of the image (PS3.3 §C.18.6). */
export function coordinates(
  relationship: string, type: "POINT" | "MULTIPOINT" | "POLYLINE" | "CIRCLE" | "ELLIPSE",
  points: readonly { x: number; y: number }[], reference: Reference, concept: Code | null = null,
): DataSet {
  return withContent({
    ...base(relationship, "SCOORD", concept),
    "00700022": element("FL", ...points.flatMap(({ x, y }) => [x, y])), "00700023": element("CS", type),
  }, [image("SELECTED FROM", reference)]);
}

export const dcm = (value: string, meaning: string): Code => code(value, "DCM", meaning);
export const sct = (value: string, meaning: string): Code => code(value, "SCT", meaning);
export const ucum = (value: string, meaning = value): Code => code(value, "UCUM", meaning);
