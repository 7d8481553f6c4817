// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { Context } from "../app/context";
import { may } from "../app/navigation";
import { studyAddress } from "../app/router";
import { DataTable, rowButton } from "../components/data-table";
import { confirm } from "../components/dialog";
import { h } from "../components/dom";
import { date, personName } from "../components/text";
import { toast } from "../components/toast";
import { plural, t } from "../i18n/i18n";
import { momentText } from "../radiology/words";
import { askReason } from "../radiology/exam-actions";
import { Part } from "./resolve-page";
import { Correction, HiddenStudy } from "./types";

const kinds: readonly { key: string; label: string }[] = [
  { key: "patient-merge", label: "Patients merged" }, { key: "update", label: "Values corrected" },
  { key: "move", label: "Moved" }, { key: "rejection", label: "Rejected" },
    { key: "deletion", label: "Put into the bin" },
  { key: "purge", label: "Destroyed" }, { key: "version-choice", label: "Version chosen" },
  { key: "undo", label: "Undoing" },
];

function kindText(kind: string): string {
  const known = kinds.find((each) => each.key === kind);
  return known ? t(known.label) : kind;
}

const valueTitles: readonly { keyword: string; label: string }[] = [
  { keyword: "PatientName", label: "Patient" }, { keyword: "PatientID", label: "Patient ID" },
  { keyword: "IssuerOfPatientID", label: "Issuer" }, { keyword: "PatientBirthDate", label: "Date of birth" },
  { keyword: "PatientSex", label: "Sex" }, { keyword: "AccessionNumber", label: "Accession number" },
  { keyword: "StudyDescription", label: "Description" },
];

function valueText(keyword: string, text: string): string {
  const label = valueTitles.find((each) => each.keyword === keyword)?.label;
  const shown = keyword.endsWith("Name") ? personName(text) : keyword.endsWith("Date") ? date(text) : text;
  return `${label ? t(label) : keyword}: ${shown}`;
}

/** What it is about and what it changed, in words. */
function scopeText(one: Correction): string {
  const about = one.patient ? [one.patient.id, one.patient.issuer].filter(Boolean).join(" · ")
    : one.series ? t("a series") : one.instances ? plural(one.instances.length, "{n} image|{n} images")
      : one.study ? t("a study") : "";
  const values = Object.entries(one.values ?? {}).map(([keyword, text]) => valueText(keyword, text));
  return [about, ...values, one.meaning ?? ""].filter(Boolean).join(" · ");
}

/** All corrections, newest first; each can be undone. */
export function correctionsPart(context: Context): Part {
  const undo = async (one: Correction): Promise<void> => {
    const comment = await askReason(t("Undo"));
    if (comment === null) return;
    try {
      await context.http.authorised("POST", `/api/v1/corrections/${encodeURIComponent(one.name)}/undo`,
        { body: { comment } });
    } catch (error) {
      toast(describe(error), "error");
    }
    await refresh();
  };
  const table = new DataTable<Correction>(t("Corrections"), [
    { title: t("When"), kind: "tight", cell: (one) => momentText(one.at) },
    { title: t("What"), kind: "strong", cell: (one) => kindText(one.kind) },
    { title: t("About"), cell: (one) => scopeText(one) },
    { title: t("By"), cell: (one) => one.actor },
    { title: t("Reason"), cell: (one) => one.comment },
    { title: "", kind: "tight", cell: (one) => {
      if (one.undoneBy) return h("span", { class: "faint", text: t("Undone") });
      if (one.purged) return h("span", { class: "faint", text: t("Gone for good") });
      const open = one.study ? h("a", { class: "button small", text: t("Images"),
        attrs: { href: studyAddress(one.study) } }) : null;
      const mine = one.kind !== "undo" && one.kind !== "purge" && may(context, "correctImages")
        ? rowButton(t("Undo"), () => void undo(one)) : null;
      return h("div", { class: "exam-actions" }, open, mine);
    } },
  ], {
    none: t("Nothing was corrected yet."), key: (one) => one.name,
    row: (row, one) => row.classList.toggle("over", Boolean(one.undoneBy)),
  });
  const refresh = async (): Promise<void> =>
    table.show((await context.http.json<{ corrections: Correction[] }>("/api/v1/corrections?limit=200")).corrections);
  const hint = t("Originals are never changed: each correction is a record beside them, and undoing it is one more.");
  return { element: h("section", { class: "part" }, h("p", { class: "faint", text: hint }), table.element), refresh };
}

function hiddenTable(label: string, none: string, cells: (study: HiddenStudy) => HTMLElement): DataTable<HiddenStudy> {
  return new DataTable<HiddenStudy>(label, [
    { title: t("Patient"), kind: "strong", cell: (each) => personName(each.patientName) || t("(no name)") },
    { title: t("ID"), cell: (each) => each.patientID },
    { title: t("Study"), cell: (each) => each.description },
    { title: t("Date"), cell: (each) => date(each.date) },
    { title: t("Images"), kind: "number", cell: (each) => String(each.instanceCount) },
    { title: t("Size"), kind: "number", cell: (each) => `${(each.bytes / 1_048_576).toFixed(1)} MiB` },
    { title: t("By"), cell: (each) => each.correction.actor },
    { title: t("When"), kind: "tight", cell: (each) => momentText(each.correction.at) },
    { title: t("Reason"), cell: (each) => [each.correction.meaning,
      each.correction.comment].filter(Boolean).join(" · ") },
    { title: "", kind: "tight", cell: cells },
  ], { none, key: (each) => each.correction.name });
}

export function rejectedPart(context: Context): Part {
  const table = hiddenTable(t("Rejected images"), t("Nothing is rejected."), (each) =>
    h("a", { class: "button small", text: t("Images"), attrs: { href: studyAddress(each.studyUID) } }));
  const refresh = async (): Promise<void> =>
    table.show((await context.http.json<{ rejected: HiddenStudy[] }>("/api/v1/rejected?limit=200")).rejected);
  const hint = t("A rejection is undone among the corrections.");
  return { element: h("section", { class: "part" }, h("p", { class: "faint", text: hint }), table.element), refresh };
}

/** What was deleted, until it is emptied. */
export function binPart(context: Context): Part {
  const attempt = async (act: () => Promise<unknown>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      toast(describe(error), "error");
    }
    await refresh();
  };
  const path = (each: HiddenStudy): string => `/api/v1/bin/${encodeURIComponent(each.correction.name)}`;
  const purge = async (each: HiddenStudy): Promise<void> => {
    const detail = t("{patient}, {images}: nobody can bring them back.", {
      patient: personName(each.patientName), images: plural(each.instanceCount, "{n} image|{n} images"),
    });
    if (!await confirm(t("Destroy these images?"), detail, t("Destroy"))) return;
    await attempt(() => context.http.authorised("DELETE", path(each)));
  };
  const table = hiddenTable(t("Bin"), t("The bin is empty."), (each) => h(
    "div", { class: "exam-actions" }, each.purgeAt ? h("span", { class: "faint", text: t("goes for good on {day}", {
      day: momentText(each.purgeAt).slice(0, 10),
    }) }) : null,
    rowButton(t("Bring back"), () => void attempt(() => context.http.authorised("POST", `${path(each)}/restore`,
      { body: {} }))),
    rowButton(t("Destroy"), () => void purge(each), "danger"),
  ));
  const refresh = async (): Promise<void> =>
    table.show((await context.http.json<{ bin: HiddenStudy[] }>("/api/v1/bin?limit=200")).bin);
  return { element: h("section", { class: "part" }, table.element), refresh };
}
