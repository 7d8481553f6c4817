// SPDX-License-Identifier: Apache-2.0

import { ApiError, describe } from "../api/problem";
import { Context } from "../app/context";
import { studyAddress } from "../app/router";
import { h, replace } from "../components/dom";
import { icon } from "../components/icons";
import { notice } from "../components/notice";
import { date, personName } from "../components/text";
import { t } from "../i18n/i18n";
import { identifierText, momentText } from "../radiology/words";
import { Scope } from "../signals/scope";
import { ReportsClient } from "./client";
import { dayOf } from "./priors-panel";
import { reportText } from "./report-text";
import { ExamItem, ReportTemplate, ReportVersion, studyOf } from "./types";
import { reportTitle } from "./words";

/** `#/validated/ID`: a validated report as a sheet of paper. What is not validated is not there, for nobody. */
class ValidatedReportPage {
  readonly element = h("div", { class: "page paper-page" });

  constructor(private readonly context: Context, private readonly scope: Scope, private readonly exam: number) {
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      const { exam, versions, template } = await new ReportsClient(this.context.http).validated(this.exam);
      if (!this.scope.isDisposed) this.show(exam, versions, template ?? null);
    } catch (error) {
      const missing = error instanceof ApiError && error.status === 404;
      replace(this.element, h("main", { class: "centre" }, notice({
        icon: "document", title: missing ? t("There is no validated report") : t("The report cannot be shown"),
        detail: missing ? t("It appears here as soon as a radiologist has validated it.") : describe(error),
        alert: true, action: { label: t("Try again"), run: () => void this.load() },
      })));
    }
  }

  private show(exam: ExamItem, versions: readonly ReportVersion[], template: ReportTemplate | null): void {
    const report = versions[versions.length - 1];
    document.title = `${personName(exam.patient.name)} · ${exam.exam.description} · ${dayOf(exam, report)}`;
    const back = h("button", { class: "ghost", attrs: { type: "button" } }, icon("back"), t("Back"));
    back.addEventListener("click", () => history.back());
    const print = h("button", { class: "button primary", text: t("Print"), attrs: { type: "button" } });
    print.addEventListener("click", () => window.print());
    const images = h("a", { class: "button", text: t("Images"), attrs: { href: studyAddress(studyOf(exam)) } });
    const file = h("a", {
      class: "button", text: "PDF", title: t("The report as it stands in the archive"),
      attrs: { href: `/api/v1/reports/${this.exam}/pdf`, target: "_blank", rel: "noopener" },
    });
    const buttons = h("div", { class: "form-buttons" }, images, file, print);
    const bar = h("header", { class: "masthead screen-only" }, back, buttons);
    replace(this.element, bar, h("main", { class: "paper-desk" }, this.sheet(exam, report, versions, template)));
  }

  private sheet(
    exam: ExamItem, report: ReportVersion, versions: readonly ReportVersion[], template: ReportTemplate | null,
  ): HTMLElement {
    const { patient, order } = exam;
    const rows: [string, string][] = [
      [t("Patient"), personName(patient.name)], [t("ID"), identifierText(patient)],
      [t("Date of birth"), [date(patient.birthDate), patient.sex].filter(Boolean).join(" · ")],
      [t("Exam"), exam.exam.description], [t("Date"), dayOf(exam, report)], [t("Accession"), order.accession.value],
      [t("Requested by"), personName(order.request.requestingPhysician)],
      [t("Clinical question"), order.request.reason],
    ];
    const facts = h("dl", { class: "paper-facts" }, ...rows.filter(([, value]) => value).flatMap(([name, value]) =>
      [h("dt", { text: name }), h("dd", { text: value })]));
    const signed = versions.map((one) => h("p", {
      text: [`${reportTitle(one.status)}: ${one.author}`, momentText(one.at).slice(0, 16), one.reason].filter(Boolean)
        .join(" · "),
    }));
    return h(
      "article", { class: "paper-sheet" }, h("h1", { text: t("Diagnostic imaging report") }),
      report.status === "validated" ? null : h("p", { class: "paper-status", text: reportTitle(report.status) }), facts,
      reportText(report.content, { template }), h("footer", {}, ...signed, h("p", {
        class: "faint", text: t("Version {n}", { n: report.number }),
      })),
    );
  }
}

export function validatedReportPage(context: Context, scope: Scope, exam: number): HTMLElement {
  document.title = `${t("Report")} · Martlet`;
  return new ValidatedReportPage(context, scope, exam).element;
}
