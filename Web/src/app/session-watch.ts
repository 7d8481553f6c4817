// SPDX-License-Identifier: Apache-2.0

import { lastActivity, noteActivity, watchActivity } from "../api/activity";
import { describe } from "../api/problem";
import { h, replace } from "../components/dom";
import { icon } from "../components/icons";
import { inputField } from "../components/dialog";
import { t } from "../i18n/i18n";
import { Context } from "./context";

/** So long before the session ends, somebody who did nothing is asked, and somebody who works. */
const IDLE_WARNING_MS = 120_000;
const END_WARNING_MS = 300_000;
const LAST_WARNING_MS = 60_000;
const LOOK_MS = 1_000;

/** How long is left, as `4:05`. */
function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Says before a session ends that it will, and lets the person go on without leaving the page. */
class SessionWatch {
  private asking = false;
  private box: HTMLDialogElement | null = null;
  private kind: "idle" | "end" | null = null;
  private readonly left = h("strong", { attrs: { role: "timer" } });
  private postponed = false;

  constructor(private readonly context: Context) {
    // Whoever is being asked answers by a button: a stray key is no answer.
    watchActivity(() => this.kind !== "idle");
    setInterval(() => this.look(), LOOK_MS);
  }

  private look(): void {
    const { ends } = this.context.session;
    if (!this.context.session.user.peek() || !ends) {
      noteActivity(false);
      this.postponed = false;
      return this.close();
    }
    const now = Date.now();
    const seen = lastActivity();
    const untilIdle = seen + ends.idle - now;
    const untilEnd = ends.at - now;
    if (Math.min(untilIdle, untilEnd) <= 0) return this.over();
    // The server knows of requests only: whoever scrolls through images is at work all the same.
    if (now - ends.askedAt > ends.idle / 4 && seen > ends.askedAt) this.keep();
    if (untilEnd < (this.postponed ? LAST_WARNING_MS : END_WARNING_MS)) this.ask("end", untilEnd);
    else if (untilIdle < Math.min(IDLE_WARNING_MS, ends.idle / 2)) this.ask("idle", untilIdle);
    else this.close();
  }

  private keep(): void {
    if (this.asking) return;
    this.asking = true;
    this.context.session.refresh().catch(() => undefined).finally(() => (this.asking = false));
  }

  /** What was typed stands on the server, or waits in this browser for its writer to come back. */
  private over(): void {
    this.close();
    noteActivity(false);
    this.context.session.signOut().catch(() => this.context.session.refresh().catch(() => undefined));
  }

  private ask(kind: "idle" | "end", left: number): void {
    this.left.textContent = clock(left);
    if (this.kind === kind) return;
    this.close();
    this.kind = kind;
    const box = kind === "idle" ? this.idleBox() : this.endBox();
    this.box = box;
    box.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (kind === "end") this.later();
    });
    document.body.append(box);
    box.showModal();
    box.querySelector<HTMLElement>("input, .primary")?.focus();
  }

  private close(): void {
    this.kind = null;
    this.box?.remove();
    this.box = null;
  }

  private later(): void {
    this.postponed = true;
    this.close();
  }

  private frame(title: string, lines: readonly string[], form: HTMLFormElement): HTMLDialogElement {
    const texts = lines.map((text) => h("p", { text }));
    const left = h("p", { class: "session-left" }, `${t("Time left:")} `, this.left);
    form.prepend(h("h2", { text: title }), left, ...texts);
    return h("dialog", { class: "office-dialog session-dialog", attrs: { "aria-label": title } }, form);
  }

  private idleBox(): HTMLDialogElement {
    const leave = h("button", { class: "button", text: t("Sign out"), attrs: { type: "button" } });
    const go = h("button", { class: "button primary", text: t("Go on"), attrs: { type: "submit" } });
    const form = h("form", { attrs: { method: "dialog" } }, h("div", { class: "form-buttons" }, leave, go));
    leave.addEventListener("click", () => this.over());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.close();
      noteActivity();
      this.keep();
    });
    return this.frame(t("Are you still there?"), [
      t("Nothing was done here for a while. You will be signed out, and what you wrote is kept for you."),
    ], form);
  }

  private endBox(): HTMLDialogElement {
    const user = this.context.session.user.peek()?.name ?? "";
    const password = inputField(t("Password"), "", { type: "password", autocomplete: "current-password" });
    const error = h("p", { class: "form-error", hidden: true, attrs: { role: "alert" } });
    const later = h("button", { class: "button", text: t("Later"), attrs: { type: "button" } });
    const go = h("button", { class: "button primary", text: t("Go on"), attrs: { type: "submit" } });
    const form = h(
      "form", { attrs: { method: "dialog", novalidate: true } }, password.box, error,
      h("div", { class: "form-buttons" }, later, go),
    );
    later.addEventListener("click", () => this.later());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      go.disabled = true;
      error.hidden = true;
      this.context.session.signIn(user, password.input.value).then(() => {
        this.postponed = false;
        this.close();
      }, (reason: unknown) => {
        replace(error, icon("warning"), describe(reason));
        error.hidden = false;
        password.input.select();
      }).finally(() => (go.disabled = false));
    });
    return this.frame(t("Your session ends soon"), [
      t("Enter your password to go on where you are, {name}.", { name: user }),
    ], form);
  }
}

/** Begins when the page does, and lasts as long. */
export function watchSession(context: Context): void {
  new SessionWatch(context);
}
