// SPDX-License-Identifier: Apache-2.0

import { short } from "../../components/text";
import { storedColour, storedValue } from "../data/pixels";
import { apply, invert, Point } from "../geometry/affine";
import { describePoint, orientationFrom, patientPoint, vectorFrom } from "../geometry/orientation";
import { Presentation } from "../render/presentation";
import { Pane, ShownFrame } from "../state/pane";

/** The unit of rescaled values (PS3.3 §C.11.1.1.2); without one, CT is in Hounsfield units. */
export function valueUnit(rescaleType: string | null, modality: string | null): string {
  const type = rescaleType?.trim() ?? "";
  if (type && type !== "US") return type;
  return !type && modality === "CT" ? "HU" : "";
}

function valueAt(pane: Pane, shown: ShownFrame, at: Point): string {
  const { rescaleSlope, rescaleIntercept, rescaleType } = shown.frame.instance;
  const stored = storedValue(shown.pixels, at.x, at.y);
  if (stored !== null) {
    const value = stored * (rescaleSlope ?? 1) + (rescaleIntercept ?? 0);
    return `${short(value, 2)} ${valueUnit(rescaleType, pane.set.peek()?.series.modality ?? null)}`.trim();
  }
  const colour = storedColour(shown.pixels, at.x, at.y);
  return colour ? `RGB ${colour.join(" ")}` : "";
}

/** What is under the pointer: column and row, value, and the place in the patient. Empty outside of the image. */
export function readout(pane: Pane, shown: ShownFrame, presentation: Presentation, pointer: Point): string[] {
  const at = apply(invert(presentation.toScreen), pointer);
  const value = valueAt(pane, shown, at);
  if (!value) return [];
  const lines = [`x ${Math.floor(at.x)}  y ${Math.floor(at.y)}   ${value}`];
  const { imageOrientation, imagePosition } = shown.frame.instance;
  const orientation = orientationFrom(imageOrientation);
  const position = vectorFrom(imagePosition);
  const spacing = pane.spacing(shown.frame);
  if (orientation && position && spacing.plane === "patient") {
    lines.push(`${describePoint(patientPoint(at, position, orientation, spacing))} mm`);
  }
  return lines;
}
