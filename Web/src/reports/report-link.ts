// SPDX-License-Identifier: Apache-2.0

import { Context } from "../app/context";
import { readingAddress } from "../app/router";
import { h } from "../components/dom";
import { t } from "../i18n/i18n";
import { Scope } from "../signals/scope";
import { ExamItem } from "./types";

const writers = new Set(["radiologist", "secretary"]);

/** The way from the images of a study to its report; hidden while there is none that the user may see. */
export function reportLink(context: Context, scope: Scope, studyUID: string): HTMLElement {
  const link = h("a", { class: "button small report-link", text: t("Report"), hidden: true });
  const writes = writers.has(context.session.user.peek()?.role ?? "");
  const path = `/api/v1/studies/${encodeURIComponent(studyUID)}/${writes ? "exam" : "report"}`;
  context.http.json<{ exam: ExamItem }>(path).then(({ exam }) => {
    if (scope.isDisposed) return;
    const id = exam.exam.id;
    link.setAttribute("href", writes ? readingAddress(id, new URLSearchParams()) : `#/validated/${id}`);
    link.hidden = false;
  }, () => (link.hidden = true));
  return link;
}
