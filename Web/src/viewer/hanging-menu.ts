// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { h, replace } from "../components/dom";
import { toast } from "../components/toast";
import { plural, t } from "../i18n/i18n";
import { Scope } from "../signals/scope";
import { saveBytes } from "./export/save-bytes";
import { Hanger } from "./state/hanger";
import { Viewer } from "./viewer";

const MOST_FILE_BYTES = 1024 * 1024;

function report(work: Promise<unknown>): void {
  work.catch((error: unknown) => toast(`${t("Not saved.")} ${describe(error)}`, "error"));
}

/** The arrangements that the user saved, and the way to save and forget one. */
export function hangingMenu(
  viewer: Viewer, hanger: Hanger, scope: Scope, open: (dialog: HTMLDialogElement) => void,
): HTMLElement {
  const menu = h(
    "select", { class: "menu hanging", title: t("Arrangement"), attrs: { "aria-label": t("Arrangement") } }
  );
  scope.effect(() => {
    const protocols = hanger.protocols.get();
    const applied = hanger.applied.get();
    const options = [h("option", { text: t("Arrangement"), attrs: { value: "", hidden: true } })];
    options.push(...protocols.map((one) => h("option", { text: one.name, attrs: { value: `apply ${one.name}` } })));
    options.push(h("option", { text: t("Save this arrangement…"), attrs: { value: "save" } }));
    if (applied !== null) options.push(
      h("option", { text: t("Forget “{name}”", { name: applied }), attrs: { value: "forget" } })
    );
    if (protocols.length > 0) options.push(
      h("option", { text: t("Export the arrangements…"), attrs: { value: "export" } })
    );
    options.push(h("option", { text: t("Import arrangements…"), attrs: { value: "import" } }));
    replace(menu, ...options);
    menu.value = applied === null ? "" : `apply ${applied}`;
  });
  menu.addEventListener("change", () => {
    const { value } = menu;
    const applied = hanger.applied.peek();
    menu.value = applied === null ? "" : `apply ${applied}`;
    menu.blur();
    if (value === "save") open(saveDialog(viewer, hanger));
    else if (value === "export") {
      saveBytes(new Blob([hanger.file()]), "application/json", "arrangements.json");
    } else if (value === "import") chooser.click();
    else if (value === "forget" && applied !== null) report(hanger.remove(applied));
    else {
      const protocol = hanger.protocols.peek().find((one) => value === `apply ${one.name}`);
      if (protocol) report(hanger.apply(protocol));
    }
  });
  const chooser = h("input", { hidden: true, attrs: {
    type: "file", accept: "application/json,.json", "aria-label": t("Import arrangements…"),
  } });
  chooser.addEventListener("change", () => {
    const [file] = Array.from(chooser.files ?? []);
    chooser.value = "";
    if (file) report(take(file, hanger));
  });
  return h("span", { class: "hanging-box" }, menu, chooser);
}

async function take(file: File, hanger: Hanger): Promise<void> {
  if (file.size > MOST_FILE_BYTES) throw new Error(t("The file holds no arrangements."));
  const count = await hanger.takeFile(await file.text());
  toast(plural(count, "{n} arrangement was taken in.|{n} arrangements were taken in."));
}

/** For which studies the arrangement on the screen holds. */
function saveDialog(viewer: Viewer, hanger: Hanger): HTMLDialogElement {
  const set = viewer.panes[0].set.peek();
  const facts: [keyof typeof labels, string][] = [
    ["modality", set?.series.modality ?? ""], ["bodyPart", set?.series.bodyPart ?? ""],
    ["procedure", viewer.study.peek()?.study.description ?? ""],
  ];
  const labels = { modality: t("Modality"), bodyPart: t("Body part"), procedure: t("Procedure") };
  const name = h("input", {
    attrs: { type: "text", maxlength: 60, required: true, "aria-label": t("Name of the arrangement") },
  });
  name.value = facts.slice(0, 2).map(([, value]) => value).filter(Boolean).join(" ") || t("Arrangement");
  const boxes = facts.map(([key, value]) => {
    const input = h("input", { attrs: { type: "checkbox", disabled: value === "" } });
    input.checked = key === "modality" && value !== "";
    return { key, value, input, line: h(
      "label", { class: "check" }, input, h("span", { text: `${labels[key]}: ${value}` })
    ) };
  });
  const save = h("button", { class: "button primary", text: t("Save"), attrs: { type: "submit" } });
  const cancel = h("button", { class: "button", text: t("Cancel"), attrs: { type: "button" } });
  const form = h(
    "form", { attrs: { method: "dialog" } }, h("h2", { text: t("Save this arrangement") }),
    h("label", { class: "named" }, h("span", { text: t("Name of the arrangement") }), name),
    h("p", { class: "faint", text: t("It is used for studies with the same") }),
    ...boxes.map((box) => box.line), h("footer", {}, cancel, save),
  );
  form.addEventListener("submit", () => {
    const given = Object.fromEntries(boxes.map(({ key, value, input }) => [key, input.checked ? value : ""]));
    const kind = { modality: given.modality ?? "", bodyPart: given.bodyPart ?? "", procedure: given.procedure ?? "" };
    report(hanger.keep(hanger.describe(name.value.trim() || t("Arrangement"), kind)));
  });
  const dialog = h("dialog", { class: "help save", attrs: { "aria-label": t("Save this arrangement") } }, form);
  cancel.addEventListener("click", () => dialog.close());
  return dialog;
}
