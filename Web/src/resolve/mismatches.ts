// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { Context } from "../app/context";
import { may } from "../app/navigation";
import { orderAddress, studyAddress } from "../app/router";
import { DataTable, rowButton } from "../components/data-table";
import { confirm } from "../components/dialog";
import { h } from "../components/dom";
import { ago, date, personName } from "../components/text";
import { toast } from "../components/toast";
import { t } from "../i18n/i18n";
import { askReason } from "../radiology/exam-actions";
import { Part } from "./resolve-page";
import { differences, resolveStudy } from "./studies";
import { StudyLink } from "./types";

/** Something about arrived images that a person has to look at, as `/api/v1/mismatches` has it. */
interface Mismatch {
  id: number;
  kind: "order" | "rule";
  state: "open" | "attached" | "accepted" | "corrected" | "settled";
  facts: StudyLink["facts"];
  source: string;
  rule: string;
  differences: StudyLink["differences"];
  exam: number;
  order: number;
  foundAt: number;
  by: string;
  comment: string;
}

const states: readonly { key: string; label: string }[] = [
  { key: "open", label: "Undecided" }, { key: "attached", label: "Attached" }, { key: "accepted", label: "Accepted" },
  { key: "corrected", label: "Corrected" }, { key: "settled", label: "Settled by itself" },
];

/** What images say otherwise than their order, or than a rule for their sender demands. */
export function mismatchesPart(context: Context): Part {
  const chosen = h("select", { attrs: { "aria-label": t("State") } }, ...states.map((each) =>
    h("option", { text: t(each.label), attrs: { value: each.key } })));
  const refresh = async (): Promise<void> => {
    const path = `/api/v1/mismatches?state=${chosen.value}&limit=100`;
    table.show((await context.http.json<{ mismatches: Mismatch[] }>(path)).mismatches);
  };
  chosen.addEventListener("change", () => void refresh());
  const act = async (mismatch: Mismatch, path: string, body: unknown): Promise<void> => {
    try {
      await context.http.authorised("POST", `/api/v1/mismatches/${mismatch.id}/${path}`, { body });
    } catch (error) {
      toast(describe(error), "error");
    }
    await refresh();
  };
  const accept = async (mismatch: Mismatch): Promise<void> => {
    const comment = await askReason(t("Take it as it is"));
    if (comment !== null) await act(mismatch, "resolve", { action: "accept", comment });
  };
  const correct = async (mismatch: Mismatch): Promise<void> => {
    const detail = t("What the archive says of these images becomes what the order says. It can be undone.");
    if (await confirm(t("Correct the images?"), detail, t("Correct"))) {
      await act(mismatch, "resolve", { action: "correct" });
    }
  };
  const buttons = (mismatch: Mismatch): HTMLElement => {
    const box = h("div", { class: "exam-actions" }, h("a", {
      class: "button small", text: t("Images"), attrs: { href: studyAddress(mismatch.facts.studyInstanceUID) },
    }));
    if (mismatch.order > 0) {
      box.append(h("a", { class: "button small", text: t("Order"), attrs: { href: orderAddress(mismatch.order) } }));
    }
    if (mismatch.state !== "open") {
      if (mismatch.state !== "settled") box.append(rowButton(t("Undo"), () => void act(mismatch, "reopen", {})));
      return box;
    }
    if (may(context, "correctImages") && mismatch.exam > 0) {
      box.append(rowButton(t("Correct"), () => void correct(mismatch), "primary"));
    }
    if (mismatch.kind === "order") {
      box.append(rowButton(t("Another order"), () => void resolveStudy(context, {
        facts: mismatch.facts, state: "mismatched", exam: mismatch.exam, by: "", differences: mismatch.differences,
      }, refresh)));
    }
    box.append(rowButton(t("Take it as it is"), () => void accept(mismatch)));
    return box;
  };
  const table = new DataTable<Mismatch>(t("Mismatches"), [
    {
      title: t("Patient of the images"), kind: "strong",
      cell: ({ facts }) => personName(facts.patient.name) || t("(no name)"),
    },
    { title: t("ID"), cell: ({ facts }) => facts.patient.id },
    { title: t("Study"), cell: ({ facts }) => facts.description },
    { title: t("Date"), cell: ({ facts }) => date(facts.date) },
    { title: t("Sender"), cell: (each) => each.source },
    { title: t("Rule"), cell: (each) => each.rule },
    { title: t("The images say → it should be"), cell: (each) => differences(each.differences) },
    { title: t("Found"), cell: (each) => ago(each.foundAt, Date.now()) },
    { title: t("Decided"), cell: (each) => [each.by, each.comment].filter(Boolean).join(" · ") },
    { title: "", kind: "tight", cell: buttons },
  ], {
    none: t("None. Good."), key: (each) => String(each.id),
    row: (row, { facts }) => void (row.dataset.study = facts.studyInstanceUID),
  });
  const hint = t("Images that say something else than their order, or not what a rule for their sender demands.");
  const bar = h("p", { class: "part-bar" }, h("span", { class: "faint", text: hint }), chosen);
  return { element: h("section", { class: "part" }, bar, table.element), refresh };
}
