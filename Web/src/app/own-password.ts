// SPDX-License-Identifier: Apache-2.0

import { dialog, goBack, inputField } from "../components/dialog";
import { h } from "../components/dom";
import { toast } from "../components/toast";
import { t } from "../i18n/i18n";
import { Context } from "./context";
import { roleText } from "./roles";
import { passwordProblem, SHORTEST_PASSWORD } from "./setup-page";
import { field, formCard } from "./signin-page";

function lengthHint(): string {
  return t("At least {n} characters; a few words are easy to remember.", { n: SHORTEST_PASSWORD });
}

/** In place of every page, for whoever came by a password that somebody else made. */
export function ownPasswordPage(context: Context): HTMLElement {
  document.title = `${t("Choose a password")} · Martlet`;
  const known = context.session.oneTimePassword;
  const current = field({
    name: "current", label: "One-time password", type: "password", autocomplete: "current-password",
  });
  const wanted = field({
    name: "new", label: "New password", type: "password", autocomplete: "new-password", hint: lengthHint(),
  });
  const repeated = field({ name: "repeat", label: "Repeat password", type: "password", autocomplete: "new-password" });
  const boxes = [...(known === null ? [current.box] : []), wanted.box, repeated.box];
  const lead = "Somebody else made the password that you signed in with. Choose one that only you know.";
  const card = formCard({ title: "Choose a password", lead, submit: "Go on" }, boxes, async () => {
    const problem = passwordProblem(wanted.input.value, repeated.input.value);
    if (problem) throw new Error(problem);
    await context.session.changePassword(known ?? current.input.value, wanted.input.value);
  });
  const leave = h("button", { class: "button", text: t("Sign out"), attrs: { type: "button" } });
  leave.addEventListener("click", () => void context.session.signOut());
  card.querySelector("form")?.append(leave);
  queueMicrotask(() => (known === null ? current : wanted).input.focus());
  return card;
}

/** Who one is, and another password. */
export async function openOwnAccount(context: Context): Promise<void> {
  const user = context.session.user.peek();
  if (!user) return;
  const attrs = (autocomplete: string) => ({ type: "password", maxlength: 256, autocomplete });
  const current = inputField(t("Present password"), "", attrs("current-password"));
  const wanted = inputField(t("New password"), "", attrs("new-password"));
  const repeated = inputField(t("Repeat password"), "", attrs("new-password"));
  const save = async (): Promise<void> => {
    if (!current.input.value) throw new Error(t("Give the present password."));
    const problem = passwordProblem(wanted.input.value, repeated.input.value);
    if (problem) throw new Error(problem);
    await context.session.changePassword(current.input.value, wanted.input.value);
  };
  const done = await dialog(
    { title: t("Change password"), buttons: [goBack(), { text: t("Save"), kind: "primary", run: save }] },
    h("p", { class: "faint", text: t("Signed in as {name} ({role})", { name: user.name, role: roleText(user.role) }) }),
    current.box, wanted.box, h("p", { class: "hint", text: lengthHint() }), repeated.box,
  );
  if (done) toast(t("The password was changed. Whoever was signed in with the old one elsewhere is signed out."));
}
