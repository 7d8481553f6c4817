// SPDX-License-Identifier: Apache-2.0

import { describe, isAbort } from "../../api/problem";
import { Context } from "../../app/context";
import { may } from "../../app/navigation";
import { officePage } from "../../app/page";
import { patientAddress } from "../../app/router";
import { DataTable } from "../../components/data-table";
import { dialog, goBack } from "../../components/dialog";
import { h } from "../../components/dom";
import { icon } from "../../components/icons";
import { age, date, personName } from "../../components/text";
import { toast } from "../../components/toast";
import { t } from "../../i18n/i18n";
import { Scope } from "../../signals/scope";
import { dateOf, today } from "../agenda/calendar";
import { DepartmentClient } from "../department";
import { identifierText } from "../words";
import { editPatient } from "./patient-form";
import { PatientClient, PatientRecord } from "./patient-client";

const TYPING_MS = 200;
const PAGE = 100;

/** `#/patients`: whom the department knows. */
class PatientsPage {
  readonly element: HTMLElement;
  private readonly client: PatientClient;
  private readonly department: DepartmentClient;
  private readonly search = h("input", {
    id: "patient-search",
    attrs: { type: "search", placeholder: t("Name or ID"), "aria-label": t("Find a patient"), autocomplete: "off" },
  });
  private readonly birth = h("input", { attrs: { type: "date", "aria-label": t("Date of birth") } });
  private readonly table: DataTable<PatientRecord>;
  private asking: AbortController | null = null;

  constructor(private readonly context: Context, scope: Scope, query: URLSearchParams) {
    this.client = new PatientClient(context.http);
    this.department = new DepartmentClient(context.http);
    this.search.value = query.get("search") ?? "";
    this.table = new DataTable<PatientRecord>(t("Patients"), [
      { title: t("Patient"), kind: "strong", cell: (each) => personName(each.name) || t("(no name)") },
      { title: t("ID"), cell: (each) => identifierText(each) },
      { title: t("Date of birth"), cell: (each) => date(each.birthDate) },
      { title: t("Age"), cell: (each) => age(each.birthDate, dateOf(today())) },
      { title: t("Sex"), cell: (each) => each.sex },
      { title: t("Telephone"), cell: (each) => each.contact?.telephone ?? "" },
      { title: t("Alerts"), cell: (each) => {
        const alerts = [...(each.clinical?.allergies ?? []), ...(each.clinical?.medicalAlerts ?? [])];
        return h("span", { class: "alerts", text: alerts.join(" · ") });
      } },
    ], {
      none: t("Nobody found."), key: (each) => String(each.id),
      open: (each) => context.router.go(patientAddress(each.id)),
    });
    const box = h("div", { class: "search" }, icon("search"), this.search);
    const bar = h("div", { class: "filters" }, box, h("label", { class: "range" }, t("Date of birth"), this.birth));
    if (may(context, "manageOrders")) {
      const add = h("button", { class: "button primary small new-order", text: t("New patient"),
        attrs: { type: "button" } });
      add.addEventListener("click", () => void this.register());
      bar.append(add);
    }
    const main = h("main", { class: "office-main" }, this.table.element);
    this.element = officePage(context, scope, "patients", t("Patients"), bar, main);
    this.wire(scope);
    void this.find();
    queueMicrotask(() => this.search.focus());
  }

  private wire(scope: Scope): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void this.find(), TYPING_MS);
    };
    this.search.addEventListener("input", soon);
    this.birth.addEventListener("change", soon);
    this.search.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") this.table.element.querySelector<HTMLElement>("tbody tr")?.focus();
    });
    scope.own(() => clearTimeout(timer));
    scope.own(() => this.asking?.abort());
  }

  private async find(): Promise<void> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const text = this.search.value.trim();
    this.context.router.replace(text ? `#/patients?${new URLSearchParams({ search: text })}` : "#/patients");
    try {
      const found = await this.client.find(text, this.birth.value.replaceAll("-", ""), PAGE, asking.signal);
      if (asking === this.asking) this.table.show(found.filter((each) => !each.mergedInto));
    } catch (error) {
      if (!isAbort(error)) toast(describe(error), "error");
    }
  }

  private async register(): Promise<void> {
    const made = await editPatient(null, async (patient) => {
      await this.checkTwins(patient);
      return this.client.register(patient);
    });
    if (made) this.context.router.go(patientAddress(made.id));
  }

  /** Somebody of that name and birth date may be the same person. */
  private async checkTwins(patient: PatientRecord): Promise<void> {
    const others = (await this.department.similarPatients({
      name: patient.name, birthDate: patient.birthDate, identifier: "", telephone: patient.contact?.telephone ?? "",
    })).map((each) => each.patient);
    if (others.length === 0) return;
    const go = await dialog<boolean>(
      {
        title: t("Is this the same person?"),
        buttons: [goBack(), { text: t("Register all the same"), kind: "primary", run: () => true }],
      },
      h("p", { text: t("The department knows somebody who may be the same:") }),
      h("ul", {}, ...others.map((each) => h("li", {
        text: [personName(each.name), identifierText(each), date(each.birthDate)].filter(Boolean).join(" · "),
      }))),
    );
    if (!go) throw new Error(t("Not registered."));
  }
}

export function patientsPage(context: Context, scope: Scope, query: URLSearchParams): HTMLElement {
  return new PatientsPage(context, scope, query).element;
}
