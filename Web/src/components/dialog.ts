// SPDX-License-Identifier: Apache-2.0

import { t } from "../i18n/i18n";
import { append, Child, h, replace } from "./dom";
import { describe } from "../api/problem";
import { icon } from "./icons";

export interface DialogButton {
  readonly text: string;
  readonly kind?: "primary" | "danger";
  /** What the dialog then answers; a failure is shown in it, and it stays. `null` closes it without an answer. */
  readonly run: (() => Promise<unknown> | unknown) | null;
}

/** A dialog over the page: Escape and "Go back" leave it. Answers what a button returned, or null. */
export function dialog<T>(
  options: { title: string; class?: string; buttons: DialogButton[] }, ...body: Child[]
): Promise<T | null> {
  const error = h("p", { class: "form-error", hidden: true, attrs: { role: "alert" } });
  const form = h("form", { attrs: { method: "dialog", novalidate: true } }, h("h2", { text: options.title }));
  append(form, body);
  const box = h("dialog", { class: `office-dialog ${options.class ?? ""}`, attrs: { "aria-label": options.title } },
    form);
  const row = h("div", { class: "form-buttons" });
  form.append(error, row);
  let answer: T | null = null;
  let resolve: (answer: T | null) => void;
  // At once: the event of closing comes later than what the user may do next.
  const end = (): void => {
    box.close();
    box.remove();
    resolve(answer);
  };
  const buttons = options.buttons.map((each) => {
    const button = h("button", {
      class: `button ${each.kind ?? ""}`, text: each.text, attrs: { type: each.kind === "primary" ? "submit"
        : "button" },
    });
    const press = async (): Promise<void> => {
      if (each.run === null) return end();
      buttons.forEach((other) => (other.disabled = true));
      error.hidden = true;
      try {
        answer = ((await each.run()) ?? true) as T;
        end();
      } catch (reason) {
        replace(error, icon("warning"), describe(reason));
        error.hidden = false;
      } finally {
        buttons.forEach((other) => (other.disabled = false));
      }
    };
    if (each.kind === "primary") {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        void press();
      });
    } else button.addEventListener("click", () => void press());
    return button;
  });
  row.append(...buttons);
  document.body.append(box);
  return new Promise((answered) => {
    resolve = answered;
    box.addEventListener("cancel", (event) => {
      event.preventDefault();
      end();
    });
    box.addEventListener("close", end);
    box.showModal();
    const first = box.querySelector<HTMLElement>("[autofocus], .field input, .field select, .field textarea");
    (first ?? buttons.find((button) => button.type === "submit") ?? buttons[0])?.focus({ preventScroll: true });
  });
}

export function goBack(): DialogButton {
  return { text: t("Go back"), run: null };
}

/** A labelled input of a form; `type` is that of the input, or `area` for several lines. */
export function inputField(
  label: string, value: string, attrs: Record<string, string | number | boolean | null> = {},
): { box: HTMLElement; input: HTMLInputElement } {
  const id = `input-${Math.random().toString(36).slice(2)}`;
  const input = h("input", { id, attrs: { type: "text", autocomplete: "off", maxlength: 200, ...attrs } });
  input.value = value;
  return { box: h("div", { class: "field" }, h("label", { text: label, attrs: { for: id } }), input), input };
}

export function selectField(
  label: string, options: readonly (readonly [string, string])[], value: string,
): { box: HTMLElement; input: HTMLSelectElement } {
  const id = `select-${Math.random().toString(36).slice(2)}`;
  const input = h("select", { id }, ...options.map(([key, text]) => h("option", { text, attrs: { value: key } })));
  input.value = value;
  return { box: h("div", { class: "field" }, h("label", { text: label, attrs: { for: id } }), input), input };
}

/** Asks before something that is not done lightly. */
export async function confirm(title: string, detail: string, button: string): Promise<boolean> {
  const buttons: DialogButton[] = [goBack(), { text: button, kind: "primary", run: () => true }];
  return (await dialog<boolean>({ title, buttons }, h("p", { text: detail }))) ?? false;
}
