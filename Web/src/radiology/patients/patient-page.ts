// SPDX-License-Identifier: Apache-2.0

import { describe } from "../../api/problem";
import { Context } from "../../app/context";
import { may } from "../../app/navigation";
import { officePage } from "../../app/page";
import { listAddress, orderAddress, patientAddress, studyAddress } from "../../app/router";
import { DataTable, rowButton } from "../../components/data-table";
import { confirm, dialog, goBack, inputField } from "../../components/dialog";
import { h, replace } from "../../components/dom";
import { notice } from "../../components/notice";
import { age, date, personName } from "../../components/text";
import { toast } from "../../components/toast";
import { t } from "../../i18n/i18n";
import { liveUpdates } from "../../list/live-updates";
import { Scope } from "../../signals/scope";
import { dateOf, today } from "../agenda/calendar";
import { DepartmentClient } from "../department";
import { Exam, ExamStates, OrderView } from "../types";
import { identifierText, isUrgent, priorityText, startText, statusTitle } from "../words";
import { editPatient } from "./patient-form";
import { PatientClient, PatientRecord } from "./patient-client";

const REFRESH_MS = 60_000;

interface Line {
  view: OrderView;
  exam: Exam;
}

/** `#/patient/ID`: one patient, what was asked for, and what is to be known. */
class PatientPage {
  readonly element: HTMLElement;
  private readonly client: PatientClient;
  private readonly department: DepartmentClient;
  private readonly sheet = h("section", { class: "sheet-patient" });
  private readonly exams: DataTable<Line>;
  private readonly main: HTMLElement;
  private states: ExamStates | null = null;
  private patient: PatientRecord | null = null;

  constructor(private readonly context: Context, scope: Scope, private readonly id: number) {
    this.client = new PatientClient(context.http);
    this.department = new DepartmentClient(context.http);
    this.exams = new DataTable<Line>(t("Exams"), [
      { title: t("Exam"), kind: "strong", cell: ({ exam }) => exam.description || exam.steps[0]?.description || "" },
      { title: "", cell: ({ exam }) => isUrgent(exam.priority)
        ? h("span", { class: "priority urgent", text: priorityText(exam.priority) }) : "" },
      { title: t("Modality"), cell: ({ exam }) => exam.steps[0]?.modality
        ? h("span", { class: "modality", text: exam.steps[0].modality,
          attrs: { "data-modality": exam.steps[0].modality } })
        : "" },
      { title: t("Accession"), cell: ({ view }) => view.order.accession.value },
      { title: t("Start"), cell: ({ exam }) => startText(exam.steps[0]?.start) },
      { title: t("Status"), cell: ({ exam }) => h("span", {
        class: "status-badge", text: statusTitle(this.states, exam.status), attrs: { "data-status": exam.status },
      }) },
      { title: "", kind: "tight", cell: ({ exam }) =>
        h("a", { class: "button small", text: t("Images"), attrs: { href: studyAddress(exam.studyInstanceUID) } }) },
    ], {
      none: t("Nothing was asked for yet."), key: ({ exam }) => String(exam.id),
      open: ({ view }) => context.router.go(orderAddress(view.order.id)),
      row: (row, { exam }) => void (row.dataset.exam = String(exam.id)),
    });
    this.main = h("main", { class: "sheet" }, this.sheet,
      h("section", {}, h("h2", { text: t("Exams") }), this.exams.element));
    this.element = officePage(context, scope, "patients", t("Patient"), this.main);
    scope.every(REFRESH_MS, () => void this.refresh());
    liveUpdates(context.events, scope, () => void this.refresh());
    void this.refresh();
  }

  private async refresh(): Promise<void> {
    try {
      this.states ??= await this.department.states();
      const [patient, orders] = await Promise.all([this.client.patient(this.id), this.client.orders(this.id)]);
      this.patient = patient;
      this.draw(patient);
      this.exams.show(orders.flatMap((view) => view.order.procedures.map((exam) => ({ view, exam }))));
    } catch (error) {
      const action = { label: "Try again", run: () => location.reload() };
      replace(this.main, notice({
        icon: "warning", title: t("The patient cannot be shown"), detail: describe(error), action, alert: true,
      }));
    }
  }

  private draw(patient: PatientRecord): void {
    const facts = [
      ...patient.identifiers.map((each) => (each.issuer ? `${each.value} (${each.issuer})` : each.value)), patient.sex,
      date(patient.birthDate), age(patient.birthDate, dateOf(today())),
      patient.clinical?.weight ? `${patient.clinical.weight} kg` : "",
    ];
    const alerts = [...(patient.clinical?.allergies ?? []), ...(patient.clinical?.medicalAlerts ?? [])];
    const contact = patient.contact;
    const buttons = h("div", { class: "exam-actions" });
    const button = (text: string, run: () => void): void => buttons.append(rowButton(text, run));
    if (!patient.mergedInto) {
      if (may(this.context, "manageOrders")) {
        button(t("Edit patient"), () => void this.edit());
        button(t("New order"), () => this.context.router.go(`#/order/new?patient=${this.id}`));
      }
      if (may(this.context, "mergePatients")) button(t("Merge with another"), () => void this.merge());
    }
    const first = patient.identifiers[0]?.value ?? "";
    buttons.append(h("a", {
      class: "button small", text: t("Studies"), attrs: { href: listAddress(new URLSearchParams({ search: first })) },
    }));
    replace(
      this.sheet, h("h1", { text: personName(patient.name) || t("(no name)") }),
      h("p", { class: "faint", text: facts.filter(Boolean).join(" · ") }),
      alerts.length > 0 ? h("p", { class: "alerts", text: alerts.join(" · "), attrs: { role: "alert" } }) : null,
      patient.clinical?.specialNeeds ? h("p", { text: patient.clinical.specialNeeds }) : null,
      (patient.otherNames ?? []).length > 0
        ? h("p", { class: "faint", text: t("Also known as {names}",
          { names: (patient.otherNames ?? []).map(personName).join("; ") }) })
        : null,
      contact ? h("p", { class: "faint", text: [contact.address, contact.telephone,
        contact.email].filter(Boolean).join(" · ") })
        : null,
      patient.mergedInto ? h("p", { class: "warned" }, t("This record was merged into another."), " ", h("a", {
        class: "button small", text: t("Open it"), attrs: { href: patientAddress(patient.mergedInto) },
      })) : null,
      buttons,
    );
  }

  private async edit(): Promise<void> {
    if (this.patient && await editPatient(this.patient, (patient) => this.client.change(patient))) await this.refresh();
  }

  /** Finds the record that stays; this one then leads to it. */
  private async merge(): Promise<void> {
    const here = this.patient;
    if (!here) return;
    const search = inputField(t("Find a patient"), "", { type: "search" });
    const list = h("div", { class: "found-patients" });
    const choose = async (other: PatientRecord): Promise<void> => {
      search.input.closest("dialog")?.close();
      const detail =
        t("{from} goes into {into}: all orders and identifiers. It concerns the department's record only.", {
        from: `${personName(here.name)} (${identifierText(here)})`,
          into: `${personName(other.name)} (${identifierText(other)})`,
      });
      if (!await confirm(t("Merge these records?"), detail, t("Merge"))) return;
      try {
        await this.client.merge(here.id, other.id);
        this.context.router.go(patientAddress(other.id));
      } catch (error) {
        toast(describe(error), "error");
      }
    };
    search.input.addEventListener("input", () => {
      const text = search.input.value.trim();
      if (!text) return replace(list);
      this.client.find(text, "", 8).then((found) => {
        const others = found.filter((each) => each.id !== here.id && !each.mergedInto);
        replace(list, ...others.map((each) => {
          const words = [personName(each.name), identifierText(each), date(each.birthDate), each.sex];
          const button = h("button", { class: "ghost", text: words.filter(Boolean).join(" · "),
            attrs: { type: "button" } });
          button.addEventListener("click", () => void choose(each));
          return button;
        }));
      }).catch((error: unknown) => toast(describe(error), "error"));
    });
    await dialog(
      { title: t("Merge with another"), class: "wide", buttons: [goBack()] },
      h("p", { text: t("Which record is the same person and stays?") }), search.box, list,
    );
  }
}

export function patientPage(context: Context, scope: Scope, id: number): HTMLElement {
  return new PatientPage(context, scope, id).element;
}
