// SPDX-License-Identifier: Apache-2.0

import { describe, isAbort } from "../api/problem";
import { accountMenu } from "../app/account-menu";
import { Context } from "../app/context";
import { navigation } from "../app/navigation";
import { readingAddress, reportSearchAddress } from "../app/router";
import { brand } from "../app/signin-page";
import { h, replace } from "../components/dom";
import { icon } from "../components/icons";
import { notice } from "../components/notice";
import { personName } from "../components/text";
import { languages, t } from "../i18n/i18n";
import { identifierText } from "../radiology/words";
import { Scope } from "../signals/scope";
import { ReportsClient } from "./client";
import { linesWith, marked } from "./hit-marks";
import { dayOf } from "./priors-panel";
import { reportText } from "./report-text";
import { ReportFound } from "./types";
import { reportTitle, sectionTitle } from "./words";

const PAGE = 50;
const TYPING_MS = 250;
const MOST_LINES = 3;

/** `#/reports`: validated reports by their words, newest first, with the words marked. */
class ReportSearchPage {
  readonly element: HTMLElement;
  private readonly client: ReportsClient;
  private readonly list = h("div", { class: "found-list", attrs: { role: "listbox", tabindex: 0, "aria-label": t(
    "Reports found") } });
  private readonly preview = h("section", { class: "found-preview", attrs: { "aria-label": t("Report") } });
  private readonly words: HTMLInputElement;
  private readonly affirmed: HTMLInputElement;
  private readonly language: HTMLSelectElement;
  private found: ReportFound[] = [];
  private selected = 0;
  private isAll = false;
  private asking: AbortController | null = null;

  constructor(private readonly context: Context, private readonly scope: Scope, query: URLSearchParams) {
    this.client = new ReportsClient(context.http);
    this.words = h("input", {
      id: "report-words",
      attrs: {
        type: "search", placeholder: t("Words of reports, “side by side”, beginning*"), autocomplete: "off",
        "aria-label": t("Search reports"), spellcheck: "false", value: query.get("words") ?? "",
      },
    });
    this.affirmed = h("input", { attrs: { type: "checkbox", checked: query.get("affirmed") === "true" } });
    this.language = h("select", { class: "menu", attrs: { "aria-label": t("Language of the report") } }, h("option", {
      text: t("All languages"), attrs: { value: "" },
    }), ...Object.entries(languages).map(([tag, name]) => h("option", { text: name, attrs: { value: tag } })));
    this.language.value = query.get("language") ?? "";
    this.element = h(
      "div", { class: "page report-search" }, h(
        "header", { class: "masthead" }, brand(), navigation(context, "reports"),
        h("div", { class: "search" }, icon("search"), this.words), accountMenu(context, scope),
      ),
      h("nav", { class: "filters" }, h("label", { class: "check", title: t(
        "“No appendicitis” is then not found by “appendicitis”") }, this.affirmed, t("Leave out what is denied")),
      this.language), h("main", { class: "found" }, this.list, this.preview),
    );
    this.wire();
    queueMicrotask(() => this.words.focus());
    void this.search();
  }

  private wire(): void {
    let typing: ReturnType<typeof setTimeout> | undefined;
    this.words.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => void this.search(), TYPING_MS);
    });
    this.affirmed.addEventListener("change", () => void this.search());
    this.language.addEventListener("change", () => void this.search());
    this.list.addEventListener("scroll", () => {
      const { scrollTop, clientHeight, scrollHeight } = this.list;
      if (!this.isAll && scrollTop + clientHeight > scrollHeight - 200) void this.more();
    }, { passive: true });
    this.scope.own(() => {
      clearTimeout(typing);
      this.asking?.abort();
    });
    this.scope.listen(window, "keydown", (event) => this.key(event));
  }

  private async search(): Promise<void> {
    this.asking?.abort();
    this.asking = new AbortController();
    const words = this.words.value.trim();
    const query = new URLSearchParams();
    if (words) query.set("words", words);
    if (this.affirmed.checked) query.set("affirmed", "true");
    if (this.language.value) query.set("language", this.language.value);
    this.context.router.replace(reportSearchAddress(query));
    [this.found, this.selected, this.isAll] = [[], 0, words === ""];
    if (!words) return this.show();
    await this.ask(this.asking);
  }

  private async more(): Promise<void> {
    this.isAll = true;
    if (this.asking) await this.ask(this.asking);
  }

  private async ask(asking: AbortController): Promise<void> {
    try {
      const page = await this.client.search({
        words: this.words.value.trim(), affirmed: this.affirmed.checked, language: this.language.value,
        offset: this.found.length, limit: PAGE,
      }, asking.signal);
      if (asking !== this.asking) return;
      this.isAll = page.length < PAGE;
      this.found = [...this.found, ...page];
      this.show();
    } catch (error) {
      if (isAbort(error) || asking !== this.asking) return;
      replace(this.preview);
      replace(this.list, notice({
        icon: "warning", title: t("The search failed"), detail: describe(error), alert: true,
        action: { label: t("Try again"), run: () => void this.search() },
      }));
    }
  }

  private show(): void {
    const words = this.words.value.trim();
    if (this.found.length === 0) {
      replace(this.preview);
      replace(this.list, notice(words
        ? { icon: "search", title: t("No report has these words"), detail: t("Endings and accents play no part.") }
        : { icon: "document", title: t("Search all validated reports"), detail: t("Type words of a report.") }));
      return;
    }
    replace(this.list, ...this.found.map((one, at) => this.card(one, at)));
    this.select(this.selected);
  }

  private card({ exam, report, matched }: ReportFound, at: number): HTMLElement {
    const lines = report.content.sections.flatMap((section) => linesWith(section.text, matched, MOST_LINES)
      .filter((line) => marked(line, matched).length > 1 || section.key === "impression")
      .map((line) => ({ title: section.title, line }))).slice(0, MOST_LINES);
    const card = h(
      "div", { class: "found-card", attrs: { role: "option", "data-exam": exam.exam.id } },
      h("p", {}, h("strong", { text: personName(exam.patient.name) }), h("span", {
        class: "faint", text: identifierText(exam.patient),
      }), h("time", { class: "faint", text: dayOf(exam, report) })),
      h("p", { class: "found-exam" }, ...exam.exam.steps.slice(0, 1).map((step) => h("span", {
        class: "modality", text: step.modality, attrs: { "data-modality": step.modality },
      })), exam.exam.description),
      ...lines.map(({ title, line }) => h("p", { class: "found-line" }, h("span", {
        class: "faint", text: `${sectionTitle(title)} `,
      }), ...marked(line, matched))),
    );
    card.addEventListener("click", () => this.select(at));
    card.addEventListener("dblclick", () => this.open());
    return card;
  }

  private select(index: number): void {
    this.selected = Math.max(0, Math.min(index, this.found.length - 1));
    Array.from(this.list.children).forEach((card, at) =>
      card.setAttribute("aria-selected", String(at === this.selected)));
    this.list.children[this.selected]?.scrollIntoView({ block: "nearest" });
    const one = this.found[this.selected];
    if (!one) return;
    const open = h("button", { class: "button primary", attrs: { type: "button" } }, t("Open with images"), h("kbd", {
      text: "Enter",
    }));
    open.addEventListener("click", () => this.open());
    const page = h("a", {
      class: "button", text: t("To print"), attrs: { href: `#/validated/${one.exam.exam.id}` },
    });
    replace(
      this.preview, h("header", {}, h("div", {}, h("h2", { text: personName(one.exam.patient.name) }), h("p", {
        class: "faint", text: [
          one.exam.exam.description, dayOf(one.exam, one.report), one.report.author, reportTitle(one.report.status),
        ].join(" · "),
      })), h("div", { class: "form-buttons" }, page, open)),
      reportText(one.report.content, { words: one.matched }),
    );
  }

  /** The report beside the images. */
  private open(): void {
    const one = this.found[this.selected];
    if (!one) return;
    this.context.readFrom = location.hash;
    this.context.router.go(readingAddress(one.exam.exam.id, new URLSearchParams()));
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = event.target === this.words;
    switch (event.key) {
      case "ArrowDown": this.select(this.selected + 1); break;
      case "ArrowUp": this.select(this.selected - 1); break;
      case "Enter":
        if (event.target instanceof HTMLButtonElement || event.target instanceof HTMLAnchorElement) return;
        this.open();
        break;
      case "/":
        if (isTyping) return;
        this.words.focus();
        break;
      default: return;
    }
    event.preventDefault();
  }
}

export function reportSearchPage(context: Context, scope: Scope, query: URLSearchParams): HTMLElement {
  document.title = `${t("Reports")} · Martlet`;
  return new ReportSearchPage(context, scope, query).element;
}
