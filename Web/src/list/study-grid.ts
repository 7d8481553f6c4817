// SPDX-License-Identifier: Apache-2.0

import { t } from "../i18n/i18n";
import { StudySummary } from "../api/types";
import { h } from "../components/dom";
import { Scope } from "../signals/scope";
import { columns } from "./columns";
import { RowView } from "./row-view";
import { PAGE_SIZE, StudyPages } from "./study-pages";
import {
  Anchor, anchorShift, HEAD_HEIGHT, MOST_ROWS, pagesOf, ROW_HEIGHT, RowRange, scrollToShow, visibleRows,
} from "./virtual";

const SCROLL_SETTLE_MS = 50;
const AGE_MS = 5_000;

/** The rows: only those in the window exist. The grid has the focus; the selected row is its active descendant. */
export class StudyGrid {
  readonly element: HTMLElement;
  private readonly space: HTMLElement;
  private readonly views = new Map<number, RowView>();
  private readonly seen = new Set<string>();
  private selectedUID = "";
  private selectedRow = 0;
  private settle: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly pages: StudyPages, scope: Scope, head: HTMLElement,
    private readonly open: (study: StudySummary) => void,
  ) {
    this.space = h("div", { class: "space", attrs: { role: "rowgroup" } });
    this.element = h("div", {
      class: "rows",
      attrs: { role: "grid", tabindex: 0, "aria-label": t("Studies"), "aria-colcount": columns.length },
    }, head, this.space);
    scope.listen(this.element, "scroll", () => this.scrolled(), { passive: true });
    scope.listen(this.element, "keydown", (event) => this.key(event));
    scope.listen(this.element, "pointerdown", (event) => this.pressed(event));
    scope.listen(this.element, "click", (event) => this.clicked(event));
    const resize = new ResizeObserver(() => this.draw());
    resize.observe(this.element);
    scope.own(() => resize.disconnect());
    scope.every(AGE_MS, () => this.views.forEach((view) => view.age()));
    scope.own(() => clearTimeout(this.settle));
  }

  get isAtTop(): boolean {
    return this.element.scrollTop < ROW_HEIGHT / 2;
  }

  get selected(): StudySummary | undefined {
    return this.pages.row(this.selectedRow);
  }

  /** Of the rows, without the head. */
  private get height(): number {
    return Math.max(0, this.element.clientHeight - HEAD_HEIGHT);
  }

  toTop(): void {
    this.element.scrollTop = 0;
    this.select(0);
  }

  focus(): void {
    this.element.focus();
    this.select(this.selectedRow);
  }

  /** Rows of a new query: from the top, nothing is new to the eye. */
  reset(): void {
    this.element.scrollTop = 0;
    this.seen.clear();
    this.selectedRow = 0;
    this.selectedUID = this.pages.row(0)?.studyUID ?? "";
    this.views.forEach((view) => view.element.remove());
    this.views.clear();
    this.draw();
    this.remember();
  }

  visiblePages(): number[] {
    return pagesOf(this.range(), PAGE_SIZE);
  }

  /** Called before rows are replaced by newer ones; what it returns, after: the rows in view stay where they are. */
  holdPosition(): () => void {
    const atTop = this.isAtTop;
    const anchors = this.anchors();
    return () => {
      const shift = anchorShift(anchors, (studyUID) => this.pages.rowOf(studyUID));
      this.resize();
      if (shift !== 0 && !atTop) this.element.scrollTop += shift * ROW_HEIGHT;
      const row = this.pages.rowOf(this.selectedUID);
      if (row !== undefined) this.selectedRow = row;
    };
  }

  draw(): void {
    this.resize();
    const range = this.range();
    for (const [index, view] of this.views) {
      if (index < range.first || index >= range.end) {
        view.element.remove();
        this.views.delete(index);
      }
    }
    for (let index = range.first; index < range.end; index += 1) this.drawRow(index);
  }

  /** Marks rows that were not there before, then knows them. */
  markFresh(): void {
    for (const [index, view] of this.views) {
      const study = this.pages.row(index);
      if (study) view.markFresh(!this.seen.has(study.studyUID));
    }
  }

  remember(): void {
    for (const index of this.views.keys()) {
      const study = this.pages.row(index);
      if (study) this.seen.add(study.studyUID);
    }
  }

  private drawRow(index: number): void {
    let view = this.views.get(index);
    if (!view) {
      view = new RowView(index);
      this.views.set(index, view);
      this.space.append(view.element);
    }
    view.show(this.pages.row(index));
    view.select(index === this.selectedRow && document.activeElement === this.element);
  }

  private resize(): void {
    this.space.style.height = `${Math.min(this.pages.total, MOST_ROWS) * ROW_HEIGHT}px`;
    this.element.setAttribute("aria-rowcount", String(this.pages.total + 1));
  }

  private range(margin?: number): RowRange {
    return visibleRows(this.element.scrollTop, this.height, this.pages.total, margin);
  }

  private anchors(): Anchor[] {
    const range = this.range(0);
    const anchors: Anchor[] = [];
    for (let row = range.first; row < range.end; row += 1) {
      const study = this.pages.row(row);
      if (study) anchors.push({ studyUID: study.studyUID, row });
    }
    return anchors;
  }

  private scrolled(): void {
    this.draw();
    this.remember();
    clearTimeout(this.settle);
    this.settle = setTimeout(() => this.pages.need(this.visiblePages()), SCROLL_SETTLE_MS);
  }

  private pressed(event: PointerEvent): void {
    const row = (event.target as Element).closest<HTMLElement>(".row")?.dataset.index;
    if (row !== undefined) this.select(Number(row));
  }

  /** Rows of this archive are links; those of others are brought here first. */
  private clicked(event: MouseEvent): void {
    const row = (event.target as Element).closest<HTMLElement>(".row.elsewhere")?.dataset.index;
    const study = row === undefined ? undefined : this.pages.row(Number(row));
    if (study) this.open(study);
  }

  /** Brings what other archives have into view. */
  toElsewhere(): void {
    this.focus();
    this.select(this.pages.here);
  }

  private select(row: number): void {
    if (this.pages.total === 0) return;
    const index = Math.max(0, Math.min(row, Math.min(this.pages.total, MOST_ROWS) - 1));
    this.selectedRow = index;
    this.selectedUID = this.pages.row(index)?.studyUID ?? "";
    const top = scrollToShow(index, this.element.scrollTop, this.height);
    if (top !== this.element.scrollTop) this.element.scrollTop = top;
    this.draw();
    this.views.forEach((view, at) => view.select(at === index));
    this.element.setAttribute("aria-activedescendant", `study-row-${index}`);
  }

  private key(event: KeyboardEvent): void {
    if (event.target instanceof HTMLButtonElement) return;
    const page = Math.max(1, Math.floor(this.height / ROW_HEIGHT) - 1);
    const moves: Record<string, number> = {
      ArrowDown: this.selectedRow + 1, ArrowUp: this.selectedRow - 1,
      PageDown: this.selectedRow + page, PageUp: this.selectedRow - page,
      Home: 0, End: this.pages.total - 1,
    };
    const study = this.selected;
    if (event.key in moves) this.select(moves[event.key]);
    else if (event.key === "Enter" && study) this.open(study);
    else return;
    event.preventDefault();
  }
}
