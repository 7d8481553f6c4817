// SPDX-License-Identifier: Apache-2.0

import { t } from "../i18n/i18n";
import { h } from "./dom";
import { icon } from "./icons";

export type ToastKind = "info" | "error";

const SHOWN_MS = 6_000;

let region: HTMLElement | null = null;

/** A short message at the bottom of the window. Errors stay until they are closed. */
export function toast(message: string, kind: ToastKind = "info"): void {
  if (!region) {
    region = h("div", { class: "toasts", attrs: { role: "status", "aria-live": "polite" } });
    document.body.append(region);
  }
  const same = Array.from(region.children).find((child) => child.querySelector("p")?.textContent === message);
  same?.remove();
  const close = h(
    "button", { class: "ghost", attrs: { type: "button", "aria-label": t("Close message") } }, icon("close"),
  );
  const box = h("div", { class: `toast ${kind}`, attrs: { role: kind === "error" ? "alert" : null } });
  box.append(h("p", { text: message }), close);
  close.addEventListener("click", () => box.remove());
  region.append(box);
  if (kind === "info") setTimeout(() => box.remove(), SHOWN_MS);
}
