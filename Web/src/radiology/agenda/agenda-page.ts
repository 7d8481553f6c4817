// SPDX-License-Identifier: Apache-2.0

import { ApiError, describe, isAbort } from "../../api/problem";
import { Context } from "../../app/context";
import { may } from "../../app/navigation";
import { officePage } from "../../app/page";
import { h, replace } from "../../components/dom";
import { notice } from "../../components/notice";
import { toast } from "../../components/toast";
import { t } from "../../i18n/i18n";
import { liveUpdates } from "../../list/live-updates";
import { Scope } from "../../signals/scope";
import { DepartmentClient } from "../department";
import { ExamStates, LocalDateTime, OrderView } from "../types";
import { AgendaClient } from "./agenda-client";
import { atMinute, clock, dateOf, dayOf, dayText, minuteOf, monday, nowMinute, today } from "./calendar";
import { Carried, Carrying } from "./carrying";
import { blockTime, explainRefusal, letWait, showAppointment, showBlock } from "./dialogs";
import { AgendaGrid, Column } from "./grid";
import { obstacles, openTimes } from "./plan";
import { editResources } from "./resource-dialog";
import { AgendaSide, bookable } from "./side";
import { Appointment, Bookable, Resource, ResourceKind, WaitingEntry } from "./types";

/** Events tell of changes at once; blocked times, which are none, show at the latest then. */
const REFRESH_MS = 30_000;
const kinds: readonly { key: ResourceKind | "all"; label: string }[] = [
  { key: "machine", label: "Machines" }, { key: "room", label: "Rooms" }, { key: "person", label: "Staff" },
  { key: "all", label: "All" },
];

interface Booked {
  resources: number[];
  start: LocalDateTime;
  minutes: number;
}

/** `#/agenda`: the day of all resources, or the week of one. */
class AgendaPage {
  readonly element: HTMLElement;
  private readonly client: AgendaClient;
  private readonly department: DepartmentClient;
  private readonly grid: AgendaGrid;
  private readonly side: AgendaSide;
  private readonly carrying: Carrying;
  private readonly bar = h("div", { class: "filters agenda-bar" });
  private readonly message = h("div", { class: "work-message", hidden: true });
  private view: "day" | "week";
  private day: number;
  private kind: ResourceKind | "all";
  private chosen: number;
  private states: ExamStates | null = null;
  private resources: Resource[] = [];
  private appointments: Appointment[] = [];
  private waiting: WaitingEntry[] = [];
  private orders: OrderView[] = [];
  private columns: Column[] = [];
  private drawn = "";
  private asking: AbortController | null = null;

  constructor(private readonly context: Context, private readonly scope: Scope, query: URLSearchParams) {
    this.client = new AgendaClient(context.http);
    this.department = new DepartmentClient(context.http);
    this.view = query.get("view") === "week" ? "week" : "day";
    this.day = /^\d{8}$/.test(query.get("date") ?? "") ? dayOf(query.get("date") ?? "") : today();
    this.kind = kinds.find((each) => each.key === query.get("kind"))?.key ?? "machine";
    this.chosen = Number(query.get("resource") ?? 0);
    this.grid = new AgendaGrid({
      open: (appointment) => this.open(appointment),
      grab: (appointment, place, grip, event) => this.grab(appointment, place.column, grip, event),
    });
    this.carrying = new Carrying(this.grid, scope, {
      columns: () => this.columns, isFree: (carried) => this.isFree(carried),
      drop: (carried) => void this.drop(carried), turn: (days) => this.turn(days),
    });
    this.side = new AgendaSide({
      pick: (what) => void this.pick(what), grab: (what, event) => this.carrying.fromList(what, event),
      wait: (what) => void letWait(this.client, what, () => void this.refresh()),
      stopWaiting: (what) => void this.attempt(() => this.client.stopWaiting(what.exam)),
    });
    const main = h("main", { class: "agenda" }, this.grid.element, this.side.element, this.message);
    this.element = officePage(context, scope, "agenda", t("Agenda"), this.bar, main, this.carrying.element);
    scope.every(REFRESH_MS, () => void this.refresh());
    liveUpdates(context.events, scope, () => void this.refresh());
    scope.own(() => this.asking?.abort());
    scope.listen(window, "keydown", (event) => this.key(event));
    void this.start(Number(query.get("exam") ?? 0));
  }

  private async start(exam: number): Promise<void> {
    await this.refresh();
    if (exam === 0 || this.scope.isDisposed) return;
    const view = this.orders.find((each) => each.order.procedures.some((one) => one.id === exam));
    const wanted = view?.order.procedures.find((one) => one.id === exam);
    if (view && wanted) await this.pick(bookable(wanted, view.order.id, view.patient ?? null));
    else toast(t("This exam has a time, or needs none any more."));
  }

  // Data

  private get first(): number {
    return this.view === "week" ? monday(this.day) : this.day;
  }

  private async refresh(): Promise<void> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    try {
      this.states ??= await this.department.states();
      // A week shows one resource; the others' appointments would be many for nothing.
      if (this.view === "week" && this.resources.length === 0) this.resources = await this.client.resources();
      const of = this.view === "week" ? this.weekResource()?.id : undefined;
      const [resources, appointments, waiting, orders] = await Promise.all([
        this.client.resources(), this.client.appointments(this.first, this.view === "week" ? 7 : 1, asking.signal, of),
        this.client.waiting(asking.signal),
        this.department.orders(
          { search: "", statuses: ["requested", "noShow"], order: "urgency", offset: 0, limit: 100 }, asking.signal,
        ),
      ]);
      if (asking !== this.asking) return;
      [this.resources, this.appointments, this.waiting, this.orders] = [resources, appointments, waiting, orders];
      this.show();
    } catch (error) {
      if (!isAbort(error) && asking === this.asking) this.failed(error);
    }
  }

  private show(): void {
    // What is carried stays where it is; the agenda is drawn anew when it was put down.
    if (this.scope.isDisposed) return;
    const state = JSON.stringify([
      this.view, this.day, this.kind, this.chosen, this.resources, this.appointments, this.waiting, this.orders,
      Math.floor(nowMinute() / 5),
    ]);
    if (state === this.drawn) return;
    this.drawn = state;
    this.message.hidden = true;
    this.columns = this.view === "week" ? this.weekColumns() : this.dayColumns();
    this.drawBar();
    this.grid.draw(this.columns, this.appointments);
    this.side.draw(this.waiting, this.orders);
    this.carrying.redraw();
    if (this.resources.length === 0) this.empty();
  }

  private dayColumns(): Column[] {
    return this.resources
      .filter((each) => each.isActive && (this.kind === "all" || each.kind === this.kind))
      .map((resource) => ({
        resource, day: this.day, title: resource.name,
        detail: [resource.modality, resource.location].filter(Boolean).join(" · "),
      }));
  }

  private weekColumns(): Column[] {
    const resource = this.weekResource();
    if (!resource) return [];
    return Array.from({ length: 7 }, (_, index) => this.first + index).filter((day, index) => {
      const booked = this.appointments.some(({ booking }) =>
        booking.resources.includes(resource.id) && Math.floor(minuteOf(booking.start) / 1440) === day);
      return index < 5 || booked || openTimes(resource, day).length > 0;
    }).map((day) => ({ resource, day, title: dayText(day), detail: "" }));
  }

  private weekResource(): Resource | undefined {
    return this.resources.find((each) => each.id === this.chosen)
      ?? this.resources.find((each) => each.isActive && (this.kind === "all" || each.kind === this.kind))
      ?? this.resources[0];
  }

  // The bar

  private drawBar(): void {
    const button = (text: string, title: string, run: () => void): HTMLElement => {
      const element = h("button", { class: "button small", text, title, attrs: { type: "button" } });
      element.addEventListener("click", run);
      return element;
    };
    const steps = this.view === "week" ? 7 : 1;
    const date = h("input", { attrs: { type: "date", "aria-label": t("Day") } });
    date.value = dateOf(this.day).replace(/(\d{4})(\d{2})(\d{2})/, "$1-$2-$3");
    date.addEventListener("change", () => {
      if (date.value) this.go({ day: dayOf(date.value.replaceAll("-", "")) });
    });
    const title = this.view === "week"
      ? `${dayText(this.first)} – ${dayText(this.first + 6, "long")}` : dayText(this.day, "long");
    const chips = (all: readonly { key: string; label: string }[], here: string, choose: (key: string) => void) =>
      h("div", { class: "chips segmented" }, ...all.map(({ key, label }) => {
        const chip = h("button", { class: "chip", text: t(label),
          attrs: { type: "button", "aria-pressed": String(key === here) } });
        chip.addEventListener("click", () => choose(key));
        return chip;
      }));
    const views = [{ key: "day", label: "Day" }, { key: "week", label: "Week" }];
    const tools = h("div", { class: "bar-tools" });
    if (may(this.context, "manageOrders")) {
      tools.append(button(t("Block time"), t("Keep a resource from being booked"), () => this.block()));
    }
    if (may(this.context, "manageDepartment")) {
      tools.append(button(t("Resources"), t("Rooms, machines, staff and their opening hours"), () => this.edit()));
    }
    tools.append(h("a", { class: "button primary small", text: t("New order"), attrs: { href: "#/order/new" } }));
    replace(
      this.bar, button("‹", t("Earlier (Page up)"), () => this.turn(-steps)),
      button(t("Today"), t("Today (T)"), () => this.go({ day: today() })),
      button("›", t("Later (Page down)"), () => this.turn(steps)), date,
      h("h1", { class: "agenda-date", text: title }), chips(views, this.view,
        (key) => this.go({ view: key as "day" | "week" })),
      this.view === "week" ? this.resourceChoice() : chips(kinds, this.kind,
        (key) => this.go({ kind: key as ResourceKind })),
      tools,
    );
  }

  private resourceChoice(): HTMLElement {
    const select = h(
      "select", { attrs: { "aria-label": t("Resource") } },
      ...this.resources.filter((each) => each.isActive).map((each) => h("option",
        { text: each.name, attrs: { value: each.id } })),
    );
    select.value = String(this.weekResource()?.id ?? 0);
    select.addEventListener("change", () => this.go({ chosen: Number(select.value) }));
    return select;
  }

  private go(to: { view?: "day" | "week"; day?: number; kind?: ResourceKind | "all"; chosen?: number }): void {
    this.view = to.view ?? this.view;
    this.day = to.day ?? this.day;
    this.kind = to.kind ?? this.kind;
    this.chosen = to.chosen ?? this.chosen;
    const query = new URLSearchParams({ view: this.view, date: dateOf(this.day), kind: this.kind });
    if (this.view === "week") query.set("resource", String(this.weekResource()?.id ?? 0));
    this.context.router.replace(`#/agenda?${query}`);
    void this.refresh();
  }

  private turn(days: number): void {
    this.go({ day: this.day + days });
  }

  // What is done

  private open(appointment: Appointment): void {
    if (this.carrying.isOn) return;
    const changed = (): void => void this.refresh();
    if (!appointment.exam) return void showBlock(appointment, this.client, changed);
    void showAppointment(appointment, this.resources, this.states, this.department, {
      move: (one) => this.lift(one),
      rebook: (one, to) => void this.book(one.booking.exam, one.booking.step, to, false),
      changed,
    });
  }

  private carried(appointment: Appointment, column: number): Carried | null {
    const { booking, exam, patient } = appointment;
    if (!exam) return null;
    const what = { ...bookable(exam, appointment.order ?? 0, patient ?? null), minutes: booking.minutes };
    return { what, step: booking.step, resources: booking.resources, from: column, column,
      start: minuteOf(booking.start) };
  }

  private grab(appointment: Appointment, column: number, grip: number, event: PointerEvent): void {
    const carried = appointment.commands.includes("schedule") ? this.carried(appointment, column) : null;
    if (carried) this.carrying.byPointer(carried, grip, event);
  }

  /** From the dialog: to be moved by keys, or put down by a click. */
  private lift(appointment: Appointment): void {
    const column = this.columns.findIndex((each) => appointment.booking.resources.includes(each.resource.id)
      && each.day === Math.floor(minuteOf(appointment.booking.start) / 1440));
    const carried = this.carried(appointment, Math.max(0, column));
    if (carried) this.carrying.byKeys(carried);
  }

  /** The first time at which a resource that can do it is free, then to be moved and put down. */
  private async pick(what: Bookable): Promise<void> {
    if (this.carrying.isOn) return;
    const all = this.columns.map((each) => each.resource);
    const fitting = all.filter((each) => each.modality !== "" && each.modality === what.modality);
    const resources = [...new Set(fitting.length > 0 ? fitting : all)].slice(0, 6);
    if (resources.length === 0) return void toast(t("There is nothing to book here."));
    const from = Math.max(this.first * 1440, nowMinute());
    try {
      const found = await Promise.all(resources.map(async (resource) => {
        return { resource, slot: (await this.client.free([resource.id], what.minutes, from))[0] };
      }));
      const best = found.filter((each) => each.slot).sort((one, other) => minuteOf(one.slot) - minuteOf(other.slot))[0];
      const start = best ? minuteOf(best.slot) : this.first * 1440 + 8 * 60;
      const day = Math.floor(start / 1440);
      if (!this.columns.some((each) => each.day === day)) {
        this.day = day;
        this.go({ day });
        await this.refresh();
      }
      const id = best?.resource.id ?? resources[0].id;
      const column = Math.max(0, this.columns.findIndex((each) => each.resource.id === id && each.day === day));
      this.carrying.byKeys({ what, resources: [], from: null, column, start });
    } catch (error) {
      toast(describe(error), "error");
    }
  }

  /** What it would take where it is held: the column's resource instead of the one it came from. */
  private target(carried: Carried): Booked {
    const here = this.columns[carried.column]?.resource.id;
    const from = carried.from === null ? undefined : this.columns[carried.from]?.resource.id;
    const others = carried.resources.filter((id) => id !== from && id !== here);
    const resources = here === undefined ? [...carried.resources] : [here, ...others];
    return { resources, start: atMinute(carried.start), minutes: carried.what.minutes };
  }

  private inTheWay(exam: number, to: Booked): { taken: Appointment[]; closed: Resource[] } {
    const wanted = this.resources.filter((each) => to.resources.includes(each.id));
    return obstacles(wanted, this.appointments, minuteOf(to.start), to.minutes, exam);
  }

  private isFree(carried: Carried): boolean {
    const { taken, closed } = this.inTheWay(carried.what.exam, this.target(carried));
    return taken.length === 0 && closed.length === 0;
  }

  private async drop(carried: Carried): Promise<void> {
    await this.book(carried.what.exam, carried.step, this.target(carried), false);
  }

  private async book(exam: number, step: number | undefined, to: Booked, overbooks: boolean): Promise<void> {
    try {
      await this.client.book(exam, { step, ...to, overbooks });
      const at = minuteOf(to.start);
      toast(t("Booked: {day} {time}", { day: dayText(Math.floor(at / 1440)), time: clock(at) }));
      this.drawn = "";
      await this.refresh();
      this.grid.focus(exam);
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) await this.refused(error, exam, step, to);
      else toast(describe(error), "error");
      this.drawn = "";
      await this.refresh();
    }
  }

  private async refused(error: unknown, exam: number, step: number | undefined, to: Booked): Promise<void> {
    const slots = await this.client.free(to.resources, to.minutes, minuteOf(to.start)).catch(() => []);
    const way = this.inTheWay(exam, to);
    const answer = await explainRefusal(error, way, may(this.context, "overbook"), slots[0] ?? null);
    if (answer === "force") await this.book(exam, step, to, true);
    if (answer === "free" && slots[0]) await this.book(exam, step, { ...to, start: slots[0] }, false);
  }

  private block(): void {
    const start = Math.max(this.first * 1440 + 8 * 60, Math.ceil(nowMinute() / 15) * 15);
    const chosen = this.columns[0] ? [this.columns[0].resource.id] : [];
    void blockTime(this.client, this.resources, chosen, start, () => void this.refresh());
  }

  private edit(): void {
    void editResources(this.client, this.resources, () => void this.refresh());
  }

  private async attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      toast(describe(error), "error");
    }
    await this.refresh();
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const target = event.target;
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
    const steps = this.view === "week" ? 7 : 1;
    switch (event.key) {
      case "t": this.go({ day: today() }); break;
      case "d": this.go({ view: "day" }); break;
      case "w": this.go({ view: "week" }); break;
      case "PageUp": this.turn(-steps); break;
      case "PageDown": this.turn(steps); break;
      default: return;
    }
    event.preventDefault();
  }

  private empty(): void {
    const can = may(this.context, "manageDepartment");
    replace(this.message, notice({
      icon: "document", title: t("There are no rooms, machines or staff yet"),
      detail: can ? t("Add what can be booked, with its opening hours.")
        : t("An administrator adds what can be booked."),
      action: can ? { label: "Add a resource", run: () => this.edit() } : undefined,
    }));
    this.message.hidden = false;
  }

  private failed(error: unknown): void {
    this.drawn = "";
    const action = { label: "Try again", run: () => void this.refresh() };
    replace(this.message, notice({
      icon: "warning", title: t("The agenda cannot be shown"), detail: describe(error), action, alert: true,
    }));
    this.message.hidden = false;
  }
}

export function agendaPage(context: Context, scope: Scope, query: URLSearchParams): HTMLElement {
  return new AgendaPage(context, scope, query).element;
}
