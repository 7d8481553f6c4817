// SPDX-License-Identifier: Apache-2.0

import { apply, Point } from "../geometry/affine";
import { Spacing } from "../geometry/spacing";
import { fitScale, ImageShape, imageToScreen, Size } from "../geometry/viewport-transform";
import { ViewState } from "../state/view-state";
import { DisplayedArea } from "./presentation-state";

/**
 * The view in which a displayed area is seen (PS3.3 §C.10.4): as large as fits, in true size where the screen's is
 * known, or magnified.
 */
export function toArea(
  view: ViewState, area: DisplayedArea, shape: ImageShape, size: Size, spacing: Spacing,
  pixelsPerMillimetre: number | null,
): ViewState {
  const centred = { ...view, zoom: 1, pan: { x: 0, y: 0 } };
  const fit = imageToScreen(shape, size, centred);
  const [p, q] = [apply(fit, area.topLeft), apply(fit, area.bottomRight)];
  const [width, height] = [Math.abs(q.x - p.x), Math.abs(q.y - p.y)];
  if (!(width > 0 && height > 0)) return view;
  let zoom = Math.min(size.width / width, size.height / height);
  const column = fitScale(shape, size, centred);
  if (area.mode === "magnify") zoom = area.magnification / (window.devicePixelRatio || 1) / column;
  if (area.mode === "true size" && pixelsPerMillimetre && spacing.unit === "mm") {
    zoom = (pixelsPerMillimetre * spacing.column) / column;
  }
  const middle: Point = { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 };
  const pan = { x: (size.width / 2 - middle.x) * zoom, y: (size.height / 2 - middle.y) * zoom };
  return { ...centred, zoom, pan };
}
