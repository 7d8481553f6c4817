// SPDX-License-Identifier: Apache-2.0

import { ApiError, describe } from "../api/problem";
import { h } from "../components/dom";
import { toast } from "../components/toast";
import { t } from "../i18n/i18n";
import { DepartmentClient } from "./department";
import { askSafety, screening } from "./screening";
import { Exam, ExamStates, OrderView } from "./types";
import { commandTitle } from "./words";

/** Asks for a reason in words; null where the user thinks better of it. */
export function askReason(title: string): Promise<string | null> {
  const input = h("input", { attrs: { type: "text", maxlength: 200, "aria-label": t("Reason"), required: true } });
  const go = h("button", { class: "button primary", text: title, attrs: { type: "submit" } });
  const leave = h("button", { class: "button", text: t("Go back"), attrs: { type: "button" } });
  const form = h(
    "form", { attrs: { method: "dialog" } }, h("h2", { text: title }),
    h("div", { class: "field" }, h("label", { text: t("Reason") }), input),
    h("div", { class: "form-buttons" }, leave, go),
  );
  const dialog = h("dialog", { class: "reason-dialog" }, form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    let answer: string | null = null;
    leave.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = input.value.trim();
      if (!text) return input.focus();
      answer = text;
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    dialog.showModal();
    input.focus();
  });
}

/** Commands that follow from what is done elsewhere (agenda, report, delivery) have no button of their own. */
const withoutButton = new Set(["schedule", "dictate", "submit", "validate", "send", "discardDraft", "sendBack"]);

/** What leads on comes first, what leads back or out comes last. */
const usualOrder = [
  "arrive", "enterRoom", "complete", "release", "reinstate", "leaveRoom", "reopen", "withhold", "undoArrival",
  "unschedule", "markNoShow", "discontinue", "cancel",
];

/** The commands that a list or sheet offers for an exam, the usual one first. */
export function offered(view: OrderView, exam: Exam): string[] {
  const all = (view.commands[String(exam.id)] ?? []).filter((command) => !withoutButton.has(command));
  const rank = (command: string): number => (usualOrder.indexOf(command) + usualOrder.length) % usualOrder.length;
  return all.sort((one, other) => rank(one) - rank(other));
}

/** Buttons of the transition table for an exam; `done` gets the order as it is then. */
export function examButtons(
  client: DepartmentClient, states: ExamStates | null, view: OrderView, exam: Exam, most: number,
  done: (view: OrderView) => void,
): HTMLElement {
  const box = h("div", { class: "exam-actions" });
  offered(view, exam).slice(0, most).forEach((command, index) => {
    const title = commandTitle(states, command);
    const button = h("button", {
      class: index === 0 ? "button small primary" : "button small", text: title,
      attrs: { type: "button", "data-command": command },
    });
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      void examFlow(client, states, exam, command, title, done);
    });
    box.append(button);
  });
  return box;
}

/** Does it; asks for a reason where it needs one, and the safety questions where they stand in the way. */
export async function examFlow(
  client: DepartmentClient, states: ExamStates | null, exam: Exam, command: string, title: string,
  done: (view: OrderView) => void,
): Promise<void> {
  const needsReason = states?.transitions.some((each) => each.command === command && each.needsReason) ?? false;
  const reason = needsReason ? await askReason(title) : "";
  if (reason === null) return;
  const act = async (): Promise<void> => done(await client.perform(exam.id, command, reason));
  try {
    await act().catch(async (error: unknown) => {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      const state = await screening(client.http, exam.id);
      if (!state.blocks) throw error;
      const mayOverride = states?.transitions.some((each) => each.command === "validate" && each.allowed) ?? false;
      if (await askSafety(client.http, exam.id, mayOverride)) await act();
    });
  } catch (error) {
    toast(`${title}: ${describe(error)}`, "error");
  }
}
