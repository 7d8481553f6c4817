// SPDX-License-Identifier: Apache-2.0

import { InstanceInfo } from "../../api/types";
import { Point } from "./affine";
import { cross, dot, orientationFrom, Vector3, vectorFrom } from "./orientation";
import { Spacing } from "./spacing";

/** Where an image lies in the patient. */
export interface ImagePlane {
  /** Centre of the first pixel, in millimetres. */
  readonly position: Vector3;
  readonly row: Vector3;
  readonly column: Vector3;
  readonly normal: Vector3;
  readonly spacing: Spacing;
  readonly rows: number;
  readonly columns: number;
  /** Positions are comparable only where this is the same. */
  readonly frameOfReference: string;
}

const PARALLEL = 0.97;
/** Planes that are turned by less than a degree cut nowhere that says anything. */
const NEVER_MEET = 0.9998;

export function planeOf(
  instance: InstanceInfo, spacing: Spacing, frameOfReference: string | null,
): ImagePlane | null {
  const orientation = orientationFrom(instance.imageOrientation);
  const position = vectorFrom(instance.imagePosition);
  if (!orientation || !position || !frameOfReference || spacing.plane !== "patient") return null;
  const { row, column } = orientation;
  return {
    position, row, column, normal: cross(row, column), spacing, rows: instance.rows ?? 0,
    columns: instance.columns ?? 0, frameOfReference,
  };
}

function sum(...terms: [Vector3, number][]): Vector3 {
  return [0, 1, 2].map((axis) => terms.reduce((total, [v, f]) => total + v[axis] * f, 0)) as unknown as Vector3;
}

/** The place in the patient of a point of the image. */
export function placeIn(plane: ImagePlane, at: Point): Vector3 {
  const { position, row, column, spacing } = plane;
  return sum([position, 1], [row, (at.x - 0.5) * spacing.column], [column, (at.y - 0.5) * spacing.row]);
}

/** The point of the image nearest to a place. */
export function pointIn(plane: ImagePlane, place: Vector3): Point {
  const from = sum([place, 1], [plane.position, -1]);
  return {
    x: dot(from, plane.row) / plane.spacing.column + 0.5, y: dot(from, plane.column) / plane.spacing.row + 0.5,
  };
}

/** How far a place is in front of the plane, in millimetres. */
export function height(plane: ImagePlane, place: Vector3): number {
  return dot(sum([place, 1], [plane.position, -1]), plane.normal);
}

export function areParallel(p: ImagePlane, q: ImagePlane): boolean {
  return Math.abs(dot(p.normal, q.normal)) > PARALLEL;
}

/** Where the rectangle of `source` cuts `target`, as two points of the image of `target`. */
export function crossing(source: ImagePlane, target: ImagePlane): [Point, Point] | null {
  if (source.frameOfReference !== target.frameOfReference) return null;
  if (Math.abs(dot(source.normal, target.normal)) > NEVER_MEET) return null;
  const { columns, rows } = source;
  const corners = [[0, 0], [columns, 0], [columns, rows], [0, rows]].map(([x, y]) => placeIn(source, { x, y }));
  const heights = corners.map((corner) => height(target, corner));
  const cuts: Point[] = [];
  corners.forEach((corner, i) => {
    const [h0, h1] = [heights[i], heights[(i + 1) % 4]];
    if (h0 <= 0 === h1 <= 0) return;
    const share = h0 / (h0 - h1);
    cuts.push(pointIn(target, sum([corner, 1 - share], [corners[(i + 1) % 4], share])));
  });
  return cuts.length === 2 ? [cuts[0], cuts[1]] : null;
}

/** Which of the planes is nearest to a place. */
export function nearest(planes: readonly (ImagePlane | null)[], place: Vector3): number {
  let [best, least] = [-1, Infinity];
  planes.forEach((plane, index) => {
    const distance = plane ? Math.abs(height(plane, place)) : Infinity;
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}
