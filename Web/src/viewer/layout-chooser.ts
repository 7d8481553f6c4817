// SPDX-License-Identifier: Apache-2.0

import { h } from "../components/dom";
import { icon } from "../components/icons";
import { t } from "../i18n/i18n";
import { Scope } from "../signals/scope";
import { Layout, MOST_COLUMNS, MOST_ROWS } from "./state/layout";

/** A button under which any number of rows and columns up to four can be pointed at. */
export function layoutChooser(scope: Scope, current: () => Layout, choose: (layout: Layout) => void): HTMLElement {
  const cells: HTMLButtonElement[] = [];
  const panel = h("div", { class: "layout-panel popup", hidden: true, attrs: { role: "menu" } });
  const button = h("button", {
    class: "tool", title: t("Rows and columns"),
    attrs: { type: "button", "aria-label": t("Rows and columns"), "aria-haspopup": "menu", "aria-expanded": "false" },
  }, icon("layoutGrid"));
  const close = (): void => {
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
  };
  const mark = ({ rows, columns }: Layout): void => cells.forEach((cell, i) => {
    cell.classList.toggle("in", Math.floor(i / MOST_COLUMNS) < rows && i % MOST_COLUMNS < columns);
  });
  for (let i = 0; i < MOST_ROWS * MOST_COLUMNS; i += 1) {
    const layout = { rows: Math.floor(i / MOST_COLUMNS) + 1, columns: (i % MOST_COLUMNS) + 1 };
    const label = `${layout.rows} × ${layout.columns}`;
    const cell = h("button", { title: label, attrs: { type: "button", role: "menuitem", "aria-label": label } });
    cell.addEventListener("pointerenter", () => mark(layout));
    cell.addEventListener("focus", () => mark(layout));
    cell.addEventListener("click", () => {
      choose(layout);
      close();
    });
    cells.push(cell);
  }
  panel.append(...cells);
  button.addEventListener("click", () => {
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    mark(current());
    if (!panel.hidden) cells[0].focus();
  });
  const box = h("div", { class: "popup-owner" }, button, panel);
  scope.listen(box, "keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: MOST_COLUMNS, ArrowUp: -MOST_COLUMNS }[event.key];
    if (event.key !== "Escape" && by === undefined) return;
    event.stopPropagation();
    event.preventDefault();
    if (event.key === "Escape") close();
    else cells[cells.indexOf(document.activeElement as HTMLButtonElement) + (by ?? 0)]?.focus();
  });
  scope.listen(document, "pointerdown", (event) => {
    if (!box.contains(event.target as Node)) close();
  });
  return box;
}
