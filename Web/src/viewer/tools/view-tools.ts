// SPDX-License-Identifier: Apache-2.0

import { zoomedAt } from "../geometry/viewport-transform";
import { ZOOM_LIMITS } from "../state/view-state";
import { draggedWindow } from "../state/window";
import { dragging, Tool } from "./tool";

const FASTEST_SCROLL_PX = 2;
const SLOWEST_SCROLL_PX = 14;
const ZOOM_PER_PX = 0.006;

/** Right widens, left narrows, up brightens, down darkens. */
export const windowTool: Tool = {
  name: "window",
  cursor: "crosshair",
  begin({ pane }) {
    const shown = pane.shown;
    if (!shown || shown.pixels.samples !== 1) return null;
    return dragging((dx, dy) => {
      pane.change((view) => ({ ...view, window: draggedWindow(pane.window(shown), dx, dy) }));
    });
  },
};

/** Down goes on in the reading direction; the whole set is about one pane high. */
export const scrollTool: Tool = {
  name: "scroll",
  cursor: "ns-resize",
  begin({ pane, size }) {
    const perFrame = Math.max(FASTEST_SCROLL_PX, Math.min(SLOWEST_SCROLL_PX, size.height / Math.max(1, pane.count)));
    let rest = 0;
    return dragging((_dx, dy) => {
      rest += dy / perFrame;
      const steps = Math.trunc(rest);
      rest -= steps;
      if (steps !== 0) pane.scrollBy(steps);
    });
  },
};

/** Up makes smaller, down makes larger, about the point where the drag began. */
export const zoomTool: Tool = {
  name: "zoom",
  cursor: "zoom-in",
  begin({ pane, size }, start) {
    return dragging((_dx, dy) => {
      pane.change((view) => zoomedAt(view, Math.exp(dy * ZOOM_PER_PX), start, size, ZOOM_LIMITS));
    });
  },
};

export const panTool: Tool = {
  name: "pan",
  cursor: "move",
  begin({ pane }) {
    return dragging((dx, dy) => {
      pane.change((view) => ({ ...view, pan: { x: view.pan.x + dx, y: view.pan.y + dy } }));
    });
  },
};

/** Takes hold of drawings, which every press tries first; the image stays as it is. */
export const selectTool: Tool = { name: "select", cursor: "default", begin: () => null };

/** Twice as large around the pointer while the button is down. */
export const loupeTool: Tool = {
  name: "loupe",
  cursor: "none",
  begin({ pane }, start) {
    pane.loupe.set(start);
    const done = (): boolean => {
      pane.loupe.set(null);
      return false;
    };
    return { move: (at) => pane.loupe.set(at), end: done, cancel: () => void done() };
  },
};
