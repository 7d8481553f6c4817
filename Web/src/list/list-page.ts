// SPDX-License-Identifier: Apache-2.0

import { plural, t } from "../i18n/i18n";
import { describe } from "../api/problem";
import { StudySummary } from "../api/types";
import { accountMenu, connectionBadge } from "../app/account-menu";
import { Context } from "../app/context";
import { may, navigation } from "../app/navigation";
import { listAddress, studyAddress } from "../app/router";
import { brand } from "../app/signin-page";
import { h, replace, setText } from "../components/dom";
import { notice } from "../components/notice";

import { Scope } from "../signals/scope";
import { Signal } from "../signals/signal";
import { fetchStudy } from "./fetch-dialog";
import { dateFilter, modalityFilter, othersSwitch, searchBox } from "./filters";
import { exportMenu } from "./export-menu";
import { headerRow } from "./header-row";
import { importButton } from "./import-dialog";
import { liveUpdates } from "./live-updates";
import { isElsewhere, OtherArchives } from "./other-archives";
import { OthersStatus } from "./others-status";
import { addressParameters, defaultQuery, isFiltered, ListQuery, queryFromAddress } from "./query";
import { StudyGrid } from "./study-grid";
import { StudyPages } from "./study-pages";
import { MOST_ROWS } from "./virtual";

/** `#/`: the study list. */
class ListPage {
  readonly element: HTMLElement;
  private readonly query: Signal<ListQuery>;
  private readonly pages: StudyPages;
  private readonly grid: StudyGrid;
  private readonly others: OtherArchives;
  private readonly othersStatus = new OthersStatus(() => this.grid.toElsewhere());
  private readonly total = h("span", { class: "total", attrs: { role: "status", "aria-live": "polite" } });
  private readonly message = h("div", { class: "list-message", hidden: true });
  private readonly pill = h("button", { class: "pill", hidden: true, attrs: { type: "button" } });
  private totalAtTop = 0;
  private enterPending = false;

  constructor(private readonly context: Context, private readonly scope: Scope, parameters: URLSearchParams) {
    this.query = new Signal(queryFromAddress(parameters));
    this.pages = new StudyPages(context.archive, {
      changed: (fresh) => this.changed(fresh),
      failed: (error) => this.failed(error),
    });
    this.others = new OtherArchives(context.http);
    this.grid = new StudyGrid(this.pages, scope, headerRow(this.query, scope), (study) => void this.open(study));
    const table = h("div", { class: "table" }, this.grid.element, this.message, this.pill);
    this.element = h("div", { class: "page list-page" }, this.header(), this.filters(), h("main", {}, table));
    this.wire();
  }

  private header(): HTMLElement {
    const search = searchBox(this.query, this.scope, (key) => this.leaveSearch(key));
    return h(
      "header", { class: "masthead" }, brand(), navigation(this.context, "studies"), search,
      connectionBadge(this.context, this.scope), accountMenu(this.context, this.scope),
    );
  }

  private filters(): HTMLElement {
    const clear = h("button", { class: "ghost clear", text: t("Clear"), attrs: { type: "button" } });
    clear.addEventListener("click", () => this.clearFilters());
    this.scope.effect(() => (clear.hidden = !isFiltered(this.query.get())));
    return h(
      "div", { class: "filters" }, dateFilter(this.query, this.scope), modalityFilter(this.query, this.scope),
      othersSwitch(this.query, this.scope, this.context.session.user.peek()?.otherArchives ?? []), clear,
      this.othersStatus.element, may(this.context, "viewImages") ? exportMenu(() => this.grid.selected) : null,
      may(this.context, "storeImages") ? importButton(this.context.http) : null, this.total,
    );
  }

  private wire(): void {
    this.scope.effect(() => {
      const query = this.query.get();
      this.context.listAddress = listAddress(addressParameters(query));
      this.context.router.replace(this.context.listAddress);
      this.element.classList.add("busy");
      void this.pages.open(query);
      void this.askOthers(query);
    });
    this.scope.listen(window, "keydown", (event) => this.shortcut(event));
    this.scope.listen(this.grid.element, "scroll", () => this.scrolled(), { passive: true });
    this.pill.addEventListener("click", () => this.grid.toTop());
    liveUpdates(this.context.events, this.scope, () => this.refresh());
    this.scope.own(this.context.events.subscribe((event) => this.arrived(event.studyUID), () => undefined));
    this.scope.own(() => this.pages.cancel());
    this.scope.own(() => this.others.cancel());
  }

  private async askOthers(query: ListQuery): Promise<void> {
    this.othersStatus.begin(query);
    try {
      const page = await this.others.ask(query);
      if (!page || query !== this.query.peek()) return;
      this.pages.elsewhere = page.studies;
      this.othersStatus.show(page);
      if (this.pages.ready) this.redraw();
    } catch (error) {
      this.othersStatus.failed(describe(error));
    }
  }

  /** A study that was elsewhere is here now. */
  private arrived(studyUID: string): void {
    const left = this.pages.elsewhere.filter((study) => study.studyUID !== studyUID);
    if (left.length === this.pages.elsewhere.length) return;
    this.pages.elsewhere = left;
    this.redraw();
  }

  private redraw(): void {
    this.grid.draw();
    this.grid.remember();
    this.message.hidden = this.pages.total > 0;
    this.othersStatus.count(this.pages.elsewhere.length);
  }

  private async open(study: StudySummary): Promise<void> {
    if (!isElsewhere(study) || await fetchStudy(this.others, study)) {
      this.context.router.go(studyAddress(study.studyUID));
    }
  }

  private refresh(): void {
    const pages = this.grid.visiblePages();
    void this.pages.refresh(pages.length > 0 ? pages : [0], () => this.grid.holdPosition());
  }

  private changed(fresh: boolean): void {
    this.element.classList.remove("busy");
    this.message.hidden = true;
    if (fresh) {
      this.totalAtTop = this.pages.here;
      this.grid.reset();
    } else {
      this.grid.draw();
      if (this.grid.isAtTop) this.grid.markFresh();
      this.grid.remember();
    }
    this.pages.need(this.grid.visiblePages());
    this.describeTotal();
    this.scrolled();
    if (this.pages.total === 0) this.showEmpty();
    if (fresh && this.enterPending) this.enter();
  }

  private describeTotal(): void {
    const total = this.pages.here;
    const words = isFiltered(this.query.peek()) ? "{n} study found|{n} studies found" : "{n} study|{n} studies";
    const most = MOST_ROWS.toLocaleString("en");
    const beyond = total > MOST_ROWS ? `, ${t("the first {n} listed: search to see others", { n: most })}` : "";
    const uncounted = this.pages.isMore ? `, ${t("and others: search for more words")}` : "";
    setText(this.total, plural(total, words) + beyond + uncounted);
  }

  private scrolled(): void {
    if (this.grid.isAtTop) this.totalAtTop = this.pages.here;
    const more = this.pages.here - this.totalAtTop;
    this.pill.hidden = more <= 0;
    if (more > 0) setText(this.pill, `${plural(more, "{n} new study|{n} new studies")} ↑`);
  }

  private showEmpty(): void {
    const filtered = isFiltered(this.query.peek());
    const box = filtered
      ? notice({
        icon: "search", title: t("No study matches"),
        detail: "Other words, another date or fewer modalities may find it.",
        action: { label: "Clear search and filters", run: () => this.clearFilters() },
      })
      : notice({
        icon: "layout1", title: t("The archive is empty"),
        detail: "Send images here by DICOM, or import a folder with “martlet import”. They appear at once.",
      });
    replace(this.message, box);
    this.message.hidden = false;
  }

  private failed(error: unknown): void {
    this.element.classList.remove("busy");
    setText(this.total, "");
    const action = { label: "Try again", run: () => void this.pages.open(this.query.peek()) };
    const title = "The list cannot be shown";
    const box = notice({ icon: "warning", title, detail: describe(error), action, alert: true });
    replace(this.message, box);
    this.message.hidden = false;
  }

  private clearFilters(): void {
    const { sort, ascending, others } = this.query.peek();
    this.query.set({ ...defaultQuery, sort, ascending, others });
  }

  private leaveSearch(key: "ArrowDown" | "Enter"): void {
    if (key === "ArrowDown") this.grid.focus();
    else if (this.pages.ready) this.enter();
    else this.enterPending = true;
  }

  /** Enter in the search box: the only study found opens, of several the first is selected. */
  private enter(): void {
    this.enterPending = false;
    const study = this.pages.row(0);
    if (this.pages.total === 1 && study) void this.open(study);
    else this.grid.focus();
  }

  private shortcut(event: KeyboardEvent): void {
    const target = event.target as Element;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key !== "/" || !plain || target instanceof HTMLInputElement) return;
    event.preventDefault();
    document.getElementById("study-search")?.focus();
  }
}

export function listPage(context: Context, scope: Scope, parameters: URLSearchParams): HTMLElement {
  document.title = `${t("Studies")} · Martlet`;
  return new ListPage(context, scope, parameters).element;
}
