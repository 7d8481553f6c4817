// SPDX-License-Identifier: Apache-2.0

import { t } from "../i18n/i18n";
import { ApiError, describe } from "../api/problem";
import { h } from "../components/dom";
import { icon } from "../components/icons";
import { Context } from "./context";

export interface FieldOptions {
  name: string;
  label: string;
  type?: string;
  autocomplete: string;
  hint?: string;
  required?: boolean;
}

export function field(options: FieldOptions): { box: HTMLElement; input: HTMLInputElement } {
  const id = `field-${options.name}`;
  const input = h("input", {
    id,
    attrs: {
      name: options.name,
      type: options.type ?? "text",
      autocomplete: options.autocomplete,
      required: options.required ?? true,
      spellcheck: "false",
      autocapitalize: "none",
    },
  });
  const box = h("div", { class: "field" }, h("label", { text: t(options.label), attrs: { for: id } }), input);
  if (options.hint) {
    box.append(h("p", { class: "hint", id: `${id}-hint`, text: t(options.hint) }));
    input.setAttribute("aria-describedby", `${id}-hint`);
  }
  return { box, input };
}

export function brand(): HTMLElement {
  return h(
    "div", { class: "brand" }, h("img", { attrs: { src: "/favicon.svg", alt: "" } }), h("span", { text: t("Martlet") }),
  );
}

/** A form in the middle of an otherwise empty page; `submit` throws what is then shown above its button. */
export function formCard(
  options: { title: string; lead?: string; submit: string }, fields: HTMLElement[], submit: () => Promise<void>,
): HTMLElement {
  const error = h("p", { class: "form-error", attrs: { role: "alert" }, hidden: true });
  const button = h("button", { class: "button primary", text: t(options.submit), attrs: { type: "submit" } });
  const form = h("form", { class: "card", attrs: { novalidate: true, "aria-label": t(options.title) } });
  form.append(brand(), h("h1", { text: t(options.title) }));
  if (options.lead) form.append(h("p", { class: "lead", text: t(options.lead) }));
  form.append(...fields, error, button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    error.hidden = true;
    button.disabled = true;
    submit()
      .catch((reason: unknown) => {
        error.replaceChildren(icon("warning"), describe(reason));
        error.hidden = false;
      })
      .finally(() => (button.disabled = false));
  });
  return h("main", { class: "centre" }, form);
}

/** `#/signin`; who has signed in is taken on by the router. */
export function signInPage(context: Context): HTMLElement {
  const name = field({ name: "name", label: "User name", autocomplete: "username" });
  const password = field({
    name: "password", label: "Password", type: "password", autocomplete: "current-password",
  });
  const card = formCard({ title: "Sign in", submit: "Sign in" }, [name.box, password.box], async () => {
    if (!name.input.value.trim() || !password.input.value) throw new Error(t("Enter your user name and password."));
    try {
      await context.session.signIn(name.input.value.trim(), password.input.value);
    } catch (error) {
      if (error instanceof ApiError && error.isSignedOut) {
        password.input.select();
        throw new Error(t("User name or password is wrong."));
      }
      throw error;
    }
  });
  void suggestSetup(context, card);
  queueMicrotask(() => name.input.focus());
  return card;
}

/** Before the first administrator exists nobody can sign in: say how to begin. */
async function suggestSetup(context: Context, card: HTMLElement): Promise<void> {
  try {
    if (!(await context.session.needsSetup())) return;
  } catch {
    return;
  }
  const text = "No account exists yet. Open the one-time set-up link that the server printed when it started.";
  card.querySelector("h1")?.after(h("p", { class: "lead", text }));
}
