// SPDX-License-Identifier: Apache-2.0

import { DataSet, number, numbers, texts } from "../../dicom/data-set";
import { Affine } from "../geometry/affine";
import { Size } from "../geometry/viewport-transform";

/** PS3.3 §C.7.6.11: what of the image is to be seen. All shapes hold at once. */
export interface Shutter {
  /** Brightness outside, 0…255. */
  readonly grey: number;
  readonly rectangle: { left: number; top: number; right: number; bottom: number } | null;
  readonly circle: { x: number; y: number; radius: number } | null;
  /** Vertices in continuous image pixels. */
  readonly polygon: readonly { x: number; y: number }[] | null;
  /** The group of the overlay that covers, such as `6000` (PS3.3 §C.7.6.15). */
  readonly overlay: string | null;
}

/** Null where there is none. Edges are the pixels that are still seen; they count from 1. */
export function shutterOf(details: DataSet | null): Shutter | null {
  const shapes = texts(details, "00181600");
  if (shapes.length === 0) return null;
  const [left, right] = [number(details, "00181602"), number(details, "00181604")];
  const [top, bottom] = [number(details, "00181606"), number(details, "00181608")];
  const [row, column] = numbers(details, "00181610");
  const radius = number(details, "00181612");
  const vertices = numbers(details, "00181620");
  const polygon = [];
  for (let i = 0; i + 1 < vertices.length; i += 2) polygon.push({ x: vertices[i + 1] - 0.5, y: vertices[i] - 0.5 });
  return {
    grey: Math.round(((number(details, "00181622") ?? 0) / 65535) * 255),
    rectangle: shapes.includes("RECTANGULAR") && left !== null && right !== null && top !== null && bottom !== null
      ? { left: left - 1, top: top - 1, right, bottom } : null,
    circle: shapes.includes("CIRCULAR") && column !== undefined && radius
      ? { x: column - 0.5, y: row - 0.5, radius } : null,
    polygon: shapes.includes("POLYGONAL") && polygon.length > 2 ? polygon : null,
    overlay: shapes.includes("BITMAP") ? (number(details, "00181623") ?? 0).toString(16).padStart(4, "0").toUpperCase()
      : null,
  };
}

/** Covers what is not to be seen. */
export function drawShutter(
  context: CanvasRenderingContext2D, shutter: Shutter, toScreen: Affine, size: Size, aspect: number,
): void {
  const { a, b, c, d, e, f } = toScreen;
  for (const trace of shapes(shutter, aspect)) {
    context.save();
    context.beginPath();
    context.rect(0, 0, size.width, size.height);
    context.transform(a, b, c, d, e, f);
    trace(context);
    context.restore();
    context.fillStyle = `rgb(${shutter.grey}, ${shutter.grey}, ${shutter.grey})`;
    context.fill("evenodd");
  }
}

type Trace = (context: CanvasRenderingContext2D) => void;

function shapes({ rectangle, circle, polygon }: Shutter, aspect: number): Trace[] {
  const traces: Trace[] = [];
  if (rectangle) {
    const { left, top, right, bottom } = rectangle;
    traces.push((context) => context.rect(left, top, right - left, bottom - top));
  }
  if (circle) {
    // The radius counts pixels along a row.
    traces.push((context) =>
      context.ellipse(circle.x, circle.y, circle.radius, circle.radius / aspect, 0, 0, 2 * Math.PI));
  }
  if (polygon) {
    traces.push((context) => {
      polygon.forEach((point, i) => (i === 0 ? context.moveTo(point.x, point.y) : context.lineTo(point.x, point.y)));
      context.closePath();
    });
  }
  return traces;
}
