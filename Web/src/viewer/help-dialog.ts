// SPDX-License-Identifier: Apache-2.0

import { t } from "../i18n/i18n";
import { h } from "../components/dom";
import { icon } from "../components/icons";
import { chooseLanguage, currentLanguage, languages } from "../i18n/i18n";
import { KeyProfile, keyProfiles } from "./key-profiles";
import { Binding, bindingsOf, keyLabel } from "./keymap";

const mouse: [string, string][] = [
  ["Left button", "the chosen tool"],
  ["Middle button", "move"],
  ["Right button", "zoom"],
  ["Wheel", "scroll, with Shift five at a time"],
  ["Ctrl + wheel", "zoom at the pointer"],
  ["Double click", "one pane large, and back"],
  ["Drag a series", "show it in that pane"],
];

const groups: Binding["group"][] = ["Tools", "Images", "Window", "View", "Measure", "Other"];

function list(title: string, rows: [string, string][]): HTMLElement {
  const table = h("dl");
  for (const [keys, label] of rows) table.append(h("dt", {}, h("kbd", { text: t(keys) })), h("dd", { text: t(label) }));
  return h("section", {}, h("h3", { text: t(title) }), table);
}

/** Keys that do the same stand in one line. */
function rows(group: Binding["group"], profile: KeyProfile): [string, string][] {
  const labels = new Map<string, string[]>();
  for (const binding of bindingsOf(profile)) {
    if (binding.group !== group || /^Window [2-9]$/.test(binding.label)) continue;
    const label = binding.label === "Window 1" ? "Windows of the image, then presets" : binding.label;
    const key = binding.label === "Window 1" ? "1 … 9" : keyLabel(binding);
    labels.set(label, [...(labels.get(label) ?? []), key]);
  }
  return Array.from(labels, ([label, keys]) => [keys.join("  "), label]);
}

function choice(
  label: string, options: [string, string][], value: string, chosen: (value: string) => void
): HTMLElement {
  const select = h("select", { class: "menu", attrs: { "aria-label": label } });
  select.append(...options.map(([name, text]) => h("option", { text, attrs: { value: name } })));
  select.value = value;
  select.addEventListener("change", () => chosen(select.value));
  return h("label", { class: "check" }, h("span", { text: label }), select);
}

/** Keys and mouse, and which keys: those of a profile that hands already know. */
export function helpDialog(profile: KeyProfile, choose: (profile: KeyProfile) => void): HTMLDialogElement {
  const close = h(
    "button", { class: "ghost", attrs: { type: "button", "aria-label": t("Close help") } }, icon("close")
  );
  const choices = h(
    "div", { class: "help-choices" },
    choice(t("Key profile"), keyProfiles.map((name) => [name, name]), profile, (name) => choose(name as KeyProfile)),
    choice(t("Language"), Object.entries(languages), currentLanguage(), chooseLanguage),
  );
  const body = h("div", { class: "help-body" }, choices, list("Mouse", mouse));
  for (const group of groups) body.append(list(group, rows(group, profile)));
  const dialog = h("dialog", { class: "help", attrs: { "aria-label": t("Keys and mouse") } });
  dialog.append(h("header", {}, h("h2", { text: t("Keys and mouse") }), close), body);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  return dialog;
}
