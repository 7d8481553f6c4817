// SPDX-License-Identifier: Apache-2.0

import { h } from "../../components/dom";

/**
 * The lines around a pane, each a layer of its own: drawn into what lies behind the images they would make the browser
 * draw all of it with each image.
 */
export function rim(): HTMLElement[] {
  return ["top", "right", "bottom", "left"].map((side) => h("div", { class: `rim ${side}` }));
}
