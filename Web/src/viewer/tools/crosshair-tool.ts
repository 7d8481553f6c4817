// SPDX-License-Identifier: Apache-2.0

import { apply, invert, Point } from "../geometry/affine";
import { dragging, Tool } from "./tool";

/** Points at a place; all panes of the same frame of reference show it. */
export const crosshairTool: Tool = {
  name: "crosshair",
  cursor: "crosshair",
  begin({ viewer, pane, presentation }, start) {
    if (!presentation) return null;
    const toImage = invert(presentation.toScreen);
    const point = (at: Point): void => viewer.linking.pointAt(pane, apply(toImage, at));
    point(start);
    return dragging((_dx, _dy, at) => point(at));
  },
};
