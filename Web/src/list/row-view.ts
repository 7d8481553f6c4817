// SPDX-License-Identifier: Apache-2.0

import { StudySummary } from "../api/types";
import { studyAddress } from "../app/router";
import { h } from "../components/dom";
import { columns } from "./columns";
import { isElsewhere } from "./other-archives";
import { ROW_HEIGHT } from "./virtual";

/** One line of the list: a link, so that it opens in a new tab the way links do. */
export class RowView {
  readonly element: HTMLAnchorElement;
  private readonly cells: HTMLElement[];
  private shown: StudySummary | null = null;

  constructor(index: number) {
    this.cells = columns.map((column) => h("span", { class: `cell ${column.id}`, attrs: { role: "gridcell" } }));
    this.element = h("a", {
      class: "row", id: `study-row-${index}`,
      attrs: { role: "row", tabindex: -1, "aria-rowindex": index + 2, draggable: "false" },
    }, ...this.cells);
    this.element.style.transform = `translateY(${index * ROW_HEIGHT}px)`;
    this.element.dataset.index = String(index);
  }

  show(study: StudySummary | undefined): void {
    if (!study) {
      if (!this.shown) this.element.classList.add("waiting");
      return;
    }
    if (study === this.shown) return;
    const same = this.shown !== null && JSON.stringify(study) === JSON.stringify(this.shown);
    const sameImage = this.shown?.thumbnail === study.thumbnail;
    this.shown = study;
    if (same) return;
    this.element.classList.remove("waiting");
    const elsewhere = isElsewhere(study);
    this.element.classList.toggle("elsewhere", elsewhere);
    if (elsewhere) this.element.removeAttribute("href");
    else this.element.href = studyAddress(study.studyUID);
    this.element.dataset.study = study.studyUID;
    columns.forEach((column, at) => {
      if (column.id === "thumbnail" && sameImage && this.cells[at].childNodes.length > 0) return;
      this.cells[at].replaceChildren(...column.render(study));
    });
  }

  /** Brings up to date what time has changed. */
  age(): void {
    const study = this.shown;
    if (!study) return;
    columns.forEach((column, at) => column.ages && this.cells[at].replaceChildren(...column.render(study)));
  }

  select(selected: boolean): void {
    this.element.classList.toggle("selected", selected);
    this.element.setAttribute("aria-selected", String(selected));
  }

  markFresh(fresh: boolean): void {
    this.element.classList.toggle("fresh", fresh);
  }
}
