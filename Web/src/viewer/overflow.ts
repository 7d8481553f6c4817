// SPDX-License-Identifier: Apache-2.0

import { h } from "../components/dom";
import { icon } from "../components/icons";
import { t } from "../i18n/i18n";
import { Scope } from "../signals/scope";

/** Keeps a bar in one row: groups that do not fit stand in a panel under a button, in the order of `spare`. */
export function keepInOneRow(bar: HTMLElement, spare: readonly HTMLElement[], scope: Scope): void {
  const panel = h("div", { class: "popup more-panel", hidden: true });
  const button = h("button", {
    class: "tool", title: t("More tools"),
    attrs: { type: "button", "aria-label": t("More tools"), "aria-haspopup": "true", "aria-expanded": "false" },
  }, icon("more"));
  const more = h("div", { class: "popup-owner more", hidden: true }, button, panel);
  const groups = Array.from(bar.children) as HTMLElement[];
  bar.append(more);
  const open = (isOpen: boolean): void => {
    panel.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
  };
  let fitted = "";
  const fit = (): void => {
    const now = [bar.clientWidth, ...groups.map((group) => (group.hidden ? 0 : 1))].join(" ");
    if (bar.clientWidth === 0 || now === fitted) return;
    fitted = now;
    const place = panel.contains(document.activeElement) ? document.activeElement as HTMLElement : null;
    more.before(...groups);
    more.hidden = true;
    for (const group of spare) {
      if (bar.scrollWidth <= bar.clientWidth) break;
      more.hidden = false;
      panel.append(group);
    }
    place?.focus();
  };
  button.addEventListener("click", () => open(panel.hidden === true));
  scope.listen(more, "keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    open(false);
    button.focus();
    event.stopPropagation();
  });
  scope.listen(document, "pointerdown", (event) => {
    if (!more.contains(event.target as Node)) open(false);
  });
  const resize = new ResizeObserver(fit);
  resize.observe(bar);
  const changes = new MutationObserver(fit);
  changes.observe(bar, { subtree: true, attributes: true, attributeFilter: ["hidden"] });
  scope.own(() => {
    resize.disconnect();
    changes.disconnect();
  });
}
