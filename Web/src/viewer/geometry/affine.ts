// SPDX-License-Identifier: Apache-2.0

/** `x' = a·x + c·y + e`, `y' = b·x + d·y + f`. */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const identity: Affine = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };

export function translation(x: number, y: number): Affine {
  return { ...identity, e: x, f: y };
}

export function scaling(x: number, y: number): Affine {
  return { ...identity, a: x, d: y };
}

/** Quarter turns, clockwise where y points down. */
export function quarterTurns(degrees: number): Affine {
  const turns = (((degrees / 90) % 4) + 4) % 4;
  const cosine = [1, 0, -1, 0][turns];
  const sine = [0, 1, 0, -1][turns];
  return { a: cosine, b: sine, c: -sine, d: cosine, e: 0, f: 0 };
}

/** First `inner`, then `outer`. */
export function compose(outer: Affine, inner: Affine): Affine {
  return {
    a: outer.a * inner.a + outer.c * inner.b,
    b: outer.b * inner.a + outer.d * inner.b,
    c: outer.a * inner.c + outer.c * inner.d,
    d: outer.b * inner.c + outer.d * inner.d,
    e: outer.a * inner.e + outer.c * inner.f + outer.e,
    f: outer.b * inner.e + outer.d * inner.f + outer.f,
  };
}

export function invert(m: Affine): Affine {
  const determinant = m.a * m.d - m.b * m.c;
  const a = m.d / determinant;
  const b = -m.b / determinant;
  const c = -m.c / determinant;
  const d = m.a / determinant;
  return { a, b, c, d, e: -(a * m.e + c * m.f), f: -(b * m.e + d * m.f) };
}

export function apply(m: Affine, point: Point): Point {
  return { x: m.a * point.x + m.c * point.y + m.e, y: m.b * point.x + m.d * point.y + m.f };
}

/** The linear part only: what becomes of a direction. */
export function applyVector(m: Affine, vector: Point): Point {
  return { x: m.a * vector.x + m.c * vector.y, y: m.b * vector.x + m.d * vector.y };
}

export function distance(p: Point, q: Point): number {
  return Math.hypot(p.x - q.x, p.y - q.y);
}
