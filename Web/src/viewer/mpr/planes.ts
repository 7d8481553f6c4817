// SPDX-License-Identifier: Apache-2.0

import { plane as planeName, Plane } from "../geometry/orientation";
import { cross, dot, minus, plus, times, turned, unit, Vector3 } from "./vectors";
import { centreOf, VolumeGeometry } from "./volume-geometry";

export type Projection = "maximum" | "minimum" | "average";

/** One of the three planes: unit directions of the screen in the patient. Its centre is that of the crosshair. */
export interface PlaneAxes {
  readonly right: Vector3;
  readonly down: Vector3;
}

/** The crosshair with its three planes, and how thick they are. */
export interface PlanesState {
  readonly centre: Vector3;
  /** Axial, coronal and sagittal as they stand at first. */
  readonly axes: readonly [PlaneAxes, PlaneAxes, PlaneAxes];
  /** Millimetres; 0 for a thin plane. */
  readonly thickness: number;
  readonly projection: Projection;
  /** CSS pixels per millimetre; null for as large as fits. */
  readonly scale: number | null;
}

export const planeColours = ["#6fe08f", "#ffb45c", "#7db8ff"] as const;

const straight: PlanesState["axes"] = [
  { right: [1, 0, 0], down: [0, 1, 0] },
  { right: [1, 0, 0], down: [0, 0, -1] },
  { right: [0, 1, 0], down: [0, 0, -1] },
];

export function initialPlanes(volume: VolumeGeometry): PlanesState {
  return { centre: centreOf(volume), axes: straight, thickness: 0, projection: "maximum", scale: null };
}

/** Away from the reader, who looks from the feet, from the front, or from the left. */
export function depthOf(axes: PlaneAxes): Vector3 {
  return cross(axes.right, axes.down);
}

/** Turns the other planes about the axis through the centre that stands upright on one of them. */
export function turnedAbout(state: PlanesState, index: number, angle: number): PlanesState {
  const axis = depthOf(state.axes[index]);
  const axes = state.axes.map((one, i) => (i === index ? one : {
    right: unit(turned(one.right, axis, angle)), down: unit(turned(one.down, axis, angle)),
  })) as unknown as PlanesState["axes"];
  return { ...state, axes };
}

/** Moves a plane along its depth. */
export function scrolledBy(state: PlanesState, index: number, millimetres: number): PlanesState {
  return { ...state, centre: plus(state.centre, depthOf(state.axes[index]), millimetres) };
}

/** The direction in which another plane cuts this one, as a unit vector of the screen; null where they are parallel. */
export function cutDirection(state: PlanesState, index: number, other: number): { x: number; y: number } | null {
  const { right, down } = state.axes[index];
  const along = cross(depthOf(state.axes[index]), depthOf(state.axes[other]));
  const [x, y] = [dot(along, right), dot(along, down)];
  const length = Math.hypot(x, y);
  return length < 1e-6 ? null : { x: x / length, y: y / length };
}

/** Keeps the centre inside of a ball around the volume. */
export function bounded(state: PlanesState, middle: Vector3, reach: number): PlanesState {
  const from = minus(state.centre, middle);
  const length = Math.hypot(...from);
  return length <= reach ? state : { ...state, centre: plus(middle, times(from, reach / length)) };
}

export function nameOf(axes: PlaneAxes): Plane {
  return planeName({ row: axes.right, column: axes.down });
}
