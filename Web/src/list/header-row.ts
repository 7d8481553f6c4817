// SPDX-License-Identifier: Apache-2.0

import { t } from "../i18n/i18n";
import { h } from "../components/dom";
import { icon } from "../components/icons";
import { Scope } from "../signals/scope";
import { Signal } from "../signals/signal";
import { columns, Column } from "./columns";
import { ListQuery, sortedBy } from "./query";

/** The column heads; those that the server can sort by are buttons. */
export function headerRow(query: Signal<ListQuery>, scope: Scope): HTMLElement {
  const row = h("div", { class: "row head", attrs: { role: "row", "aria-rowindex": 1 } });
  for (const column of columns) row.append(headerCell(column, query, scope));
  return row;
}

function headerCell(column: Column, query: Signal<ListQuery>, scope: Scope): HTMLElement {
  const cell = h("span", { class: `cell ${column.id}`, attrs: { role: "columnheader" } });
  const key = column.sort;
  if (!key) {
    cell.append(h("span", { class: column.id === "thumbnail" ? "sr-only" : "", text: t(column.label) }));
    return cell;
  }
  const arrow = h("span", { class: "arrow" });
  const button = h(
    "button", { attrs: { type: "button" }, title: t(
      "Sort by {column}", { column: t(column.label) }
    ) }, t(column.label), arrow,
  );
  button.addEventListener("click", () => query.update((value) => sortedBy(value, key)));
  scope.effect(() => {
    const { sort, ascending } = query.get();
    const sorted = sort === key;
    cell.setAttribute("aria-sort", sorted ? (ascending ? "ascending" : "descending") : "none");
    arrow.replaceChildren(...(sorted ? [icon(ascending ? "up" : "down")] : []));
  });
  cell.append(button);
  return cell;
}
