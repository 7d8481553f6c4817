// SPDX-License-Identifier: Apache-2.0

import { cross, dot, Vector3 } from "../geometry/orientation";

export { cross, dot };
export type { Vector3 };

export function plus(a: Vector3, b: Vector3, times = 1): Vector3 {
  return [a[0] + times * b[0], a[1] + times * b[1], a[2] + times * b[2]];
}

export function minus(a: Vector3, b: Vector3): Vector3 {
  return plus(a, b, -1);
}

export function times(a: Vector3, factor: number): Vector3 {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

export function unit(a: Vector3): Vector3 {
  return times(a, 1 / Math.hypot(...a));
}

/** `vector` turned about a unit axis by an angle in radians, counter-clockwise against the axis. */
export function turned(vector: Vector3, axis: Vector3, angle: number): Vector3 {
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const along = times(axis, dot(axis, vector) * (1 - cosine));
  return plus(plus(times(vector, cosine), cross(axis, vector), sine), along);
}
