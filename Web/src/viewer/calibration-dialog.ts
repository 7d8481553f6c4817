// SPDX-License-Identifier: Apache-2.0

import { h } from "../components/dom";
import { t } from "../i18n/i18n";
import { ScreenScale } from "./state/screen-scale";

/** ISO/IEC 7810 ID-1: every bank card. */
const CARD_MM = { width: 85.6, height: 53.98 };
const USUAL = 96 / 25.4;

/** Asks to make a drawn card as large as a real one. */
export function calibrationDialog(scale: ScreenScale, done: () => void): HTMLDialogElement {
  const card = h("div", { class: "bank-card" });
  const slider = h(
    "input", { attrs: { type: "range", min: 2, max: 9, step: 0.005, "aria-label": t("Size of the card") } }
  );
  const draw = (): void => {
    card.style.width = `${CARD_MM.width * Number(slider.value)}px`;
    card.style.height = `${CARD_MM.height * Number(slider.value)}px`;
  };
  slider.value = String(scale.pixelsPerMillimetre.peek() ?? USUAL);
  slider.addEventListener("input", draw);
  draw();
  const save = h("button", { class: "button primary", text: t("Save the size"), attrs: { type: "submit" } });
  const form = h(
    "form", { attrs: { method: "dialog" } }, h("h2", { text: t("Size of this screen") }),
    h("p", { text: t("Hold a bank card against the screen and make the drawn one as large.") }), card, slider, save,
  );
  const dialog = h("dialog", { class: "help calibration", attrs: { "aria-label": t("Size of this screen") } }, form);
  form.addEventListener("submit", () => {
    scale.calibrate(Number(slider.value));
    done();
  });
  return dialog;
}
