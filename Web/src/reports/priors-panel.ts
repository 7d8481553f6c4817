// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { h, replace } from "../components/dom";
import { icon } from "../components/icons";
import { date, dayAt } from "../components/text";
import { toast } from "../components/toast";
import { t } from "../i18n/i18n";
import { Scope } from "../signals/scope";
import { Signal } from "../signals/signal";
import { ReportsClient } from "./client";
import { reportText } from "./report-text";
import { ExamItem, ReportVersion, studyOf } from "./types";
import { reportTitle } from "./words";

interface Prior {
  readonly exam: ExamItem;
  readonly report: ReportVersion;
}

/** The day of an exam, `YYYYMMDD`: that of its images, of its appointment, or of its report. */
function sortableDay(exam: ExamItem, report: ReportVersion | null): string {
  const taken = exam.studies.find((one) => one.facts.date)?.facts.date;
  const planned = exam.exam.steps[0]?.start?.date;
  return taken ?? planned ?? (report ? dayAt(new Date(report.at / 1000)) : "");
}

export function dayOf(exam: ExamItem, report: ReportVersion | null): string {
  return date(sortableDay(exam, report));
}

/** Earlier reports of the patient: a line of chips, and one of them open beside the report. */
export class PriorsPanel {
  readonly chips = h("div", { class: "prior-chips" });
  readonly reader = h("aside", { class: "prior-reader", hidden: true, attrs: { "aria-label": t("Prior report") } });
  private readonly open = new Signal<Prior | null>(null);
  private priors: Prior[] = [];

  constructor(
    private readonly client: ReportsClient, scope: Scope, private readonly patient: number,
    private readonly exam: number, private readonly compare: (study: string) => void,
  ) {
    scope.effect(() => this.show(this.open.get()));
    void this.load();
  }

  /** The newest one, the next older one, and none in the end. */
  step(): void {
    const at = this.priors.findIndex((one) => one === this.open.peek());
    this.open.set(this.priors[at + 1] ?? null);
    if (this.priors.length === 0) toast(t("There is no earlier report."));
  }

  private async load(): Promise<void> {
    try {
      const found = await this.client.ofPatient(this.patient);
      this.priors = found
        .flatMap(({ exam, report }) => (report && exam.exam.id !== this.exam ? [{ exam, report }] : []))
        .sort((one, other) => (sortableDay(one.exam, one.report) < sortableDay(other.exam, other.report) ? 1 : -1));
    } catch (error) {
      replace(this.chips, h("span", { class: "faint", text: `${t("Earlier reports")}: ${describe(error)}` }));
      return;
    }
    this.draw();
  }

  private draw(): void {
    const chips = this.priors.map((prior) => {
      const chip = h("button", {
        class: "chip", attrs: { type: "button", "aria-pressed": String(prior === this.open.peek()) },
        text: [dayOf(prior.exam, prior.report), prior.exam.exam.description].filter(Boolean).join("  "),
      });
      chip.addEventListener("click", () => this.open.update((now) => (now === prior ? null : prior)));
      return chip;
    });
    const label = h("span", {
      class: "faint", text: chips.length > 0 ? t("Earlier reports") : t("No earlier report"),
    });
    replace(this.chips, label, ...chips);
  }

  private show(prior: Prior | null): void {
    this.reader.hidden = prior === null;
    this.draw();
    if (!prior) return;
    const close = h("button", { class: "ghost", attrs: { type: "button", "aria-label": t("Close") } }, icon("close"));
    close.addEventListener("click", () => this.open.set(null));
    const images = h("button", { class: "button small", text: t("Images beside"), attrs: { type: "button" } });
    images.addEventListener("click", () => this.compare(studyOf(prior.exam)));
    replace(
      this.reader,
      h("header", {}, h("div", {}, h("h2", { text: prior.exam.exam.description }), h("p", {
        class: "faint",
        text: [dayOf(prior.exam, prior.report), prior.report.author, reportTitle(prior.report.status)].join(" · "),
      })), close),
      images, reportText(prior.report.content),
    );
  }
}
