// SPDX-License-Identifier: Apache-2.0

import { orientationFrom, vectorFrom } from "../geometry/orientation";
import { pixelSpacingOf } from "../geometry/spacing";
import { Frame, FrameSet } from "../state/frame-set";
import { cross, dot, minus, plus, Vector3 } from "./vectors";

/** Where the voxels of a stack of parallel images lie in the patient. */
export interface VolumeGeometry {
  readonly columns: number;
  readonly rows: number;
  /** In order along the normal. */
  readonly frames: readonly Frame[];
  /** Centre of the first voxel. */
  readonly origin: Vector3;
  readonly row: Vector3;
  readonly column: Vector3;
  readonly normal: Vector3;
  /** Millimetres between columns, and between rows. */
  readonly across: number;
  readonly down: number;
  /** Millimetres along the normal from the first slice to each. */
  readonly heights: readonly number[];
  /** How far the images are shifted along row and column for a millimetre along the normal: a tilted gantry. */
  readonly shear: readonly [number, number];
  /** The greatest and the usual distance of neighbours. */
  readonly gap: { readonly greatest: number; readonly usual: number };
}

const DIRECTION_TOLERANCE = 1e-3;
const SPACING_TOLERANCE = 1e-3;
/** Shifts that do not follow one tilt, in millimetres. */
const SHEAR_TOLERANCE_MM = 0.1;
const LEAST_DISTANCE_MM = 1e-3;
export const LEAST_SLICES = 3;

/** The volume, or why the images make none. */
export function volumeGeometry(set: FrameSet): VolumeGeometry | string {
  if (set.frames.length < LEAST_SLICES) return "too few images";
  const first = set.frames[0].instance;
  if ((first.samplesPerPixel ?? 1) !== 1) return "colour images";
  const orientation = orientationFrom(first.imageOrientation);
  const spacing = pixelSpacingOf(first.pixelSpacing);
  if (!orientation || !spacing) return "images without a place in the patient";
  const { row, column } = orientation;
  const normal = cross(row, column);
  const placed: { frame: Frame; at: Vector3; height: number }[] = [];
  for (const frame of set.frames) {
    const at = vectorFrom(frame.instance.imagePosition);
    if (!at || !isAlike(frame, set.frames[0])) return "images of different size or direction";
    placed.push({ frame, at, height: dot(at, normal) });
  }
  placed.sort((p, q) => p.height - q.height);
  const origin = placed[0].at;
  const heights = placed.map(({ height }) => height - placed[0].height);
  const gaps = heights.slice(1).map((height, i) => height - heights[i]);
  if (Math.min(...gaps) < LEAST_DISTANCE_MM) return "several images at one place";
  const shear = shearOf(placed.map(({ at }) => minus(at, origin)), heights, row, column);
  if (!shear) return "images that are shifted irregularly";
  const sorted = [...gaps].sort((p, q) => p - q);
  return {
    columns: first.columns ?? 0, rows: first.rows ?? 0, frames: placed.map(({ frame }) => frame), origin, row, column,
    normal, across: spacing[1], down: spacing[0], heights, shear,
    gap: { greatest: sorted[sorted.length - 1], usual: sorted[Math.floor(sorted.length / 2)] },
  };
}

function isAlike(p: Frame, q: Frame): boolean {
  const near = (a: readonly number[] | null, b: readonly number[] | null, tolerance: number): boolean =>
    a !== null && b !== null && a.length === b.length && a.every((value, i) => Math.abs(value - b[i]) <= tolerance);
  return p.instance.rows === q.instance.rows && p.instance.columns === q.instance.columns
    && near(p.instance.imageOrientation, q.instance.imageOrientation, DIRECTION_TOLERANCE)
    && near(p.instance.pixelSpacing, q.instance.pixelSpacing, SPACING_TOLERANCE);
}

function shearOf(
  offsets: readonly Vector3[], heights: readonly number[], row: Vector3, column: Vector3,
): [number, number] | null {
  const last = heights.length - 1;
  const shear: [number, number] = [dot(offsets[last], row) / heights[last], dot(offsets[last], column) / heights[last]];
  const fits = offsets.every((offset, i) =>
    Math.abs(dot(offset, row) - shear[0] * heights[i]) <= SHEAR_TOLERANCE_MM
    && Math.abs(dot(offset, column) - shear[1] * heights[i]) <= SHEAR_TOLERANCE_MM);
  return fits ? shear : null;
}

/** The centre of the volume. */
export function centreOf(volume: VolumeGeometry): Vector3 {
  const height = volume.heights[volume.heights.length - 1] / 2;
  const across = ((volume.columns - 1) / 2) * volume.across + volume.shear[0] * height;
  const down = ((volume.rows - 1) / 2) * volume.down + volume.shear[1] * height;
  return plus(plus(plus(volume.origin, volume.row, across), volume.column, down), volume.normal, height);
}

/** Half of the diagonal. */
export function reachOf(volume: VolumeGeometry): number {
  const height = volume.heights[volume.heights.length - 1];
  return Math.hypot(volume.columns * volume.across, volume.rows * volume.down, height) / 2;
}

/** Columns, rows (both continuous, a voxel's centre at .0) and millimetres along the normal, of a place. */
export function inVolume(volume: VolumeGeometry, place: Vector3): Vector3 {
  const from = minus(place, volume.origin);
  const height = dot(from, volume.normal);
  return [
    (dot(from, volume.row) - volume.shear[0] * height) / volume.across,
    (dot(from, volume.column) - volume.shear[1] * height) / volume.down, height,
  ];
}

/** The same for a direction. */
export function directionInVolume(volume: VolumeGeometry, direction: Vector3): Vector3 {
  return minus(inVolume(volume, plus(volume.origin, direction)), inVolume(volume, volume.origin));
}

/** The continuous index of the slice at a height. */
export function sliceAt(volume: VolumeGeometry, height: number): number {
  const { heights } = volume;
  if (height <= heights[0]) return (height - heights[0]) / (heights[1] - heights[0]);
  for (let i = 1; i < heights.length; i += 1) {
    if (height <= heights[i]) return i - 1 + (height - heights[i - 1]) / (heights[i] - heights[i - 1]);
  }
  const last = heights.length - 1;
  return last + (height - heights[last]) / (heights[last] - heights[last - 1]);
}

const EVEN_SLICES = 0.01;

/** True where every slice lies where equal distances put it. */
export function isEven({ heights }: VolumeGeometry): boolean {
  const each = heights[heights.length - 1] / (heights.length - 1);
  return heights.every((height, i) => Math.abs(height / each - i) <= EVEN_SLICES);
}

/** The same volume, of every `factor` × `factor` voxels of an image one. */
export function reduced(volume: VolumeGeometry, factor: number): VolumeGeometry {
  if (factor === 1) return volume;
  const half = (factor - 1) / 2;
  const { row, column, across, down } = volume;
  return {
    ...volume, columns: Math.floor(volume.columns / factor), rows: Math.floor(volume.rows / factor),
    across: across * factor, down: down * factor,
    origin: plus(plus(volume.origin, row, half * across), column, half * down),
  };
}

/** What the reader should know of how regular the stack is; empty where it is. */
export function irregularity(volume: VolumeGeometry): { gap: number | null; tilt: number | null } {
  const { greatest, usual } = volume.gap;
  const tilt = (Math.atan(Math.hypot(...volume.shear)) * 180) / Math.PI;
  return { gap: greatest > usual * 1.02 + 0.01 ? greatest : null, tilt: tilt > 0.05 ? tilt : null };
}
