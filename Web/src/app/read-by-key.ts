// SPDX-License-Identifier: Apache-2.0

import { ApiError, describe } from "../api/problem";
import { toast } from "../components/toast";
import { t } from "../i18n/i18n";
import { Context } from "./context";
import { may } from "./navigation";
import { readingAddress, studyAddress } from "./router";

/** Where the images are on the screen already, R is theirs. */
const withImages = new Set(["study", "view", "reading", "signin", "setup"]);

/** A row of any list that names its exam or its study: the one with the focus, else the chosen one, else the first. */
function chosenRow(): HTMLElement | null {
  const rows = "[data-exam], [data-study]";
  const focused = document.activeElement?.closest<HTMLElement>(rows);
  if (focused) return focused;
  const chosen = [".work-row.selected", ".row.selected", ".found-card[aria-selected='true']"]
    .map((each) => document.querySelector<HTMLElement>(each)).find((each) => each?.matches(rows));
  return chosen ?? document.querySelector<HTMLElement>(`main :is(tr, .row, .appointment, .side-item):is(${rows})`);
}

/** What a study is to be read by: its exam, or where nobody asked for it, itself. */
async function addressOfStudy(context: Context, study: string): Promise<string> {
  try {
    const path = `/api/v1/studies/${encodeURIComponent(study)}`;
    const found = may(context, "viewOrders")
      ? await context.http.json<{ exam: { exam: { id: number } } }>(`${path}/exam`)
      : await context.http.json<{ exam: { exam: { id: number } } }>(`${path}/report`);
    return readingAddress(found.exam.exam.id, new URLSearchParams());
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return studyAddress(study);
    throw error;
  }
}

/** R, in every list: the images of the exam with the earlier ones, and its report beside them. */
export function readByKey(context: Context): void {
  window.addEventListener("keydown", (event) => {
    if (event.key !== "r" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest("input, textarea, select, dialog[open]")) return;
    if (document.querySelector("dialog[open]") || withImages.has(context.router.route.peek().page)) return;
    const row = chosenRow();
    if (!row) return;
    event.preventDefault();
    if (!may(context, "viewImages") || !may(context, "readReports")) {
      return toast(t("Your role reads no images and reports."), "error");
    }
    const here = location.hash;
    const open = (address: string): void => {
      context.readFrom = here;
      context.router.go(address);
    };
    const { exam, study } = row.dataset;
    if (exam) return open(readingAddress(Number(exam), new URLSearchParams()));
    addressOfStudy(context, study ?? "").then(open, (error: unknown) => toast(describe(error), "error"));
  });
}
