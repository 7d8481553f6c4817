// SPDX-License-Identifier: Apache-2.0

import { describe } from "../../api/problem";
import { h } from "../../components/dom";
import { plural, t } from "../../i18n/i18n";
import { toast } from "../../components/toast";
import { keyTitles } from "./key-objects";
import { contentLabel } from "./softcopy-state";

/** What there is to save, and how. */
export interface Savable {
  readonly keyImages: number;
  readonly measurements: number;
  readonly hasView: boolean;
  save(choice: SaveChoice): Promise<number>;
}

export interface SaveChoice {
  /** Index of the title, or null for no key images. */
  readonly keyTitle: number | null;
  readonly keyDescription: string;
  readonly measurements: boolean;
  /** Label of the presentation state, or null for none. */
  readonly viewLabel: string | null;
}

function checkbox(label: string, checked: boolean, enabled: boolean): [HTMLElement, HTMLInputElement] {
  const input = h("input", { attrs: { type: "checkbox", disabled: !enabled } });
  input.checked = checked && enabled;
  return [h("label", { class: "check" }, input, h("span", { text: label })), input];
}

/** Asks what is to be written to the archive. */
export function saveDialog(savable: Savable): HTMLDialogElement {
  const [keyLine, key] = checkbox(
    `${t("Key images")}: ${plural(savable.keyImages, "{n} image|{n} images")}`, true, savable.keyImages > 0,
  );
  const title = h("select", { class: "menu", attrs: { "aria-label": t("Why they matter") } });
  title.append(...keyTitles.map((one, i) => h("option", { text: t(one.meaning), attrs: { value: i } })));
  const description = h("input", {
    attrs: { type: "text", maxlength: 200, placeholder: t("Description"), "aria-label": t("Description") },
  });
  const [measureLine, measurements] = checkbox(
    `${t("Measurements")}: ${plural(savable.measurements, "{n} drawing|{n} drawings")}`, true, savable.measurements > 0,
  );
  const [viewLine, view] = checkbox(t("This view as a presentation state"), false, savable.hasView);
  const label = h(
    "input", { attrs: { type: "text", maxlength: 16, value: "VIEW", "aria-label": t("Name of the view") } }
  );
  const save = h("button", { class: "button primary", text: t("Save"), attrs: { type: "submit" } });
  const cancel = h("button", { class: "button", text: t("Cancel"), attrs: { type: "button" } });
  const form = h(
    "form", { attrs: { method: "dialog" } }, h("h2", { text: t("Save to the archive") }), keyLine,
    h("div", { class: "save-row" }, title, description), measureLine, viewLine, h("div", { class: "save-row" }, label),
    h("footer", {}, cancel, save),
  );
  const dialog = h("dialog", { class: "help save", attrs: { "aria-label": t("Save to the archive") } }, form);
  cancel.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", () => {
    const choice = {
      keyTitle: key.checked ? Number(title.value) : null, keyDescription: description.value.trim(),
      measurements: measurements.checked, viewLabel: view.checked ? contentLabel(label.value) : null,
    };
    savable.save(choice).then(
      (count) => toast(plural(count, "{n} object was saved.|{n} objects were saved.")),
      (error: unknown) => toast(`${t("Not saved.")} ${describe(error)}`, "error"),
    );
  });
  return dialog;
}
