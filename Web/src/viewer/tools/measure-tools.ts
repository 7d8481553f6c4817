// SPDX-License-Identifier: Apache-2.0

import { Affine, apply, distance, invert, Point } from "../geometry/affine";
import { Measurement, MeasurementKind, pointCount } from "../state/measurement";
import { Gesture, Tool, ToolContext } from "./tool";

const HANDLE_PX = 9;
const LINE_PX = 6;
const CLICK_PX = 4;

/** Draws point by point, by clicking or by dragging: both ways end the same. */
class Drawing implements Gesture {
  private points: Point[];
  private isFirstRelease = true;

  constructor(
    private readonly context: ToolContext, private readonly toImage: Affine, private readonly id: number,
    private readonly kind: MeasurementKind, private readonly start: Point,
  ) {
    this.points = [apply(toImage, start)];
  }

  move(at: Point): void {
    this.context.viewer.measurements.move(this.id, [...this.points, apply(this.toImage, at)]);
  }

  end(at: Point): boolean {
    const isClick = this.isFirstRelease && distance(at, this.start) <= CLICK_PX;
    this.isFirstRelease = false;
    if (!isClick) this.points.push(apply(this.toImage, at));
    if (this.points.length < pointCount[this.kind]) return true;
    this.context.viewer.measurements.move(this.id, this.points);
    return false;
  }

  cancel(): void {
    this.context.viewer.measurements.abandon(this.id);
  }
}

function measureTool(kind: MeasurementKind): Tool {
  return {
    name: kind,
    cursor: "crosshair",
    begin(context, at) {
      const { presentation, pane, viewer } = context;
      if (!presentation || !pane.shown) return null;
      const toImage = invert(presentation.toScreen);
      const start = apply(toImage, at);
      const id = viewer.measurements.add(kind, pane.shown.frame.key, [start, start]);
      return new Drawing(context, toImage, id, kind, at);
    },
  };
}

export const lengthTool = measureTool("length");
export const angleTool = measureTool("angle");

/** What a press touches: a handle of a measurement, or its line (handle null). */
export interface Hit {
  readonly measurement: Measurement;
  readonly handle: number | null;
}

export function distanceToSegment(point: Point, p: Point, q: Point): number {
  const along = { x: q.x - p.x, y: q.y - p.y };
  const squared = along.x ** 2 + along.y ** 2;
  const t = squared === 0 ? 0 : ((point.x - p.x) * along.x + (point.y - p.y) * along.y) / squared;
  const bounded = Math.max(0, Math.min(1, t));
  return distance(point, { x: p.x + bounded * along.x, y: p.y + bounded * along.y });
}

export function hitTest(measurements: readonly Measurement[], toScreen: Affine, at: Point): Hit | null {
  for (const measurement of [...measurements].reverse()) {
    const points = measurement.points.map((point) => apply(toScreen, point));
    const handle = points.findIndex((point) => distance(point, at) <= HANDLE_PX);
    if (handle >= 0) return { measurement, handle };
    const onLine = points.some((point, i) => i > 0 && distanceToSegment(at, points[i - 1], point) <= LINE_PX);
    if (onLine) return { measurement, handle: null };
  }
  return null;
}

/** Moves a handle, or the whole drawing. */
export function editGesture(context: ToolContext, hit: Hit): Gesture | null {
  const { presentation, viewer } = context;
  if (!presentation) return null;
  const toImage = invert(presentation.toScreen);
  const { measurements } = viewer;
  measurements.selected.set(hit.measurement.id);
  let points = hit.measurement.points;
  let kept = false;
  return {
    move(at, from) {
      if (!kept) measurements.keep();
      kept = true;
      const [to, before] = [apply(toImage, at), apply(toImage, from)];
      const moved = (point: Point): Point => ({ x: point.x + to.x - before.x, y: point.y + to.y - before.y });
      points = points.map((point, i) => (hit.handle === null || hit.handle === i ? moved(point) : point));
      measurements.move(hit.measurement.id, points);
    },
    end: () => false,
    cancel: () => undefined,
  };
}
