// SPDX-License-Identifier: Apache-2.0

import { h, replace } from "../../components/dom";
import { personName } from "../../components/text";
import { t } from "../../i18n/i18n";
import { Scope } from "../../signals/scope";
import { clock, dayText } from "./calendar";
import { AgendaGrid, Column } from "./grid";
import { Bookable } from "./types";

/** Pixels that a pointer moves before it is a drag and no click. */
const THRESHOLD = 5;
const STEP = 15;
const FINE = 5;

/** An exam on its way to a time. */
export interface Carried {
  readonly what: Bookable;
  readonly step?: number;
  /** What it takes up where it comes from. */
  readonly resources: readonly number[];
  /** Column that it comes from; null for one that has no time. */
  readonly from: number | null;
  column: number;
  start: number;
}

interface Actions {
  columns(): readonly Column[];
  isFree(carried: Carried): boolean;
  drop(carried: Carried): void;
  turn(days: number): void;
}

/** Carries an exam over the agenda by pointer or keys; what it says is announced. */
export class Carrying {
  readonly element = h("div", { class: "carry-bar", hidden: true, attrs: { role: "status", "aria-live": "polite" } });
  private carried: Carried | null = null;
  private grip = 0;
  private pressed: { x: number; y: number; begin: () => void } | null = null;
  private isDragging = false;

  constructor(private readonly grid: AgendaGrid, scope: Scope, private readonly actions: Actions) {
    scope.listen(window, "pointermove", (event) => this.moved(event));
    scope.listen(window, "pointerup", (event) => this.released(event));
    scope.listen(window, "pointercancel", () => this.cancel());
    scope.listen(window, "keydown", (event) => this.key(event), { capture: true });
  }

  get isOn(): boolean {
    return this.carried !== null;
  }

  /** The pointer went down on an appointment: it is carried once the pointer moves. */
  byPointer(carried: Carried, grip: number, event: PointerEvent): void {
    if (event.button !== 0 || this.carried) return;
    this.pressed = { x: event.clientX, y: event.clientY, begin: () => this.begin(carried, grip) };
  }

  fromList(what: Bookable, event: PointerEvent): void {
    this.byPointer({ what, resources: [], from: null, column: -1, start: 0 }, 0, event);
  }

  /** Carried until Enter or a click puts it down, or Escape lets it go. */
  byKeys(carried: Carried): void {
    this.begin(carried, 0);
    this.draw();
    this.grid.bring();
    (document.activeElement as HTMLElement | null)?.blur();
  }

  redraw(): void {
    if (this.carried) this.draw();
  }

  private begin(carried: Carried, grip: number): void {
    this.carried = { ...carried };
    this.grip = grip;
    document.body.classList.add("carrying");
  }

  private moved(event: PointerEvent): void {
    const pressed = this.pressed;
    if (pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) >= THRESHOLD) {
      this.pressed = null;
      this.isDragging = true;
      pressed.begin();
    }
    if (!this.carried) return;
    const place = this.grid.placeAt(event.clientX, event.clientY, 1);
    if (!place) return;
    const step = event.shiftKey ? FINE : STEP;
    this.carried.column = place.column;
    this.carried.start = Math.round((place.start - this.grip) / step) * step;
    this.draw();
  }

  private released(event: PointerEvent): void {
    this.pressed = null;
    if (!this.carried) return;
    const isOver = this.grid.placeAt(event.clientX, event.clientY, 1) !== null;
    if (isOver && this.carried.column >= 0) {
      // The click that follows is none on an appointment.
      window.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 50);
      this.put();
    } else if (this.isDragging) this.cancel();
  }

  private put(): void {
    const carried = this.carried;
    this.end();
    if (carried) this.actions.drop(carried);
  }

  private cancel(): void {
    this.pressed = null;
    this.end();
  }

  private end(): void {
    this.carried = null;
    this.isDragging = false;
    this.grid.show(null);
    this.element.hidden = true;
    document.body.classList.remove("carrying");
  }

  private key(event: KeyboardEvent): void {
    const carried = this.carried;
    if (!carried || document.querySelector("dialog[open]")) return;
    const step = event.shiftKey ? FINE : STEP;
    const last = this.actions.columns().length - 1;
    switch (event.key) {
      case "ArrowUp": carried.start -= step; break;
      case "ArrowDown": carried.start += step; break;
      case "ArrowLeft": this.toColumn(Math.max(0, carried.column - 1)); break;
      case "ArrowRight": this.toColumn(Math.min(last, carried.column + 1)); break;
      case "PageUp": this.toDay(-1); break;
      case "PageDown": this.toDay(1); break;
      case "Enter": this.put(); break;
      case "Escape": this.cancel(); break;
      default: return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (this.carried) {
      this.draw();
      this.grid.bring();
    }
  }

  private toColumn(column: number): void {
    const carried = this.carried;
    const columns = this.actions.columns();
    if (!carried || !columns[column]) return;
    carried.start += ((columns[column].day) - (columns[carried.column]?.day ?? columns[column].day)) * 1440;
    carried.column = column;
  }

  private toDay(step: number): void {
    if (!this.carried) return;
    const columns = this.actions.columns();
    const isWeek = columns.length > 1 && columns[0].day !== columns[columns.length - 1].day;
    this.carried.start += step * (isWeek ? 7 : 1) * 1440;
    this.actions.turn(step * (isWeek ? 7 : 1));
  }

  private draw(): void {
    const carried = this.carried;
    if (!carried) return;
    const columns = this.actions.columns();
    // A day that was turned to shows the same columns.
    const column = columns[carried.column];
    if (column && column.day !== Math.floor(carried.start / 1440)) {
      const same = columns.findIndex((each) => each.day === Math.floor(carried.start / 1440)
        && (each.resource.id === column.resource.id));
      if (same >= 0) carried.column = same;
    }
    const isFree = carried.column >= 0 && this.actions.isFree(carried);
    const name = personName(carried.what.patient?.name ?? "") || t("(no name)");
    this.grid.show(carried.column < 0 ? null : carried, carried.what.minutes, name, isFree);
    const end = carried.start + carried.what.minutes;
    const words = carried.column < 0 ? [name, carried.what.description] : [
      name, carried.what.description, dayText(Math.floor(carried.start / 1440)),
        `${clock(carried.start)}–${clock(end)}`,
      columns[carried.column]?.resource.name ?? "",
    ];
    const state = carried.column < 0 ? "" : isFree ? t("free") : t("taken or closed");
    replace(
      this.element, h("strong", { text: words.filter(Boolean).join(" · ") }),
      state ? h("span", { class: isFree ? "good" : "refused", text: state }) : null,
      h("span", { class: "faint",
        text: t("Enter or a click books, arrows move (Shift: 5 minutes), Escape leaves it") }),
    );
    this.element.hidden = false;
  }
}

function swallow(event: Event): void {
  event.stopPropagation();
  event.preventDefault();
}
