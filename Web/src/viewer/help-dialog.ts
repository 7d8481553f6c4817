// SPDX-License-Identifier: Apache-2.0

import { h } from "../components/dom";
import { icon } from "../components/icons";
import { Binding, bindings, keyLabel } from "./keymap";

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
  for (const [keys, label] of rows) table.append(h("dt", {}, h("kbd", { text: keys })), h("dd", { text: label }));
  return h("section", {}, h("h3", { text: title }), table);
}

/** Keys that do the same stand in one line. */
function rows(group: Binding["group"]): [string, string][] {
  const labels = new Map<string, string[]>();
  for (const binding of bindings) {
    if (binding.group !== group || /^Window [2-9]$/.test(binding.label)) continue;
    const label = binding.label === "Window 1" ? "Windows of the image, then presets" : binding.label;
    const key = binding.label === "Window 1" ? "1 … 9" : keyLabel(binding);
    labels.set(label, [...(labels.get(label) ?? []), key]);
  }
  return Array.from(labels, ([label, keys]) => [keys.join("  "), label]);
}

export function helpDialog(): HTMLDialogElement {
  const close = h("button", { class: "ghost", attrs: { type: "button", "aria-label": "Close help" } }, icon("close"));
  const body = h("div", { class: "help-body" }, list("Mouse", mouse));
  for (const group of groups) body.append(list(group, rows(group)));
  const dialog = h("dialog", { class: "help", attrs: { "aria-label": "Keys and mouse" } });
  dialog.append(h("header", {}, h("h2", { text: "Keys and mouse" }), close), body);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  return dialog;
}
