// SPDX-License-Identifier: Apache-2.0

import { Affine, apply, Point } from "../geometry/affine";
import { crossing } from "../geometry/image-plane";
import { Pane } from "../state/pane";
import { Viewer } from "../viewer";
import { stroke } from "./annotations";

const ACTIVE = "#6fe08f";
const OTHER = "rgba(111, 160, 224, 0.7)";
const CURSOR = "#ff8fd0";
const CURSOR_PX = 14;

/** A line in pixels of the image. */
export interface ReferenceLine {
  readonly points: readonly Point[];
  readonly isActive: boolean;
}

/** Where the images of the other panes cut this one. */
export function referenceLines(viewer: Viewer, pane: Pane): ReferenceLine[] {
  const target = viewer.referenceLines.peek() ? viewer.linking.plane(pane, pane.shown?.frame ?? null) : null;
  if (!target) return [];
  return viewer.visiblePanes.flatMap((other) => {
    const source = other === pane ? null : viewer.linking.plane(other, other.shown?.frame ?? null);
    const points = source && crossing(source, target);
    return points ? [{ points, isActive: other === viewer.active.peek() }] : [];
  });
}

/** The lines, that of the active pane brighter; and the 3D cursor, which is a place in the image. */
export function drawReferences(
  context: CanvasRenderingContext2D, lines: readonly ReferenceLine[], cursor: Point | null, toScreen: Affine,
): void {
  for (const { points, isActive } of lines) {
    stroke(
      context, points.map((point) => apply(toScreen, point)), isActive ? ACTIVE : OTHER, isActive ? [] : [6, 4],
    );
  }
  if (!cursor) return;
  const { x, y } = apply(toScreen, cursor);
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    stroke(context, [{ x: x + 4 * dx, y: y + 4 * dy }, { x: x + CURSOR_PX * dx, y: y + CURSOR_PX * dy }], CURSOR);
  }
}
