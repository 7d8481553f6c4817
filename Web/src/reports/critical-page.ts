// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { Context } from "../app/context";
import { may } from "../app/navigation";
import { officePage } from "../app/page";
import { orderAddress, readingAddress } from "../app/router";
import { DataTable } from "../components/data-table";
import { h, replace } from "../components/dom";
import { personName } from "../components/text";
import { toast } from "../components/toast";
import { t } from "../i18n/i18n";
import { departmentEvents } from "../radiology/department-events";
import { identifierText, momentText, waited } from "../radiology/words";
import { Scope } from "../signals/scope";
import { ReportsClient } from "./client";
import { CriticalDialog } from "./critical-dialog";
import { OpenCritical } from "./types";
import { findingText, levelTitle } from "./words";

/** Where a message got lost the list catches up at least this soon. */
const REFRESH_MS = 15_000;

/** `#/critical`: findings that nobody has acknowledged yet, with who is to be told and until when. */
export function criticalPage(context: Context, scope: Scope): HTMLElement {
  const client = new ReportsClient(context.http);
  const count = h("span", { class: "count" });
  let refresh = async (): Promise<void> => undefined;
  const showCalls = (entry: OpenCritical): void => {
    const dialog = new CriticalDialog(client, entry.result.exam, may(context, "signReports"), "", () => void refresh());
    document.body.append(dialog.element);
    dialog.element.addEventListener("close", () => {
      dialog.element.remove();
      void refresh();
    });
    dialog.element.showModal();
  };
  const call = (entry: OpenCritical): HTMLElement => {
    const button = h("button", { class: "button small primary", text: t("Note the call"), attrs: { type: "button" } });
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      showCalls(entry);
    });
    return button;
  };
  const table = new DataTable<OpenCritical>(t("Critical results"), [
    { title: t("How soon"), kind: "tight", cell: ({ result }) => h("span", {
      class: "critical-level", text: levelTitle(result.level), attrs: { "data-level": result.level },
    }) },
    { title: t("Finding"), kind: "strong", cell: ({ result }) => findingText(result) },
    { title: t("Patient"), cell: ({ exam }) => [personName(exam.patient.name) || t("(no name)"), h("span", {
      class: "faint", text: ` ${identifierText(exam.patient)}`,
    })] },
    { title: t("Exam"), cell: ({ exam }) => exam.exam.description },
    { title: t("To be told"), cell: ({ contact }) => personName(contact) || "–" },
    { title: t("Open for"), kind: "tight", cell: ({ result, isLate }) => h("span", {
      class: isLate ? "late" : "", text: waited(result.at, Date.now()),
      title: `${result.by} · ${momentText(result.at)}`,
    }) },
    { title: t("Next person"), kind: "tight", cell: ({ dueAt }) => dueAt ? momentText(dueAt).slice(0, 16) : "" },
    { title: t("Calls"), kind: "number", cell: ({ result }) => String(result.calls.length) },
    { title: "", kind: "tight", cell: (entry) => call(entry) },
  ], {
    none: t("Every critical result was acknowledged."), key: ({ result }) => String(result.id),
    open: ({ exam }) => context.router.go(may(context, "writeReports")
      ? readingAddress(exam.exam.id, new URLSearchParams()) : orderAddress(exam.order.id)),
    row: (row, { exam, isLate }) => {
      row.dataset.exam = String(exam.exam.id);
      row.classList.toggle("late-row", isLate);
    },
  });
  refresh = async () => {
    try {
      const found = await client.openCritical();
      replace(count, String(found.length));
      count.classList.toggle("some", found.some((each) => each.isLate));
      table.show(found);
    } catch (error) {
      toast(describe(error), "error");
    }
  };
  departmentEvents(scope, (news) => {
    if (news.kind.startsWith("critical.")) void refresh();
  }, () => void refresh());
  scope.every(REFRESH_MS, () => void refresh());
  void refresh();
  const hint = h("p", {
    class: "faint",
    text: t(
      "A result stays here until somebody who was told has said it back. Past its time the next person is named."),
  });
  const main = h("main", { class: "office-main" }, h("section", { class: "part" },
    h("h2", {}, t("Critical results"), count), hint, table.element));
  return officePage(context, scope, "critical", t("Critical results"), h("div"), main);
}
