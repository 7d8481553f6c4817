// SPDX-License-Identifier: Apache-2.0

import { Point } from "../geometry/affine";
import { edgeLetters, Vector3 } from "../geometry/orientation";
import { Size } from "../geometry/viewport-transform";
import { depthOf, PlanesState } from "./planes";
import { dot, minus, plus, times } from "./vectors";
import { VolumeGeometry } from "./volume-geometry";

/** How a plane stands in its pane: millimetres of the plane to CSS pixels. */
export interface PlanePlacement {
  readonly size: Size;
  /** CSS pixels per millimetre. */
  readonly scale: number;
  /** The place in the middle of the pane. */
  readonly middle: Vector3;
  readonly right: Vector3;
  readonly down: Vector3;
}

/** Of the eight corners of the volume, how far they reach along a direction. */
function extent(volume: VolumeGeometry, direction: Vector3): number {
  const height = volume.heights[volume.heights.length - 1];
  const reaches: number[] = [];
  for (const column of [-0.5, volume.columns - 0.5]) {
    for (const row of [-0.5, volume.rows - 0.5]) {
      for (const up of [0, height]) {
        const across = column * volume.across + volume.shear[0] * up;
        const down = row * volume.down + volume.shear[1] * up;
        const place = plus(plus(plus(volume.origin, volume.row, across), volume.column, down), volume.normal, up);
        reaches.push(dot(place, direction));
      }
    }
  }
  return Math.max(...reaches) - Math.min(...reaches);
}

/** So that the whole volume just fits. */
export function fittingScale(volume: VolumeGeometry, state: PlanesState, index: number, size: Size): number {
  const { right, down } = state.axes[index];
  return Math.min(size.width / extent(volume, right), size.height / extent(volume, down));
}

/** `focus` stays in the middle of the pane, as far as it lies in the plane. */
export function placement(
  state: PlanesState, index: number, focus: Vector3, size: Size, scale: number
): PlanePlacement {
  const { right, down } = state.axes[index];
  const from = minus(focus, state.centre);
  const middle = plus(plus(state.centre, right, dot(from, right)), down, dot(from, down));
  return { size, scale, middle, right, down };
}

/** The place in the patient of a point of the pane. */
export function placeOf({ size, scale, middle, right, down }: PlanePlacement, at: Point): Vector3 {
  const x = (at.x - size.width / 2) / scale;
  const y = (at.y - size.height / 2) / scale;
  return plus(plus(middle, right, x), down, y);
}

export function pointOf({ size, scale, middle, right, down }: PlanePlacement, place: Vector3): Point {
  const from = minus(place, middle);
  return { x: dot(from, right) * scale + size.width / 2, y: dot(from, down) * scale + size.height / 2 };
}

export function lettersOf(placed: PlanePlacement): ReturnType<typeof edgeLetters> {
  return edgeLetters({ row: placed.right, column: placed.down }, (screen) => screen);
}

const MOST_SAMPLES = 256;

/** How many samples a slab takes, and how far they are apart: half of the smallest voxel side, in motion all of it. */
export function slab(
  volume: VolumeGeometry, state: PlanesState, index: number, isMoving = false,
): { samples: number; depth: Vector3 } {
  const depth = depthOf(state.axes[index]);
  if (state.thickness <= 0) return { samples: 1, depth };
  const step = Math.min(volume.across, volume.down, volume.gap.usual) * (isMoving ? 1 : 0.5);
  const samples = Math.max(2, Math.min(MOST_SAMPLES, Math.round(state.thickness / step) + 1));
  return { samples, depth: times(depth, state.thickness / (samples - 1)) };
}
