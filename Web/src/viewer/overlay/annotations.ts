// SPDX-License-Identifier: Apache-2.0

import { Affine, apply, Point } from "../geometry/affine";
import { rulerLength, Spacing } from "../geometry/spacing";
import { Size } from "../geometry/viewport-transform";
import { Measurement } from "../state/measurement";

const LINE = "#f4d35e";
const SELECTED = "#8fd3ff";
const HALO = "rgba(0, 0, 0, 0.75)";
const RULER = "rgba(215, 220, 226, 0.75)";
const FONT = "12px Inter, system-ui, 'DejaVu Sans', sans-serif";

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

  /** Empties the canvas and fits it to the pane. */
  begin(size: Size): CanvasRenderingContext2D | null {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
    this.size = size;
    if (this.element.width !== width || this.element.height !== height) {
      this.element.width = width;
      this.element.height = height;
    }
    const context = this.element.getContext("2d");
    context?.setTransform(ratio, 0, 0, ratio, 0, 0);
    context?.clearRect(0, 0, size.width, size.height);
    return context;
  }

  /** A ruler at the bottom. `scale`: CSS pixels per unit of the spacing, across the screen. */
  ruler(context: CanvasRenderingContext2D, scale: number, spacing: Spacing): void {
    const most = (this.size.width * 0.28) / scale;
    if (!(most > 0) || !Number.isFinite(most) || spacing.unit === "px") return;
    const length = rulerLength(most);
    const width = length * scale;
    const left = (this.size.width - width) / 2;
    const y = this.size.height - 34;
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
    text(context, spacing.plane === "detector" ? `${label} at detector` : label, { x: left + width + 8, y: y }, RULER);
  }

  measurement(context: CanvasRenderingContext2D, one: Measurement, toScreen: Affine, selected: boolean): void {
    const points = one.points.map((point) => apply(toScreen, point));
    const colour = selected ? SELECTED : LINE;
    for (const [stroke, width] of [[HALO, 4], [colour, 1.5]] as const) {
      context.strokeStyle = stroke;
      context.lineWidth = width;
      context.beginPath();
      points.forEach((point, i) => (i === 0 ? context.moveTo(point.x, point.y) : context.lineTo(point.x, point.y)));
      context.stroke();
    }
    for (const point of points) handle(context, point, colour, selected);
  }
}

/** A small cross that leaves the measured point itself visible. */
function handle(context: CanvasRenderingContext2D, at: Point, colour: string, selected: boolean): void {
  for (const [stroke, width] of [[HALO, 3.5], [colour, 1.5]] as const) {
    context.strokeStyle = stroke;
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

function text(context: CanvasRenderingContext2D, content: string, at: Point, colour: string): void {
  context.font = FONT;
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.strokeStyle = HALO;
  context.strokeText(content, at.x, at.y);
  context.fillStyle = colour;
  context.fillText(content, at.x, at.y);
}
