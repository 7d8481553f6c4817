// SPDX-License-Identifier: Apache-2.0

import { t } from "../i18n/i18n";
import { Context } from "./context";
import { field, formCard } from "./signin-page";

export const SHORTEST_PASSWORD = 10;

/** What is wrong with the two passwords, or null. */
export function passwordProblem(password: string, repeated: string): string | null {
  if (password.length < SHORTEST_PASSWORD) return t(
    "The password needs at least {n} characters.", { n: SHORTEST_PASSWORD }
  );
  return password === repeated ? null : t("The two passwords differ.");
}

/** `#/setup?token=…`: creates the first administrator. */
export function setupPage(context: Context, token: string): HTMLElement {
  const displayName = field({ name: "displayName", label: "Your name", autocomplete: "name", required: false });
  const name = field({ name: "name", label: "User name", autocomplete: "username", hint: "What you type to sign in." });
  const password = field({
    name: "password", label: "Password", type: "password", autocomplete: "new-password",
    hint: t("At least {n} characters; a few words are easy to remember.", { n: SHORTEST_PASSWORD }),
  });
  const repeated = field({ name: "repeat", label: "Repeat password", type: "password", autocomplete: "new-password" });
  const boxes = [displayName.box, name.box, password.box, repeated.box];
  const lead = "Create the first administrator of this archive. The link works once.";
  const card = formCard({ title: t("Set up Martlet"), lead, submit: "Create administrator" }, boxes, async () => {
    const chosen = name.input.value.trim();
    if (!token) throw new Error(t("The link is incomplete: open it exactly as the server printed it."));
    if (!chosen) throw new Error(t("Choose a user name."));
    const problem = passwordProblem(password.input.value, repeated.input.value);
    if (problem) throw new Error(problem);
    await context.session.setup({
      token, name: chosen, displayName: displayName.input.value.trim() || chosen, password: password.input.value,
    });
    context.router.redirect("#/");
  });
  queueMicrotask(() => displayName.input.focus());
  return card;
}
