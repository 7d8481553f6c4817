// SPDX-License-Identifier: Apache-2.0

import { t } from "../i18n/i18n";
import { describe } from "../api/problem";
import { h, replace } from "../components/dom";
import { icon } from "../components/icons";
import { toast } from "../components/toast";
import { Scope } from "../signals/scope";
import { Context } from "./context";
import { openOwnAccount } from "./own-password";
import { roleText } from "./roles";

/** Who is signed in, with the way to another password, and the way out. */
export function accountMenu(context: Context, scope: Scope): HTMLElement {
  const who = h("button", { class: "ghost who", attrs: { type: "button" } });
  who.addEventListener("click", () => void openOwnAccount(context));
  const leave = h("button", {
    class: "ghost", title: t("Sign out"), attrs: { type: "button", "aria-label": t("Sign out") },
  }, icon("signOut"));
  leave.addEventListener("click", () => {
    context.session.signOut().catch((error: unknown) => toast(`${t("Not signed out.")} ${describe(error)}`, "error"));
  });
  scope.effect(() => {
    const user = context.session.user.get();
    const name = user ? user.displayName || user.name : "";
    replace(who, icon("user"), h("span", { text: name }));
    who.setAttribute("aria-label", `${name} – ${t("Change password")}`);
    who.title = user ? t("Signed in as {name} ({role})", { name: user.name, role: roleText(user.role) }) : "";
  });
  return h("div", { class: "account" }, who, leave);
}

/** Shown while the event stream is down. */
export function connectionBadge(context: Context, scope: Scope): HTMLElement {
  const badge = h("span", {
    class: "offline", attrs: { role: "status" }, title: t("Live updates have stopped; trying to connect again"),
  });
  scope.effect(() => {
    const connected = context.events.connected.get();
    badge.hidden = connected;
    replace(badge, !connected && icon("warning"), !connected && t("No live updates"));
  });
  return badge;
}
