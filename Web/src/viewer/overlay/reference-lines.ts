// SPDX-License-Identifier: Apache-2.0

import { Affine, apply } from "../geometry/affine";
import { crossing } from "../geometry/image-plane";
import { Pane } from "../state/pane";
import { Viewer } from "../viewer";
import { stroke } from "./annotations";

const ACTIVE = "#6fe08f";
const OTHER = "rgba(111, 160, 224, 0.7)";
const CURSOR = "#ff8fd0";
const CURSOR_PX = 14;

/** Where the images of the other panes cut this one, that of the active pane brighter; and the 3D cursor. */
export function drawReferences(
  context: CanvasRenderingContext2D, viewer: Viewer, pane: Pane, toScreen: Affine,
): number {
  let count = 0;
  const target = viewer.linking.plane(pane, pane.shown?.frame ?? null);
  if (target && viewer.referenceLines.peek()) {
    for (const other of viewer.visiblePanes) {
      const source = other === pane ? null : viewer.linking.plane(other, other.shown?.frame ?? null);
      const line = source && crossing(source, target);
      if (!line) continue;
      count += 1;
      const active = other === viewer.active.peek();
      stroke(context, line.map((point) => apply(toScreen, point)), active ? ACTIVE : OTHER, active ? [] : [6, 4]);
    }
  }
  const cursor = viewer.linking.cursorIn(pane);
  if (cursor) {
    const { x, y } = apply(toScreen, cursor);
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      stroke(context, [{ x: x + 4 * dx, y: y + 4 * dy }, { x: x + CURSOR_PX * dx, y: y + CURSOR_PX * dy }], CURSOR);
    }
  }
  return count;
}
