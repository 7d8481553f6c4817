// SPDX-License-Identifier: Apache-2.0

import { describe, isAbort } from "../api/problem";
import { accountMenu, connectionBadge } from "../app/account-menu";
import { Context } from "../app/context";
import { navigation } from "../app/navigation";
import { orderAddress, readingAddress, readingListAddress, studyAddress } from "../app/router";
import { brand } from "../app/signin-page";
import { h, replace } from "../components/dom";
import { icon } from "../components/icons";
import { notice } from "../components/notice";
import { age, dayAt, personName } from "../components/text";
import { toast } from "../components/toast";
import { plural, t } from "../i18n/i18n";
import { DepartmentClient } from "../radiology/department";
import { departmentEvents } from "../radiology/department-events";
import { ExamStates } from "../radiology/types";
import { identifierText, isUrgent, priorityText, statusTitle, waited } from "../radiology/words";
import { Scope } from "../signals/scope";
import { ReportsClient } from "./client";
import { dayOf } from "./priors-panel";
import { readingFilter, readingLists, Visited } from "./reading-filter";
import { ExamView, studyOf } from "./types";

/** Where a message got lost the list catches up at least this soon. */
const REFRESH_MS = 15_000;
const NEWS_MS = 250;
const TYPING_MS = 200;
const LONG_WAIT_MS = 4 * 3_600_000;
const unread = new Set(["toRead", "dictated", "toSign"]);
const modalities = ["CT", "MR", "DX", "CR", "US", "MG", "NM", "PT", "XA", "RF"];

/** `#/reading`: what is to be read, urgent first; Enter opens images and report. */
class ReadingListPage {
  readonly element: HTMLElement;
  private readonly client: ReportsClient;
  private readonly department: DepartmentClient;
  private readonly rows = h("div", { class: "work-rows", attrs: { role: "rowgroup", tabindex: 0 } });
  private readonly message = h("div", { class: "work-message", hidden: true });
  private readonly total = h("span", { class: "total" });
  private readonly filters = h("nav", { class: "filters", attrs: { "aria-label": t("Filters") } });
  private readonly search: HTMLInputElement;
  private readonly user: string;
  private states: ExamStates | null = null;
  private exams: ExamView[] = [];
  private selected = 0;
  private drawn = "";
  private asking: AbortController | null = null;
  private newsTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly context: Context, private readonly scope: Scope, private query: URLSearchParams) {
    this.client = new ReportsClient(context.http);
    this.department = new DepartmentClient(context.http);
    this.user = context.session.user.peek()?.name ?? "";
    this.search = h("input", {
      id: "reading-search",
      attrs: {
        type: "search", placeholder: t("Name, ID or number"), "aria-label": t("Search exams"), autocomplete: "off",
        spellcheck: "false", value: query.get("search") ?? "",
      },
    });
    const table = h(
      "div", { class: "work-table", attrs: { role: "table", "aria-label": t("Reading list") } }, this.head(), this.rows,
      this.message,
    );
    const masthead = h(
      "header", { class: "masthead" }, brand(), navigation(context, "reading"),
      h("div", { class: "search" }, icon("search"), this.search), connectionBadge(context, scope),
      accountMenu(context, scope),
    );
    this.element = h("div", { class: "page work-page reading-list" }, masthead, this.filters, h("main", {}, table));
    new Visited().clear();
    this.showFilters();
    this.wire();
    void this.refresh();
    queueMicrotask(() => this.rows.focus());
  }

  private head(): HTMLElement {
    const titles = [
      "", t("Patient"), t("ID"), t("Age · sex"), t("Exam"), t("Modality"), t("Date"), t("Images"), t("Status"),
      t("Waits"), "",
    ];
    const cells = titles.map((text) => h("span", { class: "cell", text, attrs: { role: "columnheader" } }));
    return h("div", { class: "work-row head", attrs: { role: "row" } }, ...cells);
  }

  // MARK: Filters

  private showFilters(): void {
    const { query } = this;
    const filter = readingFilter(query, this.user);
    const chip = (text: string, change: Record<string, string>, isOn: boolean, hint?: string): HTMLElement => {
      const attrs = { type: "button", "aria-pressed": String(isOn) };
      const one = h("button", { class: "chip", text, title: hint, attrs });
      one.addEventListener("click", () => this.change(change));
      return one;
    };
    const list = query.get("list") ?? readingLists[0].key;
    const who = query.get("who") ?? "";
    replace(
      this.filters,
      h("div", { class: "chips segmented" }, ...readingLists.map((one) => chip(
        t(one.title), { list: one.key }, one.key === list))),
      h(
        "div", { class: "chips segmented" }, chip(t("Everybody's"), { who: "" }, who === ""),
        chip(t("Free"), { who: "free" }, who === "free", t("Nobody works on it")),
        chip(t("Mine"), { who: "mine" }, who === "mine"),
      ),
      h("div", { class: "chips" }, chip(t("Urgent"), { urgent: filter.urgent ? "" : "true" }, filter.urgent),
        ...modalities.map((each) => {
          const isOn = filter.modality === each;
          return chip(each, { modality: isOn ? "" : each }, isOn);
        })),
      this.total,
    );
  }

  private change(parts: Record<string, string>): void {
    for (const [name, value] of Object.entries(parts)) {
      if (value) this.query.set(name, value);
      else this.query.delete(name);
    }
    this.context.router.replace(readingListAddress(this.query));
    this.selected = 0;
    this.showFilters();
    void this.refresh();
  }

  private wire(): void {
    let typing: ReturnType<typeof setTimeout> | undefined;
    this.search.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => this.change({ search: this.search.value.trim() }), TYPING_MS);
    });
    this.scope.own(() => {
      clearTimeout(typing);
      clearTimeout(this.newsTimer);
      this.asking?.abort();
    });
    departmentEvents(this.scope, () => this.soon(), () => this.soon());
    this.scope.every(REFRESH_MS, () => void this.refresh());
    this.scope.listen(window, "keydown", (event) => this.key(event));
  }

  private soon(): void {
    if (this.newsTimer !== undefined) return;
    this.newsTimer = setTimeout(() => {
      this.newsTimer = undefined;
      void this.refresh();
    }, NEWS_MS);
  }

  // MARK: Rows

  private async refresh(): Promise<void> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    try {
      this.states ??= await this.department.states();
      const found = await this.client.exams(readingFilter(this.query, this.user), asking.signal);
      if (asking === this.asking) this.show(found.exams, found.total);
    } catch (error) {
      if (!isAbort(error) && asking === this.asking) this.failed(error);
    }
  }

  private show(exams: ExamView[], total: number): void {
    const state = JSON.stringify([exams, Math.floor(Date.now() / 60_000)]);
    this.total.textContent = plural(total, "{n} exam|{n} exams");
    if (state === this.drawn) return;
    this.drawn = state;
    // Who stands on a line stays on it, wherever it goes.
    const current = this.exams[this.selected]?.exam.exam.id;
    const at = exams.findIndex((one) => one.exam.exam.id === current);
    this.exams = exams;
    this.selected = at >= 0 ? at : Math.min(this.selected, Math.max(0, exams.length - 1));
    this.message.hidden = true;
    this.rows.replaceChildren(...exams.map((view, index) => this.row(view, index)));
    if (exams.length === 0) this.empty();
  }

  private row(view: ExamView, index: number): HTMLElement {
    const { patient, exam, studies, order } = view.exam;
    const urgent = isUrgent(exam.priority);
    const today = dayAt(new Date());
    const images = studies.reduce((count, one) => count + one.facts.instances, 0);
    const cell = (kind: string, text: string, title?: string): HTMLElement =>
      h("span", { class: `cell ${kind}`, text, title, attrs: { role: "cell" } });
    const holder = exam.claim?.by;
    const mine = holder === this.user;
    const row = h("div", {
      class: `work-row${index === this.selected ? " selected" : ""}${holder && !mine ? " taken" : ""}`,
      attrs: { role: "row", "data-exam": exam.id, "data-status": exam.status },
    });
    const all = [...new Set(exam.steps.map((step) => step.modality).filter(Boolean))];
    const long = urgent && Date.now() - exam.statusSince / 1000 > LONG_WAIT_MS;
    row.append(
      h("span", { class: urgent ? "cell priority urgent" : "cell priority", attrs: { role: "cell" } }, urgent
        ? h("span", { class: "urgent-mark", text: priorityText(exam.priority) }) : null),
      cell("patient strong", personName(patient.name) || t("(no name)")), cell("id", identifierText(patient)),
      cell("age", [age(patient.birthDate, today), patient.sex].filter(Boolean).join(" · ")),
      h("span", { class: "cell exam", title: order.request.reason, attrs: { role: "cell" } }, h("span", {
        text: exam.description || exam.steps[0]?.description || "",
      }), h("span", { class: "asked faint", text: order.request.reason })),
      h("span", { class: "cell", attrs: { role: "cell" } }, ...all.map((text) => h("span", {
        class: "modality", text, attrs: { "data-modality": text },
      }))),
      cell("date", dayOf(view.exam, null)), cell("images", images > 0 ? String(images) : "–"),
      h(
        "span", { class: "cell status", attrs: { role: "cell" } }, h("span", {
          class: "status-badge", text: statusTitle(this.states, exam.status), attrs: { "data-status": exam.status },
        }),
        holder ? h("span", { class: mine ? "claimed mine" : "claimed", text: mine ? t("Yours") : holder, title: t(
          "{name} works on it", { name: holder }) }) : null,
      ),
      cell(long ? "since late" : "since faint", waited(exam.statusSince, Date.now())),
      h("span", { class: "cell actions", attrs: { role: "cell" } }, this.action(view, mine)),
    );
    row.addEventListener("click", () => this.select(index));
    row.addEventListener("dblclick", () => this.open(index));
    return row;
  }

  private action(view: ExamView, mine: boolean): HTMLElement | null {
    const { exam } = view.exam;
    if ((exam.claim && !mine) || !unread.has(exam.status)) return null;
    const button = h("button", {
      class: "button small", text: mine ? t("Release") : t("Claim"), attrs: { type: "button" },
    });
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      const done = mine ? this.client.release(exam.id) : this.client.claim(exam.id, false);
      done.then(() => this.refresh(), (error: unknown) => toast(describe(error), "error"));
    });
    return button;
  }

  private select(index: number): void {
    this.rows.children[this.selected]?.classList.remove("selected");
    this.selected = Math.max(0, Math.min(index, this.exams.length - 1));
    const row = this.rows.children[this.selected];
    row?.classList.add("selected");
    row?.scrollIntoView({ block: "nearest" });
  }

  private open(index: number): void {
    const exam = this.exams[index]?.exam.exam;
    if (exam) this.context.router.go(readingAddress(exam.id, this.query));
  }

  /** Arrows move, Enter opens images and report, N the first that is free; V the images alone, O the order. */
  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target instanceof HTMLInputElement) {
      if (event.key !== "ArrowDown") return;
      this.rows.focus();
    }
    const view = this.exams[this.selected];
    switch (event.key) {
      case "ArrowDown": this.select(this.selected + 1); break;
      case "ArrowUp": this.select(this.selected - 1); break;
      case "Enter":
        if (event.target instanceof HTMLButtonElement || event.target instanceof HTMLAnchorElement) return;
        this.open(this.selected);
        break;
      case "n": {
        const free = this.exams.findIndex(({ exam }) => !exam.exam.claim || exam.exam.claim.by === this.user);
        this.open(free);
        break;
      }
      case "v": if (view) this.context.router.go(studyAddress(studyOf(view.exam))); break;
      case "o": if (view) this.context.router.go(orderAddress(view.exam.order.id)); break;
      case "/": this.search.focus(); break;
      default: return;
    }
    event.preventDefault();
  }

  private empty(): void {
    const searched = this.search.value.trim() !== "";
    replace(this.message, notice({
      icon: searched ? "search" : "document", title: searched ? t("No exam matches") : t("Nothing to read here"),
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

export function readingListPage(context: Context, scope: Scope, query: URLSearchParams): HTMLElement {
  document.title = `${t("Reading")} · Martlet`;
  return new ReadingListPage(context, scope, query).element;
}
