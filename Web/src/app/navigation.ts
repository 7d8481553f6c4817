// SPDX-License-Identifier: Apache-2.0

import { h } from "../components/dom";
import { t } from "../i18n/i18n";
import { Context } from "./context";

export type Place = "studies" | "worklist";

/** The way between the pages of the masthead. */
export function navigation(context: Context, here: Place): HTMLElement {
  const link = (place: Place, text: string, address: string): HTMLElement =>
    h("a", { class: "place", text, attrs: { href: address, "aria-current": place === here ? "page" : null } });
  return h(
    "nav", { class: "places", attrs: { "aria-label": t("Pages") } }, link("studies", t("Studies"), context.listAddress),
    link("worklist", t("Worklists"), "#/worklist"),
  );
}
