// SPDX-License-Identifier: Apache-2.0

import { h, replace } from "../components/dom";
import { plural, t } from "../i18n/i18n";
import { ElsewherePage } from "./other-archives";
import { isFiltered, ListQuery } from "./query";

/** What became of asking other archives: beside the filters. */
export class OthersStatus {
  readonly element = h("span", {
    class: "others-status", hidden: true, attrs: { role: "status", "aria-live": "polite" },
  });
  private page: ElsewherePage | null = null;

  /** `reveal` brings their studies into view. */
  constructor(private readonly reveal: () => void) {}

  begin(query: ListQuery): void {
    this.page = null;
    this.element.hidden = !query.others;
    replace(this.element, isFiltered(query) ? t("Asking other archives…")
      : t("Search, or choose a date or a modality, to see what other archives have"));
  }

  show(page: ElsewherePage): void {
    this.page = page;
    this.count(page.studies.length);
  }

  /** So many studies are elsewhere now. */
  count(studies: number): void {
    const { page } = this;
    if (!page) return;
    const words = plural(studies, "{n} study in other archives|{n} studies in other archives");
    const text = page.hasMore ? `${words}, ${t("and more")}` : words;
    const link = h("button", { class: "ghost", text, attrs: { type: "button" }, on: { click: () => this.reveal() } });
    replace(this.element, studies > 0 ? link : t("Nothing in other archives"),
      ...page.absent.map(({ archive, reason }) => h("span", {
        class: "absent", text: t("{archive} did not answer: {reason}", { archive, reason }), title: reason,
      })));
  }

  failed(reason: string): void {
    this.page = null;
    replace(this.element, h("span", { class: "absent", text: reason, title: reason }));
  }
}
