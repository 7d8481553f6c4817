// SPDX-License-Identifier: Apache-2.0

import { t } from "../i18n/i18n";
import { h } from "./dom";
import { icon, IconName } from "./icons";

export interface NoticeOptions {
  icon: IconName;
  title: string;
  detail?: string;
  action?: { label: string; run: () => void };
  alert?: boolean;
}

/** The middle of an empty or failed place: what happened and what to do. */
export function notice(options: NoticeOptions): HTMLElement {
  const box = h("div", { class: "notice", attrs: { role: options.alert ? "alert" : "status" } });
  box.append(icon(options.icon), h("h2", { text: t(options.title) }));
  if (options.detail) box.append(h("p", { text: t(options.detail) }));
  const action = options.action;
  if (action) {
    const button = h("button", { class: "button", text: t(action.label), attrs: { type: "button" } });
    button.addEventListener("click", () => action.run());
    box.append(button);
  }
  return box;
}
