// SPDX-License-Identifier: Apache-2.0

import { MeasurementKind } from "../state/measurement";
import { Point } from "./affine";
import { Spacing } from "./spacing";

/** The geometry of what is drawn on an image, in continuous image pixels. */

const ELLIPSE_SEGMENTS = 72;

/** Kinds that enclose an area. */
export const areaKinds: ReadonlySet<MeasurementKind> = new Set<MeasurementKind>(["ellipse", "rectangle", "freehand"]);

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function boundingBox(points: readonly Point[]): Box {
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

function corners({ left, top, right, bottom }: Box): Point[] {
  return [{ x: left, y: top }, { x: right, y: top }, { x: right, y: bottom }, { x: left, y: bottom }];
}

/** The lines to draw: each a run of points; closed shapes end where they began. */
export function outline(kind: MeasurementKind, points: readonly Point[]): Point[][] {
  switch (kind) {
    case "ellipse": return [ellipse(points)];
    case "rectangle": {
      const four = corners(boundingBox(points));
      return [[...four, four[0]]];
    }
    case "freehand": return [[...points, points[0]]];
    case "cobb": return points.length > 2 ? [points.slice(0, 2), points.slice(2, 4)] : [points.slice(0, 2)];
    case "text": return [];
    default: return [[...points]];
  }
}

function ellipse(points: readonly Point[]): Point[] {
  const { left, top, right, bottom } = boundingBox(points);
  const [cx, cy, rx, ry] = [(left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2];
  return Array.from({ length: ELLIPSE_SEGMENTS + 1 }, (_, i) => {
    const angle = (2 * Math.PI * i) / ELLIPSE_SEGMENTS;
    return { x: cx + rx * Math.cos(angle), y: cy + ry * Math.sin(angle) };
  });
}

/** Where it can be taken hold of. */
export function handles(kind: MeasurementKind, points: readonly Point[]): Point[] {
  if (kind === "freehand") return [];
  if (kind !== "ellipse" && kind !== "rectangle") return [...points];
  const [p, q] = [points[0], points[1] ?? points[0]];
  return [p, { x: q.x, y: p.y }, q, { x: p.x, y: q.y }];
}

/** The points after a handle was moved by a distance. */
export function withHandle(kind: MeasurementKind, points: readonly Point[], handle: number, by: Point): Point[] {
  if (kind !== "ellipse" && kind !== "rectangle") {
    return points.map((point, i) => (i === handle ? { x: point.x + by.x, y: point.y + by.y } : point));
  }
  const [p, q] = points;
  const movesLeft = handle === 0 || handle === 3;
  const movesTop = handle === 0 || handle === 1;
  return [
    { x: p.x + (movesLeft ? by.x : 0), y: p.y + (movesTop ? by.y : 0) },
    { x: q.x + (movesLeft ? 0 : by.x), y: q.y + (movesTop ? 0 : by.y) },
  ];
}

/** Enclosed area in the squared unit of the spacing. */
export function areaOf(kind: MeasurementKind, points: readonly Point[], spacing: Spacing): number {
  const pixel = spacing.row * spacing.column;
  const { left, top, right, bottom } = boundingBox(points);
  if (kind === "ellipse") return (Math.PI / 4) * (right - left) * (bottom - top) * pixel;
  if (kind === "rectangle") return (right - left) * (bottom - top) * pixel;
  const twice = points.reduce((sum, point, i) => {
    const next = points[(i + 1) % points.length];
    return sum + point.x * next.y - next.x * point.y;
  }, 0);
  return (Math.abs(twice) / 2) * pixel;
}

/** Where the line at height `y` runs inside of the shape: pairs of beginning and end. */
export function spans(kind: MeasurementKind, points: readonly Point[], y: number): [number, number][] {
  const { left, top, right, bottom } = boundingBox(points);
  if (y < top || y > bottom) return [];
  if (kind === "rectangle") return [[left, right]];
  if (kind === "ellipse") {
    const [cx, cy, rx, ry] = [(left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2];
    const half = ry > 0 ? rx * Math.sqrt(Math.max(0, 1 - ((y - cy) / ry) ** 2)) : 0;
    return [[cx - half, cx + half]];
  }
  return crossings(points, y);
}

/** Even-odd rule. */
function crossings(points: readonly Point[], y: number): [number, number][] {
  const xs: number[] = [];
  points.forEach((p, i) => {
    const q = points[(i + 1) % points.length];
    if (p.y <= y === q.y <= y) return;
    xs.push(p.x + ((y - p.y) / (q.y - p.y)) * (q.x - p.x));
  });
  xs.sort((a, b) => a - b);
  const pairs: [number, number][] = [];
  for (let i = 0; i + 1 < xs.length; i += 2) pairs.push([xs[i], xs[i + 1]]);
  return pairs;
}

/** The length around a closed run of points. */
export function perimeter(points: readonly Point[], spacing: Spacing): number {
  return points.reduce((sum, point, i) => {
    const next = points[(i + 1) % points.length];
    return sum + Math.hypot((next.x - point.x) * spacing.column, (next.y - point.y) * spacing.row);
  }, 0);
}
