// SPDX-License-Identifier: Apache-2.0

import { describe, isAbort } from "../api/problem";
import { Context } from "../app/context";
import { officePage } from "../app/page";
import { csv, download } from "../components/csv";
import { rowButton } from "../components/data-table";
import { h, replace } from "../components/dom";
import { notice } from "../components/notice";
import { personName } from "../components/text";
import { t } from "../i18n/i18n";
import { dateOf, dayOf, today, weekdayText } from "../radiology/agenda/calendar";
import { Priority } from "../radiology/types";
import { priorityText } from "../radiology/words";
import { Scope } from "../signals/scope";
import { bandLine, boxes, heatMap, stackedBars } from "./charts";
import { colourOf, Group, Measure, scaled, shortDay, total, volumes, workload } from "./figures";
import { durationText, timeUnit } from "./scale";

const periods: readonly { days: number; label: string }[] = [
  { days: 7, label: "7 days" }, { days: 30, label: "30 days" }, { days: 90, label: "90 days" },
    { days: 365, label: "1 year" },
];
const groupings: readonly { key: string; label: string }[] = [
  { key: "modality", label: "Modality" }, { key: "room", label: "Room" }, { key: "reader", label: "Reader" },
  { key: "priority", label: "Urgency" }, { key: "weekday", label: "Weekday" }, { key: "hour", label: "Hour" },
];
const measures: readonly { key: Measure; label: string; hint: string }[] = [
  { key: "waiting", label: "Waiting", hint: "From arrival to the room" },
  { key: "examination", label: "Examination", hint: "From the room to the end of the exam" },
  { key: "reporting", label: "Reporting", hint: "From the end of the exam to the validated report" },
  { key: "whole", label: "Turnaround", hint: "From the request to the validated report" },
];
/** Groups that one plot shows. */
const MOST_GROUPS = 24;

type Answers = Record<"chosen" | "day" | "dayModality" | "weekdayHour", Group[]>;

/** `#/statistics`: how much was done, and how long it took. */
class StatisticsPage {
  readonly element: HTMLElement;
  private readonly bar = h("div", { class: "filters" });
  private readonly body = h("main", { class: "office-main statistics" });
  private from: string;
  private to: string;
  private grouping: string;
  private answers: Answers | null = null;
  private asking: AbortController | null = null;

  constructor(private readonly context: Context, scope: Scope, query: URLSearchParams) {
    const valid = (text: string | null): string | null => (/^\d{8}$/.test(text ?? "") ? text : null);
    this.to = valid(query.get("to")) ?? dateOf(today());
    this.from = valid(query.get("from")) ?? dateOf(today() - 29);
    this.grouping = groupings.find((each) => each.key === query.get("by"))?.key ?? "modality";
    this.element = officePage(context, scope, "statistics", t("Statistics"), this.bar, this.body);
    scope.own(() => this.asking?.abort());
    void this.refresh();
  }

  private drawBar(): void {
    const chips = (all: readonly { key: string; label: string }[], here: string, choose: (key: string) => void) =>
      h("div", { class: "chips segmented" }, ...all.map(({ key, label }) => {
        const chip = h("button", { class: "chip", text: t(label),
          attrs: { type: "button", "aria-pressed": String(key === here) } });
        chip.addEventListener("click", () => choose(key));
        return chip;
      }));
    const days = dayOf(this.to) - dayOf(this.from) + 1;
    const isUpToNow = this.to === dateOf(today());
    const range = chips(
      periods.map((each) => ({ key: String(each.days), label: each.label })), isUpToNow ? String(days) : "",
      (key) => this.go({ from: dateOf(today() - Number(key) + 1), to: dateOf(today()) }),
    );
    const date = (text: string, label: string, set: (value: string) => void): HTMLElement => {
      const input = h("input", { attrs: { type: "date", "aria-label": label } });
      input.value = text.replace(/(\d{4})(\d{2})(\d{2})/, "$1-$2-$3");
      input.addEventListener("change", () => {
        if (input.value) set(input.value.replaceAll("-", ""));
      });
      return input;
    };
    const dates = h(
      "span", { class: "range" }, date(this.from, t("First day"), (value) => this.go({ from: value })), "–",
      date(this.to, t("Last day"), (value) => this.go({ to: value })),
    );
    replace(
      this.bar, range, dates, h("span", { class: "faint", text: t("by") }),
      chips(groupings, this.grouping, (key) => this.go({ grouping: key })),
      h("div", { class: "bar-tools" }, rowButton(t("Save as CSV"), () => this.save())),
    );
  }

  private go(to: { from?: string; to?: string; grouping?: string }): void {
    this.from = to.from ?? this.from;
    this.to = to.to ?? this.to;
    if (this.from > this.to) [this.from, this.to] = [this.to, this.from];
    this.grouping = to.grouping ?? this.grouping;
    const query = new URLSearchParams({ from: this.from, to: this.to, by: this.grouping });
    this.context.router.replace(`#/statistics?${query}`);
    void this.refresh();
  }

  private async refresh(): Promise<void> {
    this.drawBar();
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const micros = (date: string, plus: number): string => {
      const at = new Date(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6, 8)) + plus);
      return String(at.getTime() * 1000);
    };
    const ask = async (by: string): Promise<Group[]> => {
      const query = new URLSearchParams({ from: micros(this.from, 0), to: micros(this.to, 1), by });
      return (await this.context.http.json<{ groups: Group[] }>(`/api/v1/statistics?${query}`, asking.signal)).groups;
    };
    try {
      const [chosen, day, dayModality, weekdayHour] = await Promise.all([
        ask(this.grouping), ask("day"), ask("dayModality"), ask("weekdayHour"),
      ]);
      if (asking !== this.asking) return;
      this.answers = { chosen, day, dayModality, weekdayHour };
      this.draw(this.answers);
    } catch (error) {
      if (isAbort(error)) return;
      const action = { label: "Try again", run: () => void this.refresh() };
      replace(this.body, notice({
        icon: "warning", title: t("The statistics cannot be shown"), detail: describe(error), action, alert: true,
      }));
    }
  }

  private draw(answers: Answers): void {
    const { chosen, day, dayModality, weekdayHour } = answers;
    if (day.length === 0 && chosen.length === 0) {
      return replace(this.body, notice({
        icon: "document", title: t("Nothing was done in this time"), detail: t("Choose another period."),
      }));
    }
    const shown = this.mostOf(chosen);
    const charts = [
      this.volumeChart(dayModality), this.outcomeChart(shown), this.reportingChart(day), ...measures.map((measure) =>
        this.measureChart(measure, shown)), this.workloadChart(weekdayHour),
    ];
    const note = t("Of the exams that were asked for from {from} to {to}.", { from: iso(this.from), to: iso(this.to) });
    replace(
      this.body, h("div", { class: "tiles" }, ...this.tiles(day, chosen)),
        h("p", { class: "faint part-note", text: note }),
      h("div", { class: "charts" }, ...charts),
    );
  }

  /** The busiest ones, in their own order. */
  private mostOf(groups: readonly Group[]): Group[] {
    if (groups.length <= MOST_GROUPS) return [...groups];
    const busiest = new Set([...groups].sort((one, other) => other.performed - one.performed).slice(0, MOST_GROUPS));
    return groups.filter((each) => busiest.has(each));
  }

  private tiles(day: readonly Group[], chosen: readonly Group[]): HTMLElement[] {
    const tile = (value: string, text: string): HTMLElement =>
      h("section", { class: "tile" }, h("p", { class: "figure" }, h("strong", { text: value }),
        h("span", { class: "faint", text })));
    const middle = (measure: Measure): string => {
      const all = chosen.flatMap((each) => each[measure] ? [each[measure]] : []);
      const count = all.reduce((sum, each) => sum + (each?.count ?? 0), 0);
      if (count === 0) return "–";
      return durationText(all.reduce((sum, each) => sum + (each ? each.median * each.count : 0), 0) / count);
    };
    const ended = total(chosen, (each) => each.noShows);
    const whole = ended + total(day, (each) => each.performed);
    return [
      tile(total(day, (each) => each.performed).toLocaleString(), t("exams done")),
      tile(total(day, (each) => each.validated).toLocaleString(), t("reports validated")),
      tile(middle("waiting"), t("typical wait")), tile(middle("reporting"), t("typical time to the report")),
      tile(whole > 0 ? `${((100 * ended) / whole).toFixed(1)} %` : "–", t("did not come")),
    ];
  }

  private volumeChart(groups: readonly Group[]): HTMLElement {
    const { names, modalities, values } = volumes(groups, this.from, this.to);
    const byWeek = dayOf(this.to) - dayOf(this.from) >= 62;
    const series = modalities.map((name, index) => ({ name, colour: colourOf(name, index) }));
    const title = byWeek ? t("Exams by week and modality") : t("Exams by day and modality");
    return stackedBars({ title, unit: t("exams") }, names, series, values);
  }

  private outcomeChart(groups: readonly Group[]): HTMLElement {
    const parts = [
      { name: t("Validated"), colour: "#5fc48d", of: (each: Group) => each.validated },
      { name: t("Done, not validated"), colour: "#5aa9e6",
        of: (each: Group) => Math.max(0, each.performed - each.validated) },
      { name: t("Cancelled"), colour: "#8e98a5", of: (each: Group) => each.cancelled },
      { name: t("No show"), colour: "#e9b04c", of: (each: Group) => each.noShows },
    ];
    return stackedBars(
      { title: t("What became of them, by {group}", { group: this.groupTitle() }), unit: t("exams") },
      groups.map((each) => this.name(each.key)), parts, groups.map((each) => parts.map((part) => part.of(each))),
    );
  }

  private reportingChart(groups: readonly Group[]): HTMLElement {
    const unit = timeUnit(Math.max(...groups.map((each) => each.reporting?.p90 ?? 0), 0));
    return bandLine(
      { title: t("Time to the report, by day"), unit: t(unit.label),
        note: t("From the end of the exam to the validated report") },
      groups.map((each) => shortDay(dayOf(each.key))), groups.map((each) => scaled(each.reporting, unit.minutes)),
        "#5fc48d",
    );
  }

  private measureChart(measure: typeof measures[number], groups: readonly Group[]): HTMLElement {
    const unit = timeUnit(Math.max(...groups.map((each) => each[measure.key]?.p90 ?? 0), 0));
    return boxes(
      { title: `${t(measure.label)} · ${this.groupTitle()}`, unit: t(unit.label), note: t(measure.hint) },
      groups.map((each) => this.name(each.key)), groups.map((each) => scaled(each[measure.key], unit.minutes)),
      groups.map((each, index) => colourOf(each.key, index)),
    );
  }

  private workloadChart(groups: readonly Group[]): HTMLElement {
    const { hours, values } = workload(groups);
    const days = [1, 2, 3, 4, 5, 6, 7].map(weekdayText);
    return heatMap({ title: t("When exams are done"), unit: t("exams") }, hours, days, values);
  }

  private groupTitle(): string {
    return t(groupings.find((each) => each.key === this.grouping)?.label ?? "").toLowerCase();
  }

  private name(key: string): string {
    switch (this.grouping) {
      case "weekday": return weekdayText(Number(key));
      case "priority": return priorityText(key as Priority);
      case "reader": return personName(key);
      case "hour": return `${key}:00`;
      default: return key;
    }
  }

  private save(): void {
    if (!this.answers) return;
    const spread = (each: Group, measure: Measure): (number | null)[] => {
      const found = each[measure];
      return found ? [found.count, found.p25, found.median, found.p75, found.p90] : [0, null, null, null, null];
    };
    const head = [
      "group", "key", "performed", "validated", "cancelled", "no_shows",
      ...measures.flatMap(({ key }) => ["count", "p25_min", "median_min", "p75_min",
        "p90_min"].map((part) => `${key}_${part}`)),
    ];
    const rows = ([[this.grouping, this.answers.chosen], ["day", this.answers.day],
      ["day modality", this.answers.dayModality],
      ["weekday hour", this.answers.weekdayHour]] as const).flatMap(([name, groups]) => groups.map((each) => [
      name, each.key, each.performed, each.validated, each.cancelled, each.noShows,
      ...measures.flatMap(({ key }) => spread(each, key)),
    ]));
    download(`statistics-${this.from}-${this.to}.csv`, csv([head, ...rows]), "text/csv");
  }
}

function iso(date: string): string {
  return `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}`;
}

export function statisticsPage(context: Context, scope: Scope, query: URLSearchParams): HTMLElement {
  return new StatisticsPage(context, scope, query).element;
}
