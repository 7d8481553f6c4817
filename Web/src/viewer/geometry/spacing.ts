// SPDX-License-Identifier: Apache-2.0

import { t } from "../../i18n/i18n";
import { Point } from "./affine";

/** How long a pixel is, and in what plane that was measured (PS3.3 §10.7.1.3). */
export interface Spacing {
  /** Between rows: down the image. */
  readonly row: number;
  /** Between columns: across the image. */
  readonly column: number;
  readonly unit: "mm" | "px";
  /**
   * `patient`: true lengths. `detector`: lengths on the detector, magnified by the geometry. `magnification`: those
   * divided by an estimated magnification. `fiducial`, `geometry`: calibrated by an object of known size, or by
   * assumed distances. `nominal`: as scanned from film. `region`: of a calibrated region. `none`: unknown.
   */
  readonly plane: Plane;
}

export type Plane =
  "patient" | "detector" | "magnification" | "fiducial" | "geometry" | "nominal" | "region" | "none";

const projection = new Set(["CR", "DX", "MG", "XA", "RF", "IO", "PX", "RG"]);

export function isProjection(modality: string | null): boolean {
  return projection.has(modality ?? "");
}

export function pixelSpacingOf(values: readonly number[] | null | undefined): [number, number] | null {
  if (!values || values.length !== 2) return null;
  return values[0] > 0 && values[1] > 0 && values.every(Number.isFinite) ? [values[0], values[1]] : null;
}

/** What else an image says of its scale. */
export interface Calibration {
  readonly nominalScannedPixelSpacing?: readonly number[] | null;
  /** Estimated Radiographic Magnification Factor (0018,1114). */
  readonly magnification?: number | null;
  /** Pixel Spacing Calibration Type (0028,0A02). */
  readonly calibrationType?: string | null;
}

/**
 * Pixel Spacing is in the plane of the patient, but for projections only where it was calibrated; Imager Pixel Spacing
 * is at the detector, and is divided by the magnification where that is known.
 */
export function spacingOf(
  pixelSpacing: readonly number[] | null, imagerPixelSpacing: readonly number[] | null, modality: string | null,
  more: Calibration = {},
): Spacing {
  const pixel = pixelSpacingOf(pixelSpacing);
  const imager = pixelSpacingOf(imagerPixelSpacing);
  const type = more.calibrationType;
  if (pixel && (type === "FIDUCIAL" || type === "GEOMETRY")) {
    return { row: pixel[0], column: pixel[1], unit: "mm", plane: type === "FIDUCIAL" ? "fiducial" : "geometry" };
  }
  const uncalibrated = pixel && imager && imager[0] === pixel[0] && imager[1] === pixel[1] && isProjection(modality);
  if (pixel && !uncalibrated) return { row: pixel[0], column: pixel[1], unit: "mm", plane: "patient" };
  if (imager) return atDetector(imager, more.magnification);
  const nominal = pixelSpacingOf(more.nominalScannedPixelSpacing);
  if (nominal) return { row: nominal[0], column: nominal[1], unit: "mm", plane: "nominal" };
  return { row: 1, column: 1, unit: "px", plane: "none" };
}

function atDetector([row, column]: [number, number], magnification: number | null | undefined): Spacing {
  if (!magnification || magnification <= 1) return { row, column, unit: "mm", plane: "detector" };
  return { row: row / magnification, column: column / magnification, unit: "mm", plane: "magnification" };
}

export function lengthBetween(p: Point, q: Point, spacing: Spacing): number {
  return Math.hypot((q.x - p.x) * spacing.column, (q.y - p.y) * spacing.row);
}

/** A figure with the plane in which it holds, where that is not the patient's. */
export function qualified(figure: string, spacing: Spacing): string {
  switch (spacing.plane) {
    case "detector": return `${figure} ${t("at detector")}`;
    case "magnification": return `${figure} ${t("estimated")}`;
    case "fiducial": return `${figure} ${t("calibrated")}`;
    case "geometry": return `${figure} ${t("by geometry")}`;
    case "nominal": return `${figure} ${t("nominal")}`;
    default: return figure;
  }
}

export function describeLength(length: number, spacing: Spacing): string {
  return qualified(`${length.toFixed(1)} ${spacing.unit}`, spacing);
}

/** The angle between two lines, the smaller one, in degrees. */
export function angleBetween(
  first: readonly [Point, Point], second: readonly [Point, Point], spacing: Spacing
): number {
  const along = ([p, q]: readonly [Point, Point]): Point => ({ x: q.x - p.x, y: q.y - p.y });
  const angle = angleAt({ x: 0, y: 0 }, along(first), along(second), spacing);
  return angle > 90 ? 180 - angle : angle;
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
