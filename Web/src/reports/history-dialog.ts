// SPDX-License-Identifier: Apache-2.0

import { h, replace } from "../components/dom";
import { icon } from "../components/icons";
import { t } from "../i18n/i18n";
import { momentText } from "../radiology/words";
import { reportDifferences } from "./differences";
import { ReportVersion } from "./types";
import { reportTitle, sectionTitle } from "./words";

/** Drafts that one person kept one after another are one step of the work. */
export function steps(versions: readonly ReportVersion[]): ReportVersion[] {
  return versions.filter((version, at) => {
    const next = versions[at + 1];
    const isKept = next?.status === version.status && next?.author === version.author;
    return !(isKept && (version.status === "draft" || version.status === "preliminary"));
  });
}

/** The versions of a report, and what each changed. */
export function historyDialog(versions: readonly ReportVersion[]): HTMLDialogElement {
  const shown = steps(versions);
  const list = h("ol", { class: "version-list" });
  const detail = h("div", { class: "version-detail" });
  const close = h("button", {
    class: "ghost", attrs: { type: "button", "aria-label": t("Close") },
  }, icon("close"));
  const dialog = h(
    "dialog", { class: "history-dialog", attrs: { "aria-label": t("Versions of the report") } },
    h("header", {}, h("h2", { text: t("Versions of the report") }), close),
    h("div", { class: "history-body" }, list, detail),
  );
  close.addEventListener("click", () => dialog.close());
  const buttons = shown.map((version, at) => {
    const button = h(
      "button", { attrs: { type: "button" } },
      h("strong", { text: reportTitle(version.status) }), h("span", { text: version.author }),
      h("time", { class: "faint", text: momentText(version.at) }),
      version.reason ? h("span", { class: "reason", text: version.reason }) : null,
    );
    button.addEventListener("click", () => choose(at));
    return button;
  });
  const choose = (at: number): void => {
    buttons.forEach((button, i) => button.setAttribute("aria-current", String(i === at)));
    replace(detail, ...changes(shown[at - 1] ?? null, shown[at]));
  };
  [...buttons].reverse().forEach((button) => list.append(h("li", {}, button)));
  if (shown.length > 0) choose(shown.length - 1);
  return dialog;
}

function changes(older: ReportVersion | null, newer: ReportVersion): HTMLElement[] {
  const parts = reportDifferences(older?.content ?? null, newer.content).map(({ title, pieces }) => {
    const words = pieces.map(({ kind, text }) => {
      if (kind === "same") return text;
      return h(kind === "added" ? "ins" : "del", { text });
    });
    return h("section", {}, h("h3", { text: sectionTitle(title) || t("Fields") }), h("p", {}, ...words));
  });
  const images = newer.content.keyImages.length - (older?.content.keyImages.length ?? 0);
  if (images !== 0) {
    const text = t("Key images: {n}", { n: `${images > 0 ? "+" : "−"}${Math.abs(images)}` });
    parts.push(h("section", {}, h("p", { class: "faint", text })));
  }
  return parts.length > 0 ? parts : [h("p", { class: "faint", text: t("Nothing was changed in the text.") })];
}
