// SPDX-License-Identifier: Apache-2.0

import { t } from "../i18n/i18n";
import { Child, h, replace } from "./dom";

export interface TableColumn<T> {
  readonly title: string;
  readonly cell: (item: T) => Child | Child[];
  /** `number` aligns right, `tight` takes no more room than it needs. */
  readonly kind?: "number" | "tight" | "strong";
}

/** A table of the office's pages: rows may be chosen by click, arrows and Enter. */
export class DataTable<T> {
  readonly element: HTMLElement;
  private readonly body = h("tbody");
  private readonly table: HTMLElement;
  private readonly none: HTMLElement;
  private drawn = "";

  constructor(
    label: string, private readonly columns: readonly TableColumn<T>[],
    private readonly options: {
      none: string; key?: (item: T) => string; open?: (item: T) => void; row?: (row: HTMLElement, item: T) => void;
    },
  ) {
    const head = h("tr", {}, ...columns.map((column) =>
      h("th", { text: column.title, class: column.kind ?? "", attrs: { scope: "col" } })));
    this.none = h("p", { class: "table-none faint", text: options.none, hidden: true });
    this.table = h("table", { class: "data-table", attrs: { "aria-label": label } }, h("thead", {}, head), this.body);
    this.element = h("div", { class: "table-box" }, this.table, this.none);
  }

  show(items: readonly T[]): void {
    const state = JSON.stringify(items);
    this.none.hidden = items.length > 0;
    this.table.hidden = items.length === 0;
    if (state === this.drawn) return;
    this.drawn = state;
    const focused = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>("tr[data-key]");
    const key = focused && this.body.contains(focused) ? focused.dataset.key : undefined;
    replace(this.body, ...items.map((item) => this.row(item)));
    if (key === undefined) return;
    Array.from(this.body.children).find((row) => (row as HTMLElement).dataset.key === key)
      ?.dispatchEvent(new CustomEvent("refocus"));
  }

  private row(item: T): HTMLElement {
    const { open, key } = this.options;
    const row = h("tr", { class: open ? "opens" : "", attrs: { tabindex: open ? 0 : null,
      "data-key": key?.(item) ?? null } });
    for (const column of this.columns) {
      const cell = h("td", { class: column.kind ?? "" });
      const content = column.cell(item);
      (Array.isArray(content) ? content : [content]).forEach((child) => child && cell.append(child));
      row.append(cell);
    }
    this.options.row?.(row, item);
    row.addEventListener("refocus", () => row.focus());
    if (open) {
      row.addEventListener("click", (event) => {
        if (!(event.target as Element).closest("button, a, input, select, label")) open(item);
      });
      row.addEventListener("keydown", (event) => {
        if (event.target !== row) return;
        const next = event.key === "ArrowDown" ? row.nextElementSibling : event.key === "ArrowUp"
          ? row.previousElementSibling : null;
        if (event.key === "Enter") open(item);
        else if (next) (next as HTMLElement).focus();
        else return;
        event.preventDefault();
      });
    }
    return row;
  }
}

/** A small button of a row; a failure is the caller's to show. */
export function rowButton(text: string, run: () => void, kind = ""): HTMLElement {
  const button = h("button", { class: `button small ${kind}`, text, attrs: { type: "button" } });
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    run();
  });
  return button;
}

/** A line that says how many there are. */
export function shownText(count: number, total: number): string {
  return count < total ? t("{n} of {total}", { n: count, total }) : "";
}
