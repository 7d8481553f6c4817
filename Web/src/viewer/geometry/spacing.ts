// SPDX-License-Identifier: Apache-2.0

import { Point } from "./affine";

/** How long a pixel is, and in what plane that was measured (PS3.3 §10.7.1.3). */
export interface Spacing {
  /** Between rows: down the image. */
  readonly row: number;
  /** Between columns: across the image. */
  readonly column: number;
  readonly unit: "mm" | "px";
  /** `patient`: true lengths. `detector`: lengths on the detector, magnified by the geometry. `none`: unknown. */
  readonly plane: "patient" | "detector" | "none";
}

const projection = new Set(["CR", "DX", "MG", "XA", "RF", "IO", "PX", "RG"]);

function pair(values: readonly number[] | null): [number, number] | null {
  if (!values || values.length !== 2) return null;
  return values[0] > 0 && values[1] > 0 && values.every(Number.isFinite) ? [values[0], values[1]] : null;
}

export function spacingOf(
  pixelSpacing: readonly number[] | null, imagerPixelSpacing: readonly number[] | null, modality: string | null,
): Spacing {
  const pixel = pair(pixelSpacing);
  const imager = pair(imagerPixelSpacing);
  if (pixel) {
    const uncalibrated = imager !== null && imager[0] === pixel[0] && imager[1] === pixel[1];
    const plane = uncalibrated && projection.has(modality ?? "") ? "detector" : "patient";
    return { row: pixel[0], column: pixel[1], unit: "mm", plane };
  }
  if (imager) return { row: imager[0], column: imager[1], unit: "mm", plane: "detector" };
  return { row: 1, column: 1, unit: "px", plane: "none" };
}

export function lengthBetween(p: Point, q: Point, spacing: Spacing): number {
  return Math.hypot((q.x - p.x) * spacing.column, (q.y - p.y) * spacing.row);
}

export function describeLength(length: number, spacing: Spacing): string {
  const figure = length.toFixed(1);
  return spacing.plane === "detector" ? `${figure} mm at detector` : `${figure} ${spacing.unit}`;
}

/** The angle at `vertex` between two arms, in degrees. */
export function angleAt(vertex: Point, p: Point, q: Point, spacing: Spacing): number {
  const arm = (end: Point): Point => ({ x: (end.x - vertex.x) * spacing.column, y: (end.y - vertex.y) * spacing.row });
  const [first, second] = [arm(p), arm(q)];
  const lengths = Math.hypot(first.x, first.y) * Math.hypot(second.x, second.y);
  const cosine = (first.x * second.x + first.y * second.y) / lengths;
  return Number.isNaN(cosine) ? 0 : (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;
}

/** A round length for the ruler that is at most `most` long: 1, 2 or 5 times a power of ten. */
export function rulerLength(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [5, 2, 1].find((factor) => factor * power <= most) ?? 1;
  return step * power;
}
