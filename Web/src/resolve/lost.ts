// SPDX-License-Identifier: Apache-2.0

import { Context } from "../app/context";
import { orderAddress, patientAddress } from "../app/router";
import { DataTable } from "../components/data-table";
import { h, replace } from "../components/dom";
import { personName } from "../components/text";
import { t } from "../i18n/i18n";
import { DepartmentClient } from "../radiology/department";
import { examButtons } from "../radiology/exam-actions";
import { ExamStates, OrderView } from "../radiology/types";
import { identifierText, isUrgent, priorityText, startText, statusTitle, waited } from "../radiology/words";
import { Part } from "./resolve-page";
import { ExamLine } from "./types";

interface LostList {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
}

const lists: readonly LostList[] = [
  {
    name: "withoutImages", label: "Done without images",
    hint: "The exam was done and no images came: look at the modality's queue, or at the studies without their order.",
  },
  {
    name: "waiting", label: "Arrived without exam",
    hint: "The patient came and was not examined: somebody may have gone home, or the exam was not noted.",
  },
  { name: "unread", label: "Unread past the limit", hint: "Examined, and nobody has reported: assign a reader." },
];

/** Exams that got lost on their way, with how long to look back. */
export function lostPart(context: Context): Part {
  const department = new DepartmentClient(context.http);
  let states: ExamStates | null = null;
  let hours = 4;
  let refresh = async (): Promise<void> => undefined;
  const asView = ({ exam, commands }: ExamLine): OrderView => ({
    order: { ...exam.order, procedures: [exam.exam] }, status: "", patient: exam.patient,
    commands: { [String(exam.exam.id)]: commands },
  });
  const sections = lists.map((list) => {
    const count = h("span", { class: "count" });
    const table = new DataTable<ExamLine>(t(list.label), [
      { title: t("Patient"), kind: "strong", cell: ({ exam }) => h("a", {
        text: personName(exam.patient.name) || t("(no name)"), attrs: { href: patientAddress(exam.patient.id) },
      }) },
      { title: t("ID"), cell: ({ exam }) => identifierText(exam.patient) },
      { title: t("Exam"), cell: ({ exam }) => [exam.exam.description, isUrgent(exam.exam.priority)
        ? h("span", { class: "priority urgent", text: ` ${priorityText(exam.exam.priority)}` }) : null] },
      { title: t("Accession"), cell: ({ exam }) => exam.order.accession.value },
      { title: t("Start"), cell: ({ exam }) => startText(exam.exam.steps[0]?.start) },
      { title: t("Status"), cell: ({ exam }) => h("span", {
        class: "status-badge", text: statusTitle(states, exam.exam.status), attrs: { "data-status": exam.exam.status },
      }) },
      { title: t("Since"), cell: ({ exam }) => waited(exam.exam.statusSince, Date.now()) },
      { title: "", kind: "tight", cell: (line) =>
        examButtons(department, states, asView(line), line.exam.exam, 2, () => void refresh()) },
    ], {
      none: t("None. Good."), key: ({ exam }) => String(exam.exam.id),
      open: ({ exam }) => context.router.go(orderAddress(exam.order.id)),
      row: (row, { exam }) => void (row.dataset.exam = String(exam.exam.id)),
    });
    const head = h("h2", {}, t(list.label), count);
    const section = h("section", { class: "part" }, head, h("p", { class: "faint", text: t(list.hint) }),
      table.element);
    return { list, count, table, section };
  });
  const limit = h(
    "select", { attrs: { "aria-label": t("For how long") } },
    ...[0, 1, 4, 12, 24, 72].map((each) => h("option", {
      text: each === 0 ? t("at once") : t("for {n} h", { n: each }), attrs: { value: each, selected: each === hours },
    })),
  );
  limit.addEventListener("change", () => {
    hours = Number(limit.value);
    void refresh();
  });
  let mine: Set<string> | null = null;
  refresh = async () => {
    states ??= await department.states();
    const own = mine ??= new Set((await context.http.json<{ worklists: { name: string }[] }>("/api/v1/worklists"))
      .worklists.map((each) => each.name));
    await Promise.all(sections.map(async ({ list, table, count, section }) => {
      // A list of another role is not asked for.
      section.hidden = !own.has(list.name);
      if (section.hidden) return;
      const path = `/api/v1/exams?list=${list.name}&olderThanHours=${hours}&limit=100`;
      const found = await context.http.json<{ total: number; exams: ExamLine[] }>(path);
      replace(count, String(found.total));
      count.classList.toggle("some", found.total > 0);
      table.show(found.exams);
    }));
  };
  const bar = h("p", { class: "part-bar" }, h("label", { class: "range" }, t("Shown when so"), limit));
  return { element: h("div", {}, bar, ...sections.map((each) => each.section)), refresh: () => refresh() };
}
