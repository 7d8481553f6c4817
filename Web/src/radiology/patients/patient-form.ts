// SPDX-License-Identifier: Apache-2.0

import { dialog, goBack, inputField, selectField } from "../../components/dialog";
import { h } from "../../components/dom";
import { t } from "../../i18n/i18n";
import { PatientRecord } from "./patient-client";

const noContact = { address: "", telephone: "", email: "", language: "" };

const newPatient: PatientRecord = {
  id: 0, identifiers: [], name: "", birthDate: "", sex: "", otherNames: [], contact: noContact,
  clinical: { allergies: [], medicalAlerts: [], specialNeeds: "" }, version: 0,
};

const pregnancies: readonly (readonly [string, string])[] = [
  ["", "–"], ["1", "Not pregnant"], ["2", "Possibly pregnant"], ["3", "Pregnant"], ["4", "Not known"],
];

/** PN as two fields: family name, and the rest as it reads. */
export function nameParts(name: string): { family: string; given: string; rest: string } {
  const [alphabetic = "", ...groups] = name.split("=");
  const [family = "", given = "", ...rest] = alphabetic.split("^");
  return { family, given, rest: [rest.join("^"), ...groups].join("=") };
}

export function joinedName(family: string, given: string, rest: string): string {
  const [components = "", ...groups] = rest.split("=");
  const name = [family.trim(), given.trim(), components].join("^").replace(/\^+$/, "");
  return [name, ...groups].join("=").replace(/=+$/, "");
}

function list(text: string): string[] {
  return text.split(",").map((each) => each.trim()).filter(Boolean);
}

/** Registers a patient or changes one; answers what the server then knows, or null. */
export function editPatient(
  given: PatientRecord | null, save: (patient: PatientRecord) => Promise<PatientRecord>,
): Promise<PatientRecord | null> {
  const patient = given ?? newPatient;
  const parts = nameParts(patient.name);
  const first = patient.identifiers[0];
  const id = inputField(t("Patient ID"), first?.value ?? "", { maxlength: 64 });
  const issuer = inputField(t("Issuer"), first?.issuer ?? "", { maxlength: 64 });
  const family = inputField(t("Family name"), parts.family);
  const givenName = inputField(t("Given name"), parts.given);
  const iso = patient.birthDate.replace(/(\d{4})(\d{2})(\d{2})/, "$1-$2-$3");
  const birth = inputField(t("Date of birth"), iso, { type: "date" });
  const sex = selectField(t("Sex"), [["", "–"], ["F", "F"], ["M", "M"], ["O", "O"]], patient.sex);
  const contact = patient.contact ?? noContact;
  const address = inputField(t("Address"), contact.address);
  const telephone = inputField(t("Telephone"), contact.telephone, { type: "tel" });
  const email = inputField(t("E-mail"), contact.email, { type: "email" });
  const language = inputField(t("Language"), contact.language, { maxlength: 16, placeholder: "fr" });
  const clinical = patient.clinical ?? {};
  const weight = inputField(t("Weight (kg)"), String(clinical.weight ?? ""),
    { type: "number", min: 0, max: 500, step: 0.1 });
  const size = inputField(t("Height (m)"), String(clinical.size ?? ""), { type: "number", min: 0, max: 3, step: 0.01 });
  const pregnancy = selectField(
    t("Pregnancy"), pregnancies.map(([key, text]) => [key, t(text)] as const), String(clinical.pregnancy ?? ""),
  );
  const allergies = inputField(t("Allergies (separated by commas)"), (clinical.allergies ?? []).join(", "),
    { maxlength: 500 });
  const alerts = inputField(t("Alerts and implants (separated by commas)"), (clinical.medicalAlerts ?? []).join(", "), {
    maxlength: 500,
  });
  const needs = inputField(t("Special needs"), clinical.specialNeeds ?? "");
  const number = (input: HTMLInputElement): number | null =>
    input.value.trim() && Number.isFinite(input.valueAsNumber) ? input.valueAsNumber : null;
  const keep = async (): Promise<PatientRecord> => {
    if (!id.input.value.trim()) throw new Error(t("Give the patient's ID."));
    if (!family.input.value.trim()) throw new Error(t("Give the family name."));
    return save({
      ...patient,
      identifiers: [
        { ...(first ?? {}), value: id.input.value.trim(), issuer: issuer.input.value.trim() },
          ...patient.identifiers.slice(1),
      ],
      name: joinedName(family.input.value, givenName.input.value, parts.rest),
      birthDate: birth.input.value.replaceAll("-", ""), sex: sex.input.value,
      contact: {
        ...contact, address: address.input.value.trim(), telephone: telephone.input.value.trim(),
        email: email.input.value.trim(), language: language.input.value.trim(),
      },
      clinical: {
        ...clinical, weight: number(weight.input), size: number(size.input),
        pregnancy: pregnancy.input.value ? Number(pregnancy.input.value) : null,
        allergies: list(allergies.input.value), medicalAlerts: list(alerts.input.value),
        specialNeeds: needs.input.value.trim(),
      },
    });
  };
  return dialog<PatientRecord>(
    {
      title: given ? t("Edit patient") : t("New patient"), class: "wide",
      buttons: [goBack(), { text: given ? t("Save") : t("Register"), kind: "primary", run: keep }],
    },
    h("div", { class: "fields" }, family.box, givenName.box, birth.box, sex.box, id.box, issuer.box),
    h("h3", { text: t("To know before an exam") }),
    h("div", { class: "fields" }, weight.box, size.box, pregnancy.box), allergies.box, alerts.box, needs.box,
    h("h3", { text: t("Contact") }),
    h("div", { class: "fields" }, address.box, telephone.box, email.box, language.box),
  );
}
