// SPDX-License-Identifier: Apache-2.0

import { Affine, apply, Point } from "../geometry/affine";
import { handles, outline } from "../geometry/shapes";
import { qualified, rulerLength, Spacing } from "../geometry/spacing";
import { Size } from "../geometry/viewport-transform";
import { Measurement } from "../state/measurement";

const LINE = "#f4d35e";
const SELECTED = "#8fd3ff";
const HALO = "rgba(0, 0, 0, 0.75)";
const RULER = "rgba(215, 220, 226, 0.75)";
const FONT = "12px Inter, system-ui, 'DejaVu Sans', sans-serif";
const ARROW_PX = 11;
const RULER_SHARE = 0.24;
const RULER_FROM_BOTTOM_PX = 34;
/** Room for the words behind the ruler, on both sides, so that it stands in the middle of whole pixels. */
const RULER_WORDS_PX = 180;
const RULER_HEIGHT_PX = 30;

function rulerArea({ width, height }: Size): { left: number; top: number; width: number; height: number } {
  const wide = Math.min(width, Math.ceil(width * RULER_SHARE) + 2 * RULER_WORDS_PX);
  const top = Math.max(0, Math.floor(height - RULER_FROM_BOTTOM_PX - RULER_HEIGHT_PX * 0.6));
  return { left: Math.floor((width - wide) / 2), top, width: wide, height: Math.min(height, RULER_HEIGHT_PX) };
}

/** Drawings on top of the image, in CSS pixels of the pane. */
export class AnnotationCanvas {
  readonly element = document.createElement("canvas");
  private size: Size = { width: 0, height: 0 };

  constructor() {
    this.element.className = "drawings";
    this.element.setAttribute("aria-hidden", "true");
  }

  /** Nothing is drawn. Without its pixels the canvas cannot keep any, whatever the browser makes of clearing. */
  clear(): void {
    this.element.width = 0;
    this.element.height = 0;
  }

  /** Empties the canvas and fits it to the pane, or to the ruler alone: browsers blend every pixel of a canvas. */
  begin(size: Size, isRulerOnly = false): CanvasRenderingContext2D | null {
    const ratio = window.devicePixelRatio || 1;
    this.size = size;
    const area = isRulerOnly ? rulerArea(size) : { left: 0, top: 0, width: size.width, height: size.height };
    const [width, height] = [Math.round(area.width * ratio), Math.round(area.height * ratio)];
    const { element } = this;
    if (element.width !== width || element.height !== height) {
      element.width = width;
      element.height = height;
    }
    const places = { left: area.left, top: area.top, width: area.width, height: area.height };
    for (const [name, value] of Object.entries(places)) element.style.setProperty(name, `${value}px`);
    const context = element.getContext("2d");
    context?.setTransform(ratio, 0, 0, ratio, -area.left * ratio, -area.top * ratio);
    context?.clearRect(area.left, area.top, area.width, area.height);
    return context;
  }

  /** A ruler at the bottom. `scale`: CSS pixels per unit of the spacing, across the screen. */
  ruler(context: CanvasRenderingContext2D, scale: number, spacing: Spacing): void {
    const most = (this.size.width * RULER_SHARE) / scale;
    if (!(most > 0) || !Number.isFinite(most) || spacing.unit === "px") return;
    const length = rulerLength(most);
    const width = length * scale;
    const left = (this.size.width - width) / 2;
    const y = this.size.height - RULER_FROM_BOTTOM_PX;
    context.strokeStyle = RULER;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(left + width, y);
    for (let i = 0; i <= 10; i += 1) {
      const x = Math.round(left + (width * i) / 10) + 0.5;
      context.moveTo(x, y);
      context.lineTo(x, y - (i % 5 === 0 ? 7 : 4));
    }
    context.stroke();
    const label = `${length < 10 ? length : length / 10} ${length < 10 ? "mm" : "cm"}`;
    const words = qualified(label, spacing);
    context.font = FONT;
    drawText(context, words, { x: left - 8 - context.measureText(words).width, y }, RULER);
  }

  measurement(context: CanvasRenderingContext2D, one: Measurement, toScreen: Affine, selected: boolean): void {
    const lines = outline(one.kind, one.points).map((line) => line.map((point) => apply(toScreen, point)));
    const colour = selected ? SELECTED : LINE;
    for (const line of lines) stroke(context, line, colour);
    if (one.kind === "cobb" && lines.length === 2) between(context, lines[0], lines[1], colour);
    if (one.kind === "arrow" && lines[0].length === 2) arrowHead(context, lines[0][0], lines[0][1], colour);
    if (one.kind === "text" && !selected) return;
    for (const point of handles(one.kind, one.points)) {
      if (selected || (one.kind !== "ellipse" && one.kind !== "rectangle" && one.kind !== "arrow")) {
        handle(context, apply(toScreen, point), colour, selected);
      }
    }
  }
}

/** A line with a dark rim. */
export function stroke(
  context: CanvasRenderingContext2D, points: readonly Point[], colour: string, dash: readonly number[] = [],
): void {
  context.setLineDash([...dash]);
  for (const [style, width] of [[HALO, 4], [colour, 1.5]] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.beginPath();
    points.forEach((point, i) => (i === 0 ? context.moveTo(point.x, point.y) : context.lineTo(point.x, point.y)));
    context.stroke();
  }
  context.setLineDash([]);
}

/** Which two lines make the angle. */
function between(context: CanvasRenderingContext2D, first: Point[], second: Point[], colour: string): void {
  if (first.length < 2 || second.length < 2) return;
  const middle = ([p, q]: Point[]): Point => ({ x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 });
  stroke(context, [middle(first), middle(second)], colour, [3, 5]);
}

export function arrowHead(context: CanvasRenderingContext2D, head: Point, tail: Point, colour: string): void {
  const angle = Math.atan2(tail.y - head.y, tail.x - head.x);
  for (const turn of [-0.45, 0.45]) {
    const end = { x: head.x + ARROW_PX * Math.cos(angle + turn), y: head.y + ARROW_PX * Math.sin(angle + turn) };
    stroke(context, [head, end], colour);
  }
}

/** A small cross that leaves the measured point itself visible. */
function handle(context: CanvasRenderingContext2D, at: Point, colour: string, selected: boolean): void {
  for (const [style, width] of [[HALO, 3.5], [colour, 1.5]] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.beginPath();
    if (selected) context.arc(at.x, at.y, 5, 0, 2 * Math.PI);
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(at.x + dx * 2, at.y + dy * 2);
      context.lineTo(at.x + dx * 6, at.y + dy * 6);
    }
    context.stroke();
  }
}

export function drawText(context: CanvasRenderingContext2D, content: string, at: Point, colour: string): void {
  context.font = FONT;
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.strokeStyle = HALO;
  context.strokeText(content, at.x, at.y);
  context.fillStyle = colour;
  context.fillText(content, at.x, at.y);
}
