// SPDX-License-Identifier: Apache-2.0

import { h } from "../components/dom";
import { Context } from "./context";

export type Place = "studies" | "worklist";

/** The way between the pages of the masthead. */
export function navigation(context: Context, here: Place): HTMLElement {
  const link = (place: Place, text: string, address: string): HTMLElement =>
    h("a", { class: "place", text, attrs: { href: address, "aria-current": place === here ? "page" : null } });
  return h(
    "nav", { class: "places", attrs: { "aria-label": "Pages" } }, link("studies", "Studies", context.listAddress),
    link("worklist", "Worklists", "#/worklist"),
  );
}
