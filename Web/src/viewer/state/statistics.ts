// SPDX-License-Identifier: Apache-2.0

import { FramePixels } from "../data/pixels";
import { Point } from "../geometry/affine";
import { boundingBox, spans } from "../geometry/shapes";
import { MeasurementKind } from "./measurement";

/** Of the pixels whose centres lie inside; `sd` is that of the whole population. */
export interface Statistics {
  readonly count: number;
  readonly mean: number;
  readonly sd: number;
  readonly min: number;
  readonly max: number;
}

/** Null for colour, and where no pixel's centre lies inside. Pixel padding is not counted. */
export function statisticsOf(
  pixels: FramePixels, kind: MeasurementKind, points: readonly Point[], slope: number, intercept: number,
  padding: number | null = null,
): Statistics | null {
  if (pixels.samples !== 1) return null;
  const { top, bottom } = boundingBox(points);
  let [count, sum, squares, min, max, first] = [0, 0, 0, Infinity, -Infinity, NaN];
  for (let row = Math.max(0, Math.floor(top)); row <= Math.min(pixels.rows - 1, Math.floor(bottom)); row += 1) {
    for (const [from, to] of spans(kind, points, row + 0.5)) {
      const last = Math.min(pixels.columns - 1, Math.floor(to - 0.5));
      for (let column = Math.max(0, Math.ceil(from - 0.5)); column <= last; column += 1) {
        const value = pixels.data[row * pixels.columns + column];
        if (value === padding) continue;
        if (count === 0) first = value;
        count += 1;
        sum += value - first;
        squares += (value - first) ** 2;
        if (value < min) min = value;
        if (value > max) max = value;
      }
    }
  }
  if (count === 0) return null;
  const mean = sum / count;
  const ends = [min * slope + intercept, max * slope + intercept];
  return {
    count,
    mean: (mean + first) * slope + intercept,
    sd: Math.sqrt(Math.max(0, squares / count - mean * mean)) * Math.abs(slope),
    min: Math.min(...ends),
    max: Math.max(...ends),
  };
}
