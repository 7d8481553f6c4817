// SPDX-License-Identifier: Apache-2.0

import { h } from "../components/dom";
import { t } from "../i18n/i18n";
import { FieldValue, TemplateField } from "./types";

/** One coded field of a template: its name, its input, its unit. `changed` gets null where nothing is given. */
export function fieldInput(
  field: TemplateField, given: FieldValue | null, isOpen: boolean, changed: (value: FieldValue | null) => void,
): HTMLElement {
  const id = `report-field-${field.key}`;
  const label = h("label", { text: field.title || field.key, attrs: { for: id } });
  if (field.isRequired && isOpen) {
    label.append(h("span", { class: "required", text: "*", title: t("Needed to sign") }));
  }
  const input = field.kind === "choice" ? choice(id, field, given) : plain(id, field, given);
  input.toggleAttribute("disabled", !isOpen);
  input.setAttribute("aria-required", String(field.isRequired));
  input.addEventListener("input", () => {
    const text = input.value.trim();
    const value = field.kind === "date" ? text.replaceAll("-", "")
      : field.kind === "number" ? text.replace(",", ".") : text;
    const code = field.choices.find((one) => one.value === value);
    input.toggleAttribute("aria-invalid", field.kind === "number" && value !== "" && !Number.isFinite(Number(value)));
    changed(value === "" ? null : {
      key: field.key, value, ...(field.unit ? { unit: field.unit } : {}), ...(code ? { code } : {}),
    });
  });
  const unit = field.unit ? h("span", { class: "unit", text: field.unit }) : null;
  return h("div", { class: "report-field" }, label, h("div", { class: "with-unit" }, input, unit));
}

function choice(id: string, field: TemplateField, given: FieldValue | null): HTMLSelectElement {
  const select = h("select", { id }, h("option", { text: "–", attrs: { value: "" } }), ...field.choices.map((one) =>
    h("option", { text: one.meaning || one.value, attrs: { value: one.value } })));
  select.value = given?.value ?? "";
  return select;
}

function plain(id: string, field: TemplateField, given: FieldValue | null): HTMLInputElement {
  const type = field.kind === "date" ? "date" : "text";
  const mode = field.kind === "number" ? "decimal" : null;
  const input = h("input", { id, attrs: { type, inputmode: mode, maxlength: 400, autocomplete: "off" } });
  const value = given?.value ?? "";
  input.value = field.kind === "date" && /^\d{8}$/.test(value)
    ? `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6)}` : value;
  return input;
}
