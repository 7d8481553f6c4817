// SPDX-License-Identifier: Apache-2.0

import { h } from "../components/dom";
import { t } from "../i18n/i18n";

const STORED = "martlet.report-width";
const NARROWEST = 380;
const WIDEST = 1100;
const STEP = 40;

/** A bar that is dragged to give the part at its right more or less room; the width is kept in this browser. */
export function splitter(right: HTMLElement): HTMLElement {
  const bar = h("div", {
    class: "splitter", title: t("Drag to change the width"),
    attrs: { role: "separator", "aria-orientation": "vertical", tabindex: 0, "aria-label": t("Width of the report") },
  });
  const set = (width: number): void => {
    const fitting = Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)));
    right.style.width = `${fitting}px`;
    bar.setAttribute("aria-valuenow", String(fitting));
    localStorage.setItem(STORED, String(fitting));
  };
  const stored = Number(localStorage.getItem(STORED));
  if (stored >= NARROWEST) set(stored);
  bar.addEventListener("pointerdown", (event) => {
    bar.setPointerCapture(event.pointerId);
    const [start, width] = [event.clientX, right.getBoundingClientRect().width];
    const move = (moved: PointerEvent): void => set(width + start - moved.clientX);
    bar.addEventListener("pointermove", move);
    bar.addEventListener("lostpointercapture", () => bar.removeEventListener("pointermove", move), { once: true });
  });
  bar.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    event.stopPropagation();
    set(right.getBoundingClientRect().width + (event.key === "ArrowLeft" ? STEP : -STEP));
  });
  return bar;
}
