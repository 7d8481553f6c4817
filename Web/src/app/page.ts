// SPDX-License-Identifier: Apache-2.0

import { h } from "../components/dom";
import { brand } from "./signin-page";
import { t } from "../i18n/i18n";
import { Scope } from "../signals/scope";
import { accountMenu, connectionBadge } from "./account-menu";
import { Context } from "./context";
import { navigation, Place } from "./navigation";

/** A page under the masthead that all pages of the office share. */
export function officePage(
  context: Context, scope: Scope, place: Place, title: string, ...body: HTMLElement[]
): HTMLElement {
  document.title = `${title} · Martlet`;
  const header = h(
    "header", { class: "masthead" }, brand(), navigation(context, place), connectionBadge(context, scope),
    accountMenu(context, scope),
  );
  return h("div", { class: `page office-page ${place}-page` }, header, ...body);
}

export interface Tab {
  readonly key: string;
  readonly label: string;
  readonly needs: string;
}

/** The parts of a page as links; `counts` may be filled in later. */
export function tabBar(base: string, tabs: readonly Tab[], here: string, label: string): HTMLElement {
  const links = tabs.map((tab) => h("a", {
    class: "chip", text: t(tab.label),
    attrs: { href: `${base}/${tab.key}`, "aria-current": tab.key === here ? "page" : null, "data-tab": tab.key },
  }));
  return h("nav", { class: "filters", attrs: { "aria-label": label } }, h("div", { class: "chips" }, ...links));
}
