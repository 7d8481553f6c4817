// SPDX-License-Identifier: Apache-2.0

import { h, replace } from "../../components/dom";
import { personName } from "../../components/text";
import { t } from "../../i18n/i18n";
import { isUrgent } from "../words";
import { clock, dayText, minuteOf, nowMinute } from "./calendar";
import { closedTimes, Interval, lanes, load, openTimes, shownHours } from "./plan";
import { Appointment, Resource } from "./types";

/** Height of a minute in pixels: a quarter of an hour is one line of text. */
const MINUTE = 1.3;

/** A resource on a day. */
export interface Column {
  readonly resource: Resource;
  readonly day: number;
  readonly title: string;
  readonly detail: string;
}

/** A place on the agenda; minutes since 1970-01-01. */
export interface Place {
  readonly column: number;
  readonly start: number;
}

export interface GridActions {
  open(appointment: Appointment): void;
  /** The pointer went down on an appointment; `grip` is minutes from its start. */
  grab(appointment: Appointment, place: Place, grip: number, event: PointerEvent): void;
}

/** Columns with opening hours and appointments. */
export class AgendaGrid {
  readonly element: HTMLElement;
  private readonly head = h("div", { class: "agenda-head" });
  private readonly body = h("div", { class: "agenda-body" });
  private readonly scroller: HTMLElement;
  private readonly ghost = h("div", { class: "appointment ghost", attrs: { "aria-hidden": "true" } });
  private columns: readonly Column[] = [];
  private bodies: HTMLElement[] = [];
  private hours = { from: 420, to: 1140 };
  private isScrolled = false;

  constructor(private readonly actions: GridActions) {
    this.scroller = h("div", { class: "agenda-scroll" }, this.head, this.body);
    this.element = h("div", { class: "agenda-grid" }, this.scroller);
  }

  draw(columns: readonly Column[], appointments: readonly Appointment[]): void {
    const focused = document.activeElement?.closest<HTMLElement>(".appointment")?.dataset.booking;
    this.columns = columns;
    const open = columns.map((column) => openTimes(column.resource, column.day));
    const mine = columns.map((column) => appointments.filter(({ booking }) =>
      booking.resources.includes(column.resource.id) && Math.floor(minuteOf(booking.start) / 1440) === column.day));
    this.hours = shownHours(open.flat(), mine.flat().map(interval));
    // What is closed all day, with nobody in it, gives its room to the others.
    const widths = columns.map((_, index) =>
      open[index].length === 0 && mine[index].length === 0 ? "minmax(92px, 0.3fr)" : "minmax(150px, 1fr)");
    const template = `56px ${widths.join(" ")}`;
    this.head.style.gridTemplateColumns = template;
    this.body.style.gridTemplateColumns = template;
    this.body.style.height = `${(this.hours.to - this.hours.from) * MINUTE}px`;
    replace(this.head, h("span", { class: "agenda-corner" }), ...columns.map((column, index) =>
      this.title(column, load(open[index], mine[index].map(interval)))));
    this.bodies = columns.map((column, index) => this.column(column, open[index], mine[index], index));
    replace(this.body, this.gutter(), ...this.bodies);
    this.body.querySelector<HTMLElement>(`[data-booking="${focused}"]`)?.focus();
    this.scrollToNow();
  }

  private title(column: Column, used: { open: number; booked: number }): HTMLElement {
    const share = used.open > 0 ? Math.round((100 * used.booked) / used.open) : 0;
    const bar = h("span", { class: "agenda-load" }, h("span", {}));
    (bar.firstElementChild as HTMLElement).style.width = `${Math.min(share, 100)}%`;
    const isToday = column.day * 1440 <= nowMinute() && nowMinute() < (column.day + 1) * 1440;
    return h(
      "div", { class: isToday ? "agenda-title today" : "agenda-title" }, h("strong", { text: column.title }),
      h("span", { class: "faint", text: column.detail }), bar,
      h("span", { class: "faint", text: used.open > 0 ? t("{n} % booked", { n: share }) : t("Closed") }),
    );
  }

  private gutter(): HTMLElement {
    const gutter = h("div", { class: "agenda-gutter", attrs: { "aria-hidden": "true" } });
    for (let at = this.hours.from; at < this.hours.to; at += 60) {
      const mark = h("span", { text: clock(at) });
      mark.style.top = `${(at - this.hours.from) * MINUTE}px`;
      gutter.append(mark);
    }
    return gutter;
  }

  private column(column: Column, open: Interval[], appointments: Appointment[], index: number): HTMLElement {
    const start = column.day * 1440;
    const label = `${column.resource.name}, ${dayText(column.day)}`;
    const body = h("div", { class: "agenda-column", attrs: { role: "group", "aria-label": label,
      "data-column": index } });
    for (const closed of closedTimes(open, { from: start + this.hours.from, to: start + this.hours.to })) {
      body.append(this.box("agenda-closed", column, closed.from, closed.to));
    }
    for (const closure of column.resource.closures) {
      const from = Math.max(minuteOf(closure.from), start + this.hours.from);
      const to = Math.min(minuteOf(closure.to), start + this.hours.to);
      if (from < to && closure.reason) {
        const note = this.box("agenda-closure", column, from, to);
        note.textContent = closure.reason;
        body.append(note);
      }
    }
    for (const placed of lanes(appointments.map((item) => ({ item, ...interval(item) })))) {
      body.append(this.appointment(placed.item, column, index, placed));
    }
    const now = nowMinute() - start;
    if (now >= this.hours.from && now < this.hours.to) {
      body.append(this.box("agenda-now", column, start + now, start + now + 1));
    }
    return body;
  }

  private box(kind: string, column: Column, from: number, to: number): HTMLElement {
    const box = h("div", { class: kind });
    this.place(box, column, from, to);
    return box;
  }

  private place(box: HTMLElement, column: Column, from: number, to: number): void {
    const top = from - column.day * 1440 - this.hours.from;
    box.style.top = `${top * MINUTE}px`;
    box.style.height = `${Math.max((to - from) * MINUTE - 1, 1)}px`;
  }

  private appointment(
    item: Appointment, column: Column, index: number, at: { from: number; to: number; lane: number; lanes: number },
  ): HTMLElement {
    const { booking, exam, patient } = item;
    const name = exam ? personName(patient?.name ?? "") || t("(no name)") : booking.title || t("Blocked");
    const time = `${clock(at.from)}–${clock(at.to)}`;
    const what = exam?.description || exam?.steps[0]?.description || "";
    const box = h("button", {
      class: exam ? "appointment" : "appointment block", title: [time, name, what].filter(Boolean).join("\n"),
      attrs: {
        type: "button", "data-booking": booking.id, "data-exam": exam ? exam.id : null,
        "data-modality": exam?.steps[0]?.modality ?? null, "data-status": exam?.status ?? null,
        "data-short": at.to - at.from < 30 ? true : null,
        "aria-label": [time, name, what, booking.isOverbooked ? t("Overbooked") : ""].filter(Boolean).join(", "),
      },
    }, headline(at.from, name));
    if (exam && isUrgent(exam.priority)) box.classList.add("urgent");
    if (booking.isOverbooked) box.classList.add("overbooked");
    if (what) box.append(h("span", { class: "appointment-what", text: what }));
    this.place(box, column, at.from, at.to);
    box.style.left = `calc(${(100 * at.lane) / at.lanes}% + 2px)`;
    box.style.width = `calc(${100 / at.lanes}% - 4px)`;
    box.addEventListener("click", () => this.actions.open(item));
    box.addEventListener("keydown", (event) => this.walk(event, box));
    if (exam) {
      box.addEventListener("pointerdown", (event) => {
        const under = this.placeAt(event.clientX, event.clientY, 1);
        this.actions.grab(item, { column: index, start: at.from }, under ? under.start - at.from : 0, event);
      });
    }
    return box;
  }

  /** Arrows go to the next appointment, or to the nearest one of the next column. */
  private walk(event: KeyboardEvent, box: HTMLElement): void {
    const column = this.bodies.findIndex((body) => body.contains(box));
    const all = (index: number): HTMLElement[] =>
      Array.from(this.bodies[index]?.querySelectorAll<HTMLElement>("button.appointment") ?? [])
        .sort((one, other) => one.offsetTop - other.offsetTop);
    const sideways = (step: number): HTMLElement | undefined => {
      for (let at = column + step; at >= 0 && at < this.bodies.length; at += step) {
        const near = all(at).sort((one, other) =>
          Math.abs(one.offsetTop - box.offsetTop) - Math.abs(other.offsetTop - box.offsetTop))[0];
        if (near) return near;
      }
      return undefined;
    };
    const here = all(column);
    const next = { ArrowDown: here[here.indexOf(box) + 1], ArrowUp: here[here.indexOf(box) - 1] }[event.key]
      ?? (event.key === "ArrowRight" ? sideways(1) : event.key === "ArrowLeft" ? sideways(-1) : undefined);
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  /** What is under a point of the window, at multiples of `step` minutes; null beside the columns. */
  placeAt(x: number, y: number, step: number): Place | null {
    const index = this.bodies.findIndex((body) => {
      const { left, right } = body.getBoundingClientRect();
      return left <= x && x < right;
    });
    const view = this.scroller.getBoundingClientRect();
    if (index < 0 || y < view.top || y > view.bottom) return null;
    const minute = (y - this.bodies[index].getBoundingClientRect().top) / MINUTE + this.hours.from;
    return { column: index, start: this.columns[index].day * 1440 + Math.round(minute / step) * step };
  }

  /** Shows what is carried where it would come to lie; null takes it away. */
  show(place: Place | null, minutes = 0, text = "", isFree = true): void {
    this.ghost.remove();
    const column = place ? this.columns[place.column] : undefined;
    if (!place || !column) return;
    replace(this.ghost, headline(place.start, text));
    this.ghost.classList.toggle("refused", !isFree);
    this.place(this.ghost, column, place.start, place.start + minutes);
    this.bodies[place.column].append(this.ghost);
  }

  bring(): void {
    this.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  focus(exam: number): void {
    this.body.querySelector<HTMLElement>(`[data-exam="${exam}"]`)?.focus();
  }

  private scrollToNow(): void {
    const line = this.body.querySelector(".agenda-now");
    if (this.isScrolled || !line) return;
    this.isScrolled = true;
    line.scrollIntoView({ block: "center" });
  }
}

function headline(start: number, name: string): HTMLElement {
  return h(
    "span", { class: "appointment-head" }, h("span", { class: "appointment-time", text: clock(start) }),
    h("strong", { text: name }),
  );
}

function interval({ booking }: Appointment): Interval {
  const from = minuteOf(booking.start);
  return { from, to: from + booking.minutes };
}
