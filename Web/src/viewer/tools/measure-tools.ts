// SPDX-License-Identifier: Apache-2.0

import { Affine, apply, distance, invert, Point } from "../geometry/affine";
import { handles, outline, withHandle } from "../geometry/shapes";
import { Measurement, MeasurementKind, pointCount } from "../state/measurement";
import { Gesture, Tool, ToolContext } from "./tool";

const HANDLE_PX = 9;
const LINE_PX = 6;
const TEXT_PX = 14;
const CLICK_PX = 4;
/** Points of a course that was drawn freely lie at least so far apart on the screen. */
const COURSE_PX = 3;

/** Draws point by point, by clicking or by dragging: both ways end the same. */
class Drawing implements Gesture {
  private points: Point[];
  private isFirstRelease = true;
  private pressed: Point | null = null;

  constructor(
    private readonly context: ToolContext, private readonly toImage: Affine, private readonly id: number,
    private readonly kind: MeasurementKind, private readonly start: Point,
  ) {
    this.points = [apply(toImage, start)];
  }

  move(at: Point): void {
    this.show([...this.points, apply(this.toImage, at)]);
  }

  /** The second line of a Cobb angle begins where the button goes down. */
  press(at: Point): void {
    if (this.kind !== "cobb" || this.points.length !== 2) return;
    this.points.push(apply(this.toImage, at));
    this.pressed = at;
  }

  end(at: Point): boolean {
    const begun = this.pressed ?? (this.isFirstRelease ? this.start : null);
    const isClick = begun !== null && distance(at, begun) <= CLICK_PX;
    this.isFirstRelease = false;
    this.pressed = null;
    if (!isClick) this.points.push(apply(this.toImage, at));
    if (this.points.length < pointCount[this.kind]) return true;
    this.show(this.points);
    if (this.kind === "arrow") this.context.viewer.measurements.editing.set(this.id);
    return false;
  }

  cancel(): void {
    this.context.viewer.measurements.abandon(this.id);
  }

  private show(points: readonly Point[]): void {
    this.context.viewer.measurements.move(this.id, points);
  }
}

/** Follows the pointer until the button is let go. */
class FreeDrawing implements Gesture {
  private readonly points: Point[];

  constructor(
    private readonly context: ToolContext, private readonly toImage: Affine, private readonly id: number,
    private last: Point,
  ) {
    this.points = [apply(toImage, last)];
  }

  move(at: Point): void {
    if (distance(at, this.last) < COURSE_PX) return;
    this.last = at;
    this.points.push(apply(this.toImage, at));
    this.context.viewer.measurements.move(this.id, [...this.points]);
  }

  end(): boolean {
    if (this.points.length < 3) this.cancel();
    return false;
  }

  cancel(): void {
    this.context.viewer.measurements.abandon(this.id);
  }
}

/** Stays where the button went down; what it says is written next. */
class TextDrawing implements Gesture {
  constructor(private readonly context: ToolContext, private readonly id: number) {}

  move(): void {
    // The text stays where it was put.
  }

  end(): boolean {
    this.context.viewer.measurements.editing.set(this.id);
    return false;
  }

  cancel(): void {
    this.context.viewer.measurements.abandon(this.id);
  }
}

export function measureTool(kind: MeasurementKind): Tool {
  return {
    name: kind,
    cursor: kind === "text" ? "text" : "crosshair",
    begin(context, at) {
      const { presentation, pane, viewer } = context;
      if (!presentation || !pane.shown) return null;
      const toImage = invert(presentation.toScreen);
      const start = apply(toImage, at);
      const first = kind === "text" || kind === "freehand" ? [start] : [start, start];
      const id = viewer.measurements.add(kind, pane.shown.frame.key, first);
      if (kind === "text") return new TextDrawing(context, id);
      if (kind === "freehand") return new FreeDrawing(context, toImage, id, at);
      return new Drawing(context, toImage, id, kind, at);
    },
  };
}

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
    const { kind, points } = measurement;
    const reach = kind === "text" ? TEXT_PX : HANDLE_PX;
    const handle = handles(kind, points).findIndex((point) => distance(apply(toScreen, point), at) <= reach);
    if (handle >= 0) return { measurement, handle };
    const lines = outline(kind, points).map((line) => line.map((point) => apply(toScreen, point)));
    const onLine = lines.some((line) =>
      line.some((point, i) => i > 0 && distanceToSegment(at, line[i - 1], point) <= LINE_PX));
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
  const { kind, id } = hit.measurement;
  let points = hit.measurement.points;
  let kept = false;
  return {
    move(at, from) {
      if (!kept) measurements.keep();
      kept = true;
      const [to, before] = [apply(toImage, at), apply(toImage, from)];
      const by = { x: to.x - before.x, y: to.y - before.y };
      points = hit.handle === null
        ? points.map((point) => ({ x: point.x + by.x, y: point.y + by.y })) : withHandle(kind, points, hit.handle, by);
      measurements.move(id, points);
    },
    end: () => false,
    cancel: () => undefined,
  };
}
