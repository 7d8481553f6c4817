// SPDX-License-Identifier: Apache-2.0

import { describe, isAbort } from "../api/problem";
import { accountMenu } from "../app/account-menu";
import { Context } from "../app/context";
import { navigation } from "../app/navigation";
import { orderAddress } from "../app/router";
import { brand } from "../app/signin-page";
import { h } from "../components/dom";
import { icon } from "../components/icons";
import { date, personName } from "../components/text";
import { t } from "../i18n/i18n";
import { Scope } from "../signals/scope";
import { CatalogueEntry, DepartmentClient, NewOrder } from "./department";
import { Patient } from "./types";
import { identifierText, priorityText, startText } from "./words";

const TYPING_MS = 200;
const modalities = ["CT", "MR", "CR", "DX", "US", "MG", "NM", "PT", "XA", "RF", "OT"];

/** `#/order/new`: asks for an exam, for a patient who is known or not. */
class NewOrderPage {
  readonly element: HTMLElement;
  private readonly client: DepartmentClient;
  private patient: Patient | null = null;
  private readonly found = h("div", {
    class: "found-patients", attrs: { role: "listbox", "aria-label": t("Patients found") },
  });
  private readonly chosen = h("p", { class: "chosen-patient", hidden: true });
  private readonly unknown: HTMLElement;
  private readonly inputs = new Map<string, HTMLInputElement | HTMLSelectElement>();
  private catalogue: CatalogueEntry[] = [];
  private readonly warnings = h("div", { class: "order-warnings", attrs: { role: "status" } });
  private warning: AbortController | null = null;
  private isAsked = false;
  private readonly offers = h("datalist", { id: "exam-offers" });
  private readonly error = h("p", { class: "form-error", hidden: true, attrs: { role: "alert" } });

  constructor(private readonly context: Context, private readonly scope: Scope, patient: number) {
    this.client = new DepartmentClient(context.http);
    this.unknown = h(
      "div", { class: "fields" }, this.text("id", t("Patient ID"), { maxlength: 64 }),
      this.text("family", t("Family name")), this.text("given", t("Given name")),
      this.text("birth", t("Date of birth"), { type: "date" }),
      this.choice("sex", t("Sex"), [["", "–"], ["F", "F"], ["M", "M"], ["O", "O"]]),
    );
    const header = h(
      "header", { class: "masthead" }, brand(), navigation(context, "worklist"), accountMenu(context, scope),
    );
    this.element = h("div", { class: "page order-page" }, header, h("main", { class: "sheet" }, this.form()));
    void this.offer(patient);
  }

  private form(): HTMLElement {
    const submit = h("button", { class: "button primary", text: t("Place order"), attrs: { type: "submit" } });
    const form = h(
      "form", { class: "order-form", attrs: { novalidate: true, "aria-label": t("New order") } },
      h("h1", { text: t("New order") }),
      h("section", {}, h("h2", { text: t("Patient") }), this.search(), this.found, this.chosen, this.unknown),
      h("section", {}, h("h2", { text: t("Exam") }), h(
        "div", { class: "fields" }, this.text("description", t("Exam"), { list: "exam-offers" }), this.offers,
        this.choice("modality", t("Modality"), modalities.map((each) => [each, each])),
        this.choice("priority", t("Urgency"),
          (["ROUTINE", "HIGH", "STAT", "MEDIUM", "LOW"] as const).map((each) => [each, priorityText(each)])),
        this.text("reason", t("Clinical question")), this.text("physician", t("Requested by")),
      )),
      h("section", {}, h("h2", { text: t("Appointment") }), h(
        "div", { class: "fields" }, this.text("day", t("Day"), { type: "date" }),
        this.text("hour", t("Time"), { type: "time" }),
        this.text("station", t("Station (AE title)"), { maxlength: 16 }),
      )),
      this.warnings, this.error, h("div", { class: "form-buttons" }, submit),
    );
    form.addEventListener("change", () => void this.warn());
    this.inputs.get("description")?.addEventListener("change", () => {
      const [entry, modality] = [this.offered(), this.inputs.get("modality")];
      if (entry?.steps[0]?.modality && modality) modality.value = entry.steps[0].modality;
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit.disabled = true;
      this.place().catch((error: unknown) => this.fail(describe(error))).finally(() => (submit.disabled = false));
    });
    return form;
  }

  /** What the department offers, and the patient whose page this was opened from. */
  private async offer(patient: number): Promise<void> {
    try {
      if (patient > 0) this.choose(await this.client.patient(patient));
      this.catalogue = await this.client.catalogue();
      this.offers.replaceChildren(...this.catalogue.filter((each) => each.isActive).map((each) =>
        h("option", { attrs: { value: each.title } })));
    } catch (error) {
      this.fail(describe(error));
    }
  }

  /** An exam of the catalogue brings its modality with it. */
  private offered(): CatalogueEntry | undefined {
    return this.catalogue.find((each) => each.isActive && each.title === this.value("description"));
  }

  private search(): HTMLElement {
    const input = h("input", {
      id: "patient-search",
      attrs: {
        type: "search", placeholder: t("Find a patient by name or ID"), "aria-label": t("Find a patient"),
        autocomplete: "off",
      },
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asking: AbortController | null = null;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        asking?.abort();
        asking = new AbortController();
        void this.find(input.value.trim(), asking.signal);
      }, TYPING_MS);
    });
    this.scope.own(() => clearTimeout(timer));
    return h("div", { class: "search" }, icon("search"), input);
  }

  private async find(text: string, signal: AbortSignal): Promise<void> {
    if (!text) return this.found.replaceChildren();
    try {
      const patients = await this.client.patients(text, signal);
      this.found.replaceChildren(...patients.map((patient) => {
        const words = [personName(patient.name), identifierText(patient), date(patient.birthDate), patient.sex];
        const button = h("button", {
          class: "ghost", text: words.filter(Boolean).join(" · "), attrs: { type: "button", role: "option" },
        });
        button.addEventListener("click", () => this.choose(patient));
        return button;
      }));
      if (patients.length > 0) return;
      this.found.replaceChildren(h("p", { class: "faint", text: t("Nobody found: fill in below.") }));
    } catch (error) {
      if (!isAbort(error)) this.fail(describe(error));
    }
  }

  private choose(patient: Patient): void {
    this.patient = patient;
    const another = h("button", { class: "ghost", text: t("Another patient"), attrs: { type: "button" } });
    another.addEventListener("click", () => {
      this.patient = null;
      this.chosen.hidden = true;
      this.unknown.hidden = false;
    });
    const name = h("strong", { text: personName(patient.name) });
    this.chosen.replaceChildren(name, ` ${identifierText(patient)} `, another);
    this.chosen.hidden = false;
    this.unknown.hidden = true;
    this.found.replaceChildren();
    void this.warn();
  }

  /** What may be there already: the patient under another number, the exam under another order. True for an exam. */
  private async warn(): Promise<boolean> {
    this.warning?.abort();
    const asking = new AbortController();
    this.warning = asking;
    try {
      const cards = this.patient ? await this.similarExams(this.patient, asking.signal)
        : await this.similarPatients(asking.signal);
      if (asking === this.warning) this.warnings.replaceChildren(...cards);
      return this.patient !== null && cards.length > 0;
    } catch (error) {
      if (!isAbort(error)) this.fail(describe(error));
      return false;
    }
  }

  private async similarPatients(signal: AbortSignal): Promise<HTMLElement[]> {
    const name = [this.value("family"), this.value("given")].filter(Boolean).join("^");
    const birthDate = this.value("birth").replaceAll("-", "");
    const identifier = this.value("id");
    if (!identifier && (!name || (!birthDate && !name.includes("^")))) return [];
    const found = await this.client.similarPatients({ name, birthDate, identifier }, signal);
    return found.map(({ patient }) => {
      const use = h("button", { class: "button small", text: t("This is the patient"), attrs: { type: "button" } });
      use.addEventListener("click", () => this.choose(patient));
      const words = [personName(patient.name), date(patient.birthDate), patient.sex, identifierText(patient)];
      return h("p", { class: "order-warning" }, icon("warning"), h("span", {
        text: t("Known already: {patient}", { patient: words.filter(Boolean).join(" · ") }),
      }), use);
    });
  }

  private async similarExams(patient: Patient, signal: AbortSignal): Promise<HTMLElement[]> {
    const description = this.value("description");
    if (!description) return [];
    const code = this.offered()?.code ?? "";
    const found = await this.client.similarExams(patient.id, code, description, signal);
    return found.map(({ exam, isOpen }) => {
      const when = exam.exam.steps[0]?.start;
      const open = h("a", { text: t("Open the order"), attrs: { href: orderAddress(exam.order.id) } });
      const words = [exam.exam.description, exam.order.accession.value, startText(when)].filter(Boolean).join(" · ");
      return h("p", { class: isOpen ? "order-warning urgent" : "order-warning" }, icon("warning"), h("span", {
        text: isOpen ? t("Asked for already: {exam}", { exam: words }) : t("Done lately: {exam}", { exam: words }),
      }), open);
    });
  }

  private async place(): Promise<void> {
    this.error.hidden = true;
    const description = this.value("description");
    if (!description) {
      this.fail(t("Say which exam is asked for."), "description");
      return;
    }
    const patient = this.patientGiven();
    if (!patient) return;
    // Asked once: who has seen the warning may go on.
    if (!this.isAsked && await this.warn()) {
      this.isAsked = true;
      this.fail(t("The patient has such an exam already. Place the order again if it is meant so."));
      return;
    }
    const [day, hour] = [this.value("day").replaceAll("-", ""), this.value("hour").replace(":", "")];
    const station = this.value("station");
    const entry = this.offered();
    const order: NewOrder = {
      patient,
      order: {
        request: { reason: this.value("reason"), requestingPhysician: this.value("physician") },
        procedures: [{
          description, priority: this.value("priority"),
          ...(entry ? { details: { catalogueCode: entry.code } } : {}),
          steps: [{
            modality: this.value("modality"), description,
            ...(entry?.steps[0]?.minutes ? { minutes: entry.steps[0].minutes } : {}),
            ...(day ? { start: { date: day, time: `${hour || "0800"}00` } } : {}),
            ...(station ? { station: { aeTitles: [station], name: "", location: "" } } : {}),
          }],
        }],
      },
    };
    const placed = await this.client.place(order);
    this.context.router.go(orderAddress(placed.order.id));
  }

  private patientGiven(): Partial<Patient> | null {
    if (this.patient) return { id: this.patient.id, identifiers: this.patient.identifiers, name: this.patient.name };
    const [id, family] = [this.value("id"), this.value("family")];
    if (!id) return this.fail(t("Choose a patient, or give the ID of a new one."), "id");
    if (!family) return this.fail(t("Give the family name."), "family");
    return {
      identifiers: [{ value: id, issuer: "" }], name: [family, this.value("given")].filter(Boolean).join("^"),
      birthDate: this.value("birth").replaceAll("-", ""), sex: this.value("sex"),
    };
  }

  private fail(text: string, field?: string): null {
    this.error.textContent = text;
    this.error.hidden = false;
    if (field) this.inputs.get(field)?.focus();
    return null;
  }

  private value(name: string): string {
    return this.inputs.get(name)?.value.trim() ?? "";
  }

  private text(name: string, label: string, attrs: Record<string, string | number> = {}): HTMLElement {
    const all = { type: "text", autocomplete: "off", maxlength: 200, ...attrs };
    const input = h("input", { id: `order-${name}`, attrs: all });
    this.inputs.set(name, input);
    return h("div", { class: "field" }, h("label", { text: label, attrs: { for: input.id } }), input);
  }

  private choice(name: string, label: string, options: readonly (readonly [string, string])[]): HTMLElement {
    const select = h(
      "select", { id: `order-${name}` }, ...options.map(([value, text]) => h("option", { text, attrs: { value } })),
    );
    this.inputs.set(name, select);
    return h("div", { class: "field" }, h("label", { text: label, attrs: { for: select.id } }), select);
  }
}

export function newOrderPage(context: Context, scope: Scope, patient: number): HTMLElement {
  document.title = `${t("New order")} · Martlet`;
  return new NewOrderPage(context, scope, patient).element;
}
