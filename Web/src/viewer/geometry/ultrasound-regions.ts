// SPDX-License-Identifier: Apache-2.0

import { DataSet, items, number } from "../../dicom/data-set";
import { Point } from "./affine";
import { Spacing } from "./spacing";

const CENTIMETRE = 3;

interface Region {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly spacing: Spacing | null;
}

/** PS3.3 §C.8.5.5: parts of an ultrasound image with a scale of their own. */
function regions(details: DataSet | null): Region[] {
  return items(details, "00186011").map((one) => {
    const [column, row] = [number(one, "0018602C"), number(one, "0018602E")];
    const isLength = number(one, "00186024") === CENTIMETRE && number(one, "00186026") === CENTIMETRE;
    const spacing: Spacing | null = isLength && row && column
      ? { row: Math.abs(row) * 10, column: Math.abs(column) * 10, unit: "mm", plane: "region" } : null;
    return {
      left: number(one, "00186018") ?? 0, top: number(one, "0018601A") ?? 0,
      right: (number(one, "0018601C") ?? 0) + 1, bottom: (number(one, "0018601E") ?? 0) + 1, spacing,
    };
  });
}

/**
 * The scale where all points lie in one region whose axes both are lengths; without points, that of the only region.
 */
export function regionSpacing(details: DataSet | null, points: readonly Point[]): Spacing | null {
  const all = regions(details);
  if (points.length === 0) return all.length === 1 ? all[0].spacing : null;
  const around = all.find((one) => points.every(
    (point) => point.x >= one.left && point.x <= one.right && point.y >= one.top && point.y <= one.bottom));
  return around?.spacing ?? null;
}
