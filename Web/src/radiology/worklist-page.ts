// SPDX-License-Identifier: Apache-2.0

import { describe, isAbort } from "../api/problem";
import { accountMenu, connectionBadge } from "../app/account-menu";
import { Context } from "../app/context";
import { navigation } from "../app/navigation";
import { orderAddress, readingAddress, studyAddress, worklistAddress } from "../app/router";
import { brand } from "../app/signin-page";
import { h, replace } from "../components/dom";
import { icon } from "../components/icons";
import { notice } from "../components/notice";
import { age, dayAt, personName } from "../components/text";
import { t } from "../i18n/i18n";
import { liveUpdates } from "../list/live-updates";
import { Scope } from "../signals/scope";
import { DepartmentClient } from "./department";
import { examButtons } from "./exam-actions";
import { Exam, ExamStates, OrderView } from "./types";
import { identifierText, isUrgent, priorityText, startText, statusTitle, waited } from "./words";
import { Worklist, worklist, worklists } from "./worklists";

const PAGE = 100;
/** Others work on the same list: what they did shows at least this soon. */
const REFRESH_MS = 5_000;
const TYPING_MS = 200;

/** Exams in these states are opened with their images and their report by who writes reports. */
const reading = new Set(["toRead", "dictated", "toSign"]);
const readers = new Set(["radiologist", "secretary"]);

interface Line {
  view: OrderView;
  exam: Exam;
}

/** YYYYMMDD of a day, counted from today, on this machine's clock. */
function localDay(later: number): string {
  const day = new Date();
  day.setDate(day.getDate() + later);
  return dayAt(day);
}

/** `#/worklist`: exams by what is to be done with them. */
class WorklistPage {
  readonly element: HTMLElement;
  private readonly client: DepartmentClient;
  private readonly list: Worklist;
  private readonly rows = h("div", { class: "work-rows", attrs: { role: "rowgroup", tabindex: 0 } });
  private readonly message = h("div", { class: "work-message", hidden: true });
  private readonly search: HTMLInputElement;
  private states: ExamStates | null = null;
  private views: OrderView[] = [];
  private lines: Line[] = [];
  private readonly chips = new Map<string, HTMLElement>();
  private readonly station = h("select", { class: "menu", attrs: { "aria-label": t("Machine") } });
  private readonly day = h("select", { class: "menu", attrs: { "aria-label": t("Day") } });
  private shown = PAGE;
  private selected = 0;
  private drawn = "";
  private asking: AbortController | null = null;

  constructor(private readonly context: Context, private readonly scope: Scope, parameters: URLSearchParams) {
    this.client = new DepartmentClient(context.http);
    this.list = worklist(parameters.get("list"), context.session.user.peek()?.role ?? "");
    this.search = h("input", {
      id: "work-search",
      attrs: {
        type: "search", placeholder: t("Name, ID, accession or order number"), "aria-label": t("Search orders"),
        autocomplete: "off", spellcheck: "false", value: parameters.get("search") ?? "",
      },
    });
    const table = h("div", { class: "work-table", attrs: { role: "table", "aria-label": t(this.list.title) } });
    table.append(this.head(), this.rows, this.message);
    this.element = h("div", { class: "page work-page" }, this.masthead(), this.tabs(), h("main", {}, table));
    this.wire();
    void this.refresh();
  }

  private masthead(): HTMLElement {
    const search = h("div", { class: "search" }, icon("search"), this.search);
    return h(
      "header", { class: "masthead" }, brand(), navigation(this.context, "worklist"), search,
      connectionBadge(this.context, this.scope), accountMenu(this.context, this.scope),
    );
  }

  private tabs(): HTMLElement {
    const chips = worklists.map((each) => {
      const count = h("span", { class: "chip-count" });
      this.chips.set(each.key, count);
      return h("a", {
        class: "chip",
        attrs: {
          href: worklistAddress(new URLSearchParams({ list: each.key })),
          "aria-current": each === this.list ? "page" : null,
        },
      }, t(each.title), count);
    });
    const add = h("a", {
      class: "button primary small new-order", text: t("New order"), attrs: { href: "#/order/new" },
    });
    const lists = h("div", { class: "chips" }, ...chips);
    this.fillMenus();
    return h(
      "nav", { class: "filters", attrs: { "aria-label": t("Worklists") } }, lists, this.day, this.station, add,
    );
  }

  /** A room's own list: one machine, today. */
  private fillMenus(): void {
    const option = (text: string, value: string): HTMLElement => h("option", { text, attrs: { value } });
    this.day.append(option(t("All days"), ""), option(t("Today"), localDay(0)), option(t("Tomorrow"), localDay(1)));
    this.station.append(option(t("All machines"), ""));
    const change = (): void => {
      this.shown = PAGE;
      void this.refresh();
    };
    this.day.addEventListener("change", change);
    this.station.addEventListener("change", change);
    void this.context.http.json<{ resources: { kind: string; aeTitle: string; name: string; isActive: boolean }[] }>(
      "/api/v1/resources",
    ).then(({ resources }) => this.station.append(...resources
      .filter((each) => each.kind === "machine" && each.isActive && each.aeTitle)
      .map((each) => option(each.name, each.aeTitle))), () => undefined);
  }

  private head(): HTMLElement {
    const titles = [
      "", t("Patient"), t("ID"), t("Age · sex"), t("Exam"), t("Modality"), t("Accession"), t("Start"), t("Status"),
      t("Since"), "",
    ];
    const cells = titles.map((text) => h("span", { class: "cell", text, attrs: { role: "columnheader" } }));
    return h("div", { class: "work-row head", attrs: { role: "row" } }, ...cells);
  }

  private wire(): void {
    let typing: ReturnType<typeof setTimeout> | undefined;
    this.search.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => {
        this.shown = PAGE;
        void this.refresh();
      }, TYPING_MS);
    });
    this.scope.own(() => clearTimeout(typing));
    this.scope.every(REFRESH_MS, () => void this.refresh());
    liveUpdates(this.context.events, this.scope, () => void this.refresh());
    this.scope.own(() => this.asking?.abort());
    this.scope.listen(this.rows, "scroll", () => this.scrolled(), { passive: true });
    this.scope.listen(window, "keydown", (event) => this.key(event));
  }

  private async refresh(): Promise<void> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const query = {
      search: this.search.value.trim(), statuses: this.list.statuses, order: this.list.order, offset: 0,
      limit: Math.min(this.shown, 500), station: this.station.value, day: this.day.value,
    };
    try {
      this.states ??= await this.client.states();
      const [found, counted] = await Promise.all([
        this.client.exams(query, asking.signal), this.client.counts(asking.signal),
      ]);
      if (asking !== this.asking) return;
      this.showCounts(counted);
      this.show(found.views);
    } catch (error) {
      if (!isAbort(error) && asking === this.asking) this.failed(error);
    }
  }

  private showCounts({ counts, largest }: { counts: Record<string, number>; largest: number }): void {
    for (const list of worklists) {
      const sum = list.statuses.reduce((all, status) => all + (counts[status] ?? 0), 0);
      const isMore = list.statuses.some((status) => (counts[status] ?? 0) >= largest);
      const element = this.chips.get(list.key);
      if (element) element.textContent = list.isOver || sum === 0 ? "" : isMore ? `${largest}+` : String(sum);
    }
  }

  private show(views: OrderView[]): void {
    this.views = views;
    this.lines = views.flatMap((view) => view.order.procedures.map((exam) => ({ view, exam })));
    const state = JSON.stringify([this.lines, Math.floor(Date.now() / 60_000)]);
    if (state === this.drawn) return;
    this.drawn = state;
    this.selected = Math.min(this.selected, Math.max(0, this.lines.length - 1));
    this.message.hidden = true;
    this.rows.replaceChildren(...this.lines.map((line, index) => this.row(line, index)));
    if (this.lines.length === 0) this.empty();
  }

  private row({ view, exam }: Line, index: number): HTMLElement {
    const patient = view.patient;
    const step = exam.steps[0];
    const urgent = isUrgent(exam.priority);
    const today = dayAt(new Date());
    const cell = (kind: string, text: string, title?: string): HTMLElement =>
      h("span", { class: `cell ${kind}`, text, title, attrs: { role: "cell" } });
    const row = h("div", {
      class: index === this.selected ? "work-row selected" : "work-row",
      attrs: { role: "row", "data-exam": exam.id, "data-order": view.order.id, "data-status": exam.status },
    });
    const actions = examButtons(this.client, this.states, view, exam, 2, () => void this.refresh());
    row.append(
      cell(urgent ? "priority urgent" : "priority", urgent ? priorityText(exam.priority) : ""),
      cell("patient strong", personName(patient?.name ?? "") || t("(no name)")),
      cell("id", identifierText(patient)),
      cell("age", [age(patient?.birthDate ?? "", today), patient?.sex].filter(Boolean).join(" · ")),
      cell("exam", exam.description || step?.description || "", view.order.request.reason),
      h("span", { class: "cell", attrs: { role: "cell" } }, ...this.modalities(exam)),
      cell("accession", view.order.accession.value),
      cell("start", startText(step?.start)),
      this.status(exam),
      cell("since faint", waited(exam.statusSince, Date.now())),
      h("span", { class: "cell actions", attrs: { role: "cell" } }, actions),
    );
    row.addEventListener("click", () => this.select(index));
    row.addEventListener("dblclick", () => this.open(index));
    return row;
  }

  private status(exam: Exam): HTMLElement {
    const text = statusTitle(this.states, exam.status);
    const badge = h("span", { class: "status-badge", text, attrs: { "data-status": exam.status } });
    const by = exam.claim?.by;
    const claimed = by ? h("span", { class: "claimed", text: by, title: t("{name} works on it", { name: by }) }) : null;
    return h("span", { class: "cell status", attrs: { role: "cell" } }, badge, claimed);
  }

  private modalities(exam: Exam): HTMLElement[] {
    const all = [...new Set(exam.steps.map((step) => step.modality).filter(Boolean))];
    return all.map((text) => h("span", { class: "modality", text, attrs: { "data-modality": text } }));
  }

  private select(index: number): void {
    this.rows.children[this.selected]?.classList.remove("selected");
    this.selected = Math.max(0, Math.min(index, this.lines.length - 1));
    const row = this.rows.children[this.selected];
    row?.classList.add("selected");
    row?.scrollIntoView({ block: "nearest" });
  }

  private open(index: number): void {
    const line = this.lines[index];
    if (!line) return;
    const isReading = reading.has(line.exam.status) && readers.has(this.context.session.user.peek()?.role ?? "");
    const address = isReading
      ? readingAddress(line.exam.id, new URLSearchParams()) : orderAddress(line.view.order.id);
    if (isReading) this.context.readFrom = location.hash;
    this.context.router.go(address);
  }

  /** Arrows move, Enter opens what is to be done, O the order, V the images; R as in every list; / searches. */
  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target instanceof HTMLInputElement) {
      if (event.key === "ArrowDown" && event.target === this.search) this.rows.focus();
      return;
    }
    const line = this.lines[this.selected];
    switch (event.key) {
      case "ArrowDown": this.select(this.selected + 1); break;
      case "ArrowUp": this.select(this.selected - 1); break;
      case "Enter":
        if (event.target instanceof HTMLButtonElement || event.target instanceof HTMLAnchorElement) return;
        this.open(this.selected);
        break;
      case "o": if (line) this.context.router.go(orderAddress(line.view.order.id)); break;
      case "v": if (line) this.context.router.go(studyAddress(line.exam.studyInstanceUID)); break;
      case "/": this.search.focus(); break;
      default: return;
    }
    event.preventDefault();
  }

  private scrolled(): void {
    const { scrollTop, clientHeight, scrollHeight } = this.rows;
    if (scrollTop + clientHeight < scrollHeight - 200 || this.views.length < this.shown || this.shown >= 500) return;
    this.shown += PAGE;
    void this.refresh();
  }

  private empty(): void {
    const searched = this.search.value.trim() !== "";
    replace(this.message, notice({
      icon: searched ? "search" : "document",
      title: searched ? t("No exam matches") : t("Nothing under “{list}”", { list: t(this.list.title) }),
      detail: searched ? t("Other words may find it, or another list has it.") : t("New work appears here by itself."),
    }));
    this.message.hidden = false;
  }

  private failed(error: unknown): void {
    this.rows.replaceChildren();
    this.drawn = "";
    const action = { label: t("Try again"), run: () => void this.refresh() };
    replace(this.message, notice({
      icon: "warning", title: t("The worklist cannot be shown"), detail: describe(error), action, alert: true,
    }));
    this.message.hidden = false;
  }
}

export function worklistPage(context: Context, scope: Scope, parameters: URLSearchParams): HTMLElement {
  document.title = `${t("Worklists")} · Martlet`;
  return new WorklistPage(context, scope, parameters).element;
}
