// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { Context } from "../app/context";
import { may } from "../app/navigation";
import { DataTable, rowButton } from "../components/data-table";
import { confirm } from "../components/dialog";
import { h } from "../components/dom";
import { date, personName } from "../components/text";
import { toast } from "../components/toast";
import { t } from "../i18n/i18n";
import { momentText } from "../radiology/words";
import { Part } from "./resolve-page";

interface Person {
  readonly name: string;
  readonly birthDate: string;
  readonly identifiers: readonly { readonly value: string }[];
}

interface Reconciliation {
  readonly id: number;
  readonly kind: string;
  readonly at: number;
  readonly by: string;
  readonly before?: Person;
  readonly after?: Person;
  readonly study?: { readonly after: { readonly facts: { readonly patient: { readonly name: string } } } };
  readonly undoneAt?: number;
  readonly undoneBy: string;
}

const kinds: Readonly<Record<string, string>> = {
  merge: "Patients merged", identifiers: "Numbers changed", demographics: "Name or birth date changed",
  order: "Order given to another patient", study: "Images given to another exam",
};

function personText(person: Person): string {
  const numbers = person.identifiers.map((each) => each.value).join(", ");
  return [personName(person.name), date(person.birthDate), numbers].filter(Boolean).join(" · ");
}

/** What it changed, in words. */
function change(one: Reconciliation): string {
  if (one.before && one.after) return `${personText(one.before)} → ${personText(one.after)}`;
  return one.study ? personName(one.study.after.facts.patient.name) : "";
}

/** Merges, moves and changes of who a patient is: each is taken back here and in the images at once. */
export function reconciliationsPart(context: Context): Part {
  const undo = async (one: Reconciliation): Promise<void> => {
    if (!(await confirm(t("Take this back?"), t("The images go back with it."), t("Undo")))) return;
    try {
      await context.http.authorised("POST", `/api/v1/reconciliations/${one.id}/undo`, {});
    } catch (error) {
      toast(describe(error), "error");
    }
    await refresh();
  };
  const table = new DataTable<Reconciliation>(t("Merges and moves"), [
    { title: t("When"), kind: "tight", cell: (one) => momentText(one.at) },
    { title: t("What"), kind: "strong", cell: (one) => t(kinds[one.kind] ?? one.kind) },
    { title: t("About"), cell: change },
    { title: t("By"), cell: (one) => one.by },
    { title: "", kind: "tight", cell: (one) => {
      if (one.undoneAt) return h("span", { class: "faint", text: t("Undone") });
      return may(context, "mergePatients") ? rowButton(t("Undo"), () => void undo(one)) : null;
    } },
  ], {
    none: t("Nothing was merged or moved yet."), key: (one) => String(one.id),
    row: (row, one) => row.classList.toggle("over", Boolean(one.undoneAt)),
  });
  const refresh = async (): Promise<void> => table.show(
    (await context.http.json<{ reconciliations: Reconciliation[] }>("/api/v1/reconciliations?limit=200"))
      .reconciliations);
  const hint = t("Department and images change together, and go back together; the originals are never changed.");
  return { element: h("section", { class: "part" }, h("p", { class: "faint", text: hint }), table.element), refresh };
}
