// SPDX-License-Identifier: Apache-2.0

import { Spacing } from "../geometry/spacing";
import { fitScale, ImageShape, Size } from "../geometry/viewport-transform";
import { ViewState } from "./view-state";

/** An image in the place that it has. */
export interface PlacedImage {
  readonly shape: ImageShape;
  readonly spacing: Spacing;
  readonly viewport: Size;
  readonly view: ViewState;
}

/** The zoom of each at which a millimetre is as long in all of them and all fit; 1 where a length is not known. */
export function commonZooms(images: readonly PlacedImage[]): number[] {
  const fitting = images.map(({ shape, spacing, viewport, view }) =>
    (spacing.unit === "mm" ? fitScale(shape, viewport, view) / spacing.column : NaN));
  const least = Math.min(...fitting);
  return fitting.map((one) => (least > 0 ? least / one : 1));
}
