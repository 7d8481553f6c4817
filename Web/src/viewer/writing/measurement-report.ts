// SPDX-License-Identifier: Apache-2.0

import { DataSet, Element } from "../../dicom/data-set";
import { newUID } from "../../dicom/part10";
import { Point } from "../geometry/affine";
import { areaKinds, areaOf, boundingBox } from "../geometry/shapes";
import { angleAt, angleBetween, lengthBetween, Spacing } from "../geometry/spacing";
import { Contents } from "../overlay/describe-measurement";
import { Measurement } from "../state/measurement";
import { Authorship, Code, codeSequence, common, daOf, element, evidence, Reference, tmOf } from "./composing";
import * as content from "./content-item";
import { dcm, sct, ucum } from "./content-item";

export const COMPREHENSIVE_SR_CLASS = "1.2.840.10008.5.1.4.1.1.88.33";

export interface Measured extends Reference {
  readonly measurement: Measurement;
  readonly spacing: Spacing;
  readonly contents: Contents | null;
}

/** What was measured by a drawing, or null for what is only said. */
function figures(one: Measured): { concept: Code; value: number; unit: Code }[] {
  const { measurement, spacing, contents } = one;
  const { kind, points } = measurement;
  const [p, q, r, s] = points;
  const length = spacing.unit === "mm" ? ucum("mm") : ucum("{pixels}", "pixels");
  if (kind === "length") {
    return [{ concept: sct("410668003", "Length"), value: lengthBetween(p, q, spacing), unit: length }];
  }
  if (kind === "angle") return [{ concept: dcm("121226", "Angle"), value: angleAt(q, p, r, spacing), unit: degree }];
  if (kind === "cobb") {
    return [{ concept: sct("285285000", "Cobb angle"), value: angleBetween([p, q], [r, s], spacing), unit: degree }];
  }
  if (!areaKinds.has(kind)) return [];
  const square = spacing.unit === "mm" ? ucum("mm2") : ucum("{pixels}2", "square pixels");
  const found = [{ concept: sct("42798000", "Area"), value: areaOf(kind, points, spacing), unit: square }];
  if (contents) {
    const unit = unitCode(contents.unit);
    const { mean, sd, min, max } = contents.statistics;
    for (const [concept, value] of [
      [sct("373098007", "Mean"), mean], [sct("386136009", "Standard Deviation"), sd],
      [sct("255605001", "Minimum"), min], [sct("56851009", "Maximum"), max],
    ] as const) found.push({ concept, value, unit });
  }
  return found;
}

const degree = ucum("deg", "degree");

function unitCode(unit: string): Code {
  const known: Record<string, Code> = { HU: ucum("[hnsf'U]", "Hounsfield unit"), "Bq/ml": ucum("Bq/ml") };
  return known[unit] ?? ucum("1", "no units");
}

/** The shape as coordinates, so that it can be drawn again anywhere. */
function shape({ measurement, ...reference }: Measured): DataSet {
  const { kind, points } = measurement;
  if (kind === "ellipse") {
    const { left, top, right, bottom } = boundingBox(points);
    const [cx, cy] = [(left + right) / 2, (top + bottom) / 2];
    // Ends of the major axis first.
    const axes: Point[] = [{ x: left, y: cy }, { x: right, y: cy }, { x: cx, y: top }, { x: cx, y: bottom }];
    const wide = right - left >= bottom - top;
    return content.coordinates(
      "INFERRED FROM", "ELLIPSE", wide ? axes : [...axes.slice(2), ...axes.slice(0, 2)], reference
    );
  }
  if (kind === "rectangle") {
    const { left, top, right, bottom } = boundingBox(points);
    const corners = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]];
    return content.coordinates("INFERRED FROM", "POLYLINE", corners.map(([x, y]) => ({ x, y })), reference);
  }
  if (kind === "freehand") {
    return content.coordinates("INFERRED FROM", "POLYLINE", [...points, points[0]], reference);
  }
  if (kind === "cobb") return content.coordinates("INFERRED FROM", "MULTIPOINT", points, reference);
  return content.coordinates("INFERRED FROM", kind === "text" ? "POINT" : "POLYLINE", points, reference);
}

function group(one: Measured, number: number): DataSet {
  const { measurement } = one;
  const found = figures(one);
  const children: DataSet[] = [
    content.text("HAS OBS CONTEXT", dcm("112039", "Tracking Identifier"), `${measurement.kind} ${number}`),
    content.uidref("HAS OBS CONTEXT", dcm("112040", "Tracking Unique Identifier"), newUID()),
    ...found.map(({ concept, value, unit }) => content.numeric("CONTAINS", concept, value, unit, [shape(one)])),
  ];
  if (measurement.text) {
    const said = content.text("CONTAINS", dcm("121106", "Comment"), measurement.text);
    children.push({ ...said, "0040A730": element("SQ", shape(one)) });
  }
  return content.container("CONTAINS", dcm("125007", "Measurement Group"), children);
}

const english: Code = { value: "en", scheme: "RFC5646", meaning: "English" };

/** A measurement report (PS3.16 TID 1500) as a Comprehensive SR, unverified. */
export function measurementReport(authorship: Authorship, all: readonly Measured[]): DataSet {
  const { now, author } = authorship;
  const groups = all.map((one, i) => group(one, i + 1));
  const body: Record<string, Element> = {
    "00080023": element("DA", daOf(now)), "00080033": element("TM", tmOf(now)), "00081111": element("SQ"),
    "0040A372": element("SQ"), "0040A491": element("CS", "COMPLETE"), "0040A493": element("CS", "UNVERIFIED"),
    "0040A040": element("CS", "CONTAINER"), "0040A043": codeSequence(dcm("126000", "Imaging Measurement Report")),
    "0040A050": element("CS", "SEPARATE"), "0040A375": evidence(all),
    "0040A504": element("SQ", { "00080105": element("CS", "DCMR"), "0040DB00": element("CS", "1500") }),
    "0040A730": element(
      "SQ",
      content.coded("HAS CONCEPT MOD", dcm("121049", "Language of Content Item and Descendants"), english),
      content.coded("HAS OBS CONTEXT", dcm("121005", "Observer Type"), dcm("121006", "Person")),
      content.personName("HAS OBS CONTEXT", dcm("121008", "Person Observer Name"), author || "Unknown"),
      content.coded("HAS CONCEPT MOD", dcm("121058", "Procedure reported"), sct("363679005", "Imaging procedure")),
      content.container("CONTAINS", dcm("111028", "Image Library"), []),
      content.container("CONTAINS", dcm("126010", "Imaging Measurements"), groups),
    ),
  };
  return { ...common(authorship, COMPREHENSIVE_SR_CLASS, "SR", 9_901, "Measurements"), ...body };
}
