// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { Context } from "../app/context";
import { studyAddress } from "../app/router";
import { DataTable, rowButton } from "../components/data-table";
import { dialog, DialogButton, goBack, inputField } from "../components/dialog";
import { h, replace } from "../components/dom";
import { ago, date, personName } from "../components/text";
import { toast } from "../components/toast";
import { plural, t } from "../i18n/i18n";
import { DepartmentClient } from "../radiology/department";
import { Exam, OrderView, Patient } from "../radiology/types";
import { identifierText, startText } from "../radiology/words";
import { Part } from "./resolve-page";
import { StudyLink } from "./types";

const attributeTitles: Record<string, string> = {
  PatientID: "Patient ID", PatientName: "Patient", PatientBirthDate: "Date of birth",
};

function value(attribute: string, text: string): string {
  return attribute === "PatientName" ? personName(text) : attribute === "PatientBirthDate" ? date(text) : text;
}

/** Studies that arrived without an exam, or that say something else than their order. */
export function studiesPart(context: Context): Part {
  let states = ["unmatched", "mismatched"];
  const refresh = async (): Promise<void> => {
    const query = states.map((each) => `state=${each}`).join("&");
    table.show((await context.http.json<{ studies: StudyLink[] }>(
      `/api/v1/unlinked-studies?${query}&limit=200`)).studies);
  };
  const act = async (link: StudyLink, path: string, body: unknown): Promise<void> => {
    try {
      const study = encodeURIComponent(link.facts.studyInstanceUID);
      await context.http.authorised("POST", `/api/v1/unlinked-studies/${study}/${path}`, { body });
    } catch (error) {
      toast(describe(error), "error");
    }
    await refresh();
  };
  const table: DataTable<StudyLink> = new DataTable<StudyLink>(t("Studies without their order"), [
    { title: t("Patient of the images"), kind: "strong", cell: ({ facts }) => personName(facts.patient.name)
      || t("(no name)") },
    { title: t("ID"), cell: ({ facts }) => facts.patient.id },
    { title: t("Date of birth"), cell: ({ facts }) => date(facts.patient.birthDate) },
    { title: t("Study"), cell: ({ facts }) => facts.description },
    { title: t("Modality"), cell: ({ facts }) => facts.modalities.map((text) =>
      h("span", { class: "modality", text, attrs: { "data-modality": text } })) },
    { title: t("Date"), cell: ({ facts }) => date(facts.date) },
    { title: t("Images"), kind: "number", cell: ({ facts }) => String(facts.instances) },
    { title: t("Came"), cell: ({ facts }) => ago(facts.receivedAt, Date.now()) },
    { title: t("Why it is here"), cell: (link) => reasons(link) },
    { title: "", kind: "tight", cell: (link) => h("div", { class: "exam-actions" }, ...actions(link)) },
  ], { none: t("Every study belongs to its order."), key: ({ facts }) => facts.studyInstanceUID,
    row: (row, { facts }) => void (row.dataset.study = facts.studyInstanceUID) });
  const actions = (link: StudyLink): HTMLElement[] => [
    h("a", { class: "button small", text: t("Images"), attrs: { href: studyAddress(link.facts.studyInstanceUID) } }),
    ...(link.state === "dismissed"
      ? [rowButton(t("Put back on the list"), () => void act(link, "detach", { dismisses: false }))]
      : [
        rowButton(t("Resolve"), () => void resolveStudy(context, link, refresh), "primary"),
        rowButton(t("Needs no order"), () => void act(link, "detach", { dismisses: true })),
      ]),
  ];
  const dismissed = h("input", { attrs: { type: "checkbox" } });
  dismissed.addEventListener("change", () => {
    states = dismissed.checked ? ["dismissed"] : ["unmatched", "mismatched"];
    void refresh();
  });
  const bar = h("p", { class: "part-bar" }, h("label", { class: "check" }, dismissed, t("Those that need no order")));
  return { element: h("section", { class: "part" }, bar, table.element), refresh };
}

function reasons(link: StudyLink): HTMLElement {
  if (link.state === "unmatched") {
    return h("span", { text: link.facts.accession ? t("No order has the accession number {number}", {
      number: link.facts.accession,
    }) : t("Names no order") });
  }
  return differences(link.differences);
}

/** What images say, and what they should. */
export function differences(all: StudyLink["differences"]): HTMLElement {
  return h("ul", { class: "differences" }, ...all.map(({ attribute, study, order }) => h(
    "li", {}, `${t(attributeTitles[attribute] ?? attribute)}: `, h("del", { text: value(attribute, study) || "–" }),
      " → ",
    h("ins", { text: value(attribute, order) || "–" }),
  )));
}

interface Choice {
  exam: Exam;
  view: OrderView;
}

/** Finds the exam that a study belongs to, shows both side by side,
  and corrects the images where they say otherwise. */
export async function resolveStudy(context: Context, link: StudyLink, done: () => Promise<void>): Promise<void> {
  const client = new DepartmentClient(context.http);
  const { facts } = link;
  let choice: Choice | null = null;
  const search = inputField(t("Find the order"), personName(facts.patient.name).replace(",", ""), { type: "search" });
  const list = h("div", { class: "found-patients" });
  const compare = h("div", {});
  const corrects = h("input", { attrs: { type: "checkbox", checked: true } });
  const choose = (next: Choice): void => {
    choice = next;
    const patient = next.view.patient ?? null;
    replace(compare, comparison(link, next, patient), differs(link, patient) ? h(
      "label", { class: "check" }, corrects, t("Correct the images to the patient of the order (can be undone)"),
    ) : null);
  };
  const find = async (): Promise<void> => {
    const text = search.input.value.trim();
    const views = text ? await client.orders({ search: text, statuses: [], offset: 0, limit: 20 }) : [];
    const found = views.flatMap((view) => view.order.procedures.map((exam) => ({ exam, view })));
    replace(list, ...found.map((each) => {
      const words = [
        personName(each.view.patient?.name ?? ""), identifierText(each.view.patient), each.exam.description,
        startText(each.exam.steps[0]?.start), each.view.order.accession.value,
      ];
      const button = h("button", { class: "ghost", text: words.filter(Boolean).join(" · "),
        attrs: { type: "button" } });
      button.addEventListener("click", () => choose(each));
      return button;
    }), found.length === 0 ? h("p", { class: "faint", text: t("No order found.") }) : null);
    const known = found.find((each) => each.exam.id === link.exam);
    if (known) choose(known);
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  search.input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void find().catch((error: unknown) => toast(describe(error), "error")), 200);
  });
  const attach = async (): Promise<void> => {
    if (!choice) throw new Error(t("Choose the order first."));
    const study = encodeURIComponent(facts.studyInstanceUID);
    await context.http.authorised("POST", `/api/v1/unlinked-studies/${study}/attach`,
      { body: { exam: choice.exam.id, corrects: corrects.checked } });
  };
  const buttons: DialogButton[] = [goBack(), { text: t("Attach"), kind: "primary", run: attach }];
  void find().catch((error: unknown) => toast(describe(error), "error"));
  await dialog({ title: t("To which order do these images belong?"), class: "wide", buttons }, search.box, list,
    compare);
  clearTimeout(timer);
  await done();
}

function differs(link: StudyLink, patient: Patient | null): boolean {
  if (!patient) return false;
  const said = link.facts.patient;
  return !patient.identifiers.some((each) => each.value === said.id) || patient.name !== said.name
    || (patient.birthDate !== "" && patient.birthDate !== said.birthDate);
}

function comparison(link: StudyLink, { exam, view }: Choice, patient: Patient | null): HTMLElement {
  const { facts } = link;
  const rows: [string, string, string][] = [
    [t("Patient"), personName(facts.patient.name), personName(patient?.name ?? "")],
    [t("Patient ID"), facts.patient.id, patient?.identifiers.map((each) => each.value).join(", ") ?? ""],
    [t("Date of birth"), date(facts.patient.birthDate), date(patient?.birthDate ?? "")],
    [t("Exam"), facts.description, exam.description],
    [t("Modality"), facts.modalities.join(", "), [...new Set(exam.steps.map((each) => each.modality))].join(", ")],
    [t("Date"), date(facts.date), startText(exam.steps[0]?.start)],
    [t("Accession"), facts.accession, view.order.accession.value],
    [t("Images"), plural(facts.instances, "{n} image|{n} images"), ""],
  ];
  const head = h("tr", {}, h("th", {}), h("th", { text: t("The images say") }), h("th", { text: t("The order says") }));
  return h("table", { class: "data-table compare" }, h("thead", {}, head),
    h("tbody", {}, ...rows.map(([title, one, other]) =>
    h("tr", { class: one && other && one !== other ? "differs" : "" },
      h("th", { text: title, attrs: { scope: "row" } }),
      h("td", { text: one }), h("td", { text: other })))));
}
