// SPDX-License-Identifier: Apache-2.0

import { Affine, apply, distance, Point } from "../geometry/affine";
import { drawText, stroke } from "../overlay/annotations";
import { DisplayedArea, GraphicObject } from "./presentation-state";

const SEGMENTS = 72;
const LINE_PX = 15;

/** Draws the graphics of a presentation state over the image. */
export function drawGraphics(
  context: CanvasRenderingContext2D, objects: readonly GraphicObject[], toScreen: Affine, area: DisplayedArea,
): void {
  const inImage = (object: GraphicObject, point: Point): Point => (object.isDisplay ? {
    x: area.topLeft.x + point.x * (area.bottomRight.x - area.topLeft.x),
    y: area.topLeft.y + point.y * (area.bottomRight.y - area.topLeft.y),
  } : point);
  for (const object of objects) {
    const image = object.points.map((point) => inImage(object, point));
    if (object.kind === "text") writeLines(context, object, image[0], toScreen, inImage);
    else drawShape(context, object, outline(object, image).map((point) => apply(toScreen, point)));
  }
}

function drawShape(context: CanvasRenderingContext2D, object: GraphicObject, points: readonly Point[]): void {
  stroke(context, points, object.colour);
  if (!object.filled) return;
  context.fillStyle = object.colour;
  context.globalAlpha = 0.4;
  context.beginPath();
  points.forEach((point, i) => (i === 0 ? context.moveTo(point.x, point.y) : context.lineTo(point.x, point.y)));
  context.fill();
  context.globalAlpha = 1;
}

function writeLines(
  context: CanvasRenderingContext2D, object: GraphicObject, at: Point, toScreen: Affine,
  inImage: (object: GraphicObject, point: Point) => Point,
): void {
  const start = apply(toScreen, at);
  if (object.anchor) stroke(context, [start, apply(toScreen, inImage(object, object.anchor))], object.colour, [4, 4]);
  object.text.split(/\r?\n/).forEach((line, i) => {
    drawText(context, line, { x: start.x, y: start.y + LINE_PX * (i + 0.85) }, object.colour);
  });
}

/** PS3.3 §C.10.5.1.2: circle by centre and a point on it; ellipse by the ends of its axes. */
function outline({ kind }: GraphicObject, points: readonly Point[]): Point[] {
  if (kind === "circle" && points.length === 2) {
    const [centre, edge] = points;
    const radius = distance(centre, edge);
    return around(centre, { x: radius, y: 0 }, { x: 0, y: radius });
  }
  if (kind === "ellipse" && points.length === 4) {
    const [p, q, r, s] = points;
    const centre = { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 };
    return around(centre, { x: (q.x - p.x) / 2, y: (q.y - p.y) / 2 }, { x: (s.x - r.x) / 2, y: (s.y - r.y) / 2 });
  }
  if (kind === "point" && points[0]) {
    const [{ x, y }] = points;
    return [{ x: x - 1, y }, { x: x + 1, y }, { x, y }, { x, y: y - 1 }, { x, y: y + 1 }];
  }
  return [...points];
}

function around(centre: Point, p: Point, q: Point): Point[] {
  return Array.from({ length: SEGMENTS + 1 }, (_, i) => {
    const [cosine, sine] = [Math.cos((2 * Math.PI * i) / SEGMENTS), Math.sin((2 * Math.PI * i) / SEGMENTS)];
    return { x: centre.x + p.x * cosine + q.x * sine, y: centre.y + p.y * cosine + q.y * sine };
  });
}
