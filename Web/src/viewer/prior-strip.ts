// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { h, replace } from "../components/dom";
import { date } from "../components/text";
import { toast } from "../components/toast";
import { t } from "../i18n/i18n";
import { modalityChip } from "../list/columns";
import { Scope } from "../signals/scope";
import { SeriesCard } from "./series-strip";
import { PriorStudy } from "./state/prior-studies";
import { Viewer } from "./viewer";

/** Earlier studies of the patient; their series open like those of the current one. */
export class PriorStrip {
  readonly element = h("section", { class: "priors", hidden: true, attrs: { "aria-label": t("Earlier studies") } });
  private cards = new Map<string, SeriesCard>();
  private readonly opened = new Set<string>();

  constructor(private readonly viewer: Viewer, scope: Scope) {
    scope.effect(() => this.build(viewer.priors.all.get()));
    scope.effect(() => {
      viewer.arrivals.get();
      const shown = new Set(viewer.visiblePanes.map((pane) => pane.set.get()?.id));
      const active = viewer.active.get().set.get()?.id;
      for (const { sets } of viewer.priors.all.get()) {
        for (const set of sets ?? []) {
          this.cards.get(set.id)?.update(shown.has(set.id), set.id === active, viewer.loaded(set));
        }
      }
    });
  }

  private build(priors: readonly PriorStudy[]): void {
    this.element.hidden = priors.length === 0;
    const cards = new Map<string, SeriesCard>();
    const parts = priors.map((prior) => this.study(prior, cards));
    this.cards = cards;
    replace(this.element, h("h2", { text: t("Earlier studies") }), ...parts);
  }

  private study({ study, sets }: PriorStudy, cards: Map<string, SeriesCard>): HTMLElement {
    const isOpen = this.opened.has(study.studyUID);
    const head = h(
      "button", {
        class: "prior", title: study.description, attrs: { type: "button", "aria-expanded": String(isOpen) },
      },
      ...study.modalities.slice(0, 2).map((modality) => modalityChip(modality)), h("span", { text: date(study.date) }),
      h("span", { class: "card-title", text: study.description }),
    );
    const box = h("div", { class: "prior-study" }, head);
    head.addEventListener("click", () => this.toggle(study.studyUID));
    if (isOpen) {
      for (const set of sets ?? []) {
        const card = this.cards.get(set.id) ?? new SeriesCard(this.viewer, set.id);
        card.describe(set);
        cards.set(set.id, card);
        box.append(card.element);
      }
    }
    return box;
  }

  private toggle(studyUID: string): void {
    if (this.opened.has(studyUID)) this.opened.delete(studyUID);
    else this.opened.add(studyUID);
    this.viewer.priors.open(studyUID).then(
      () => this.build(this.viewer.priors.all.peek()),
      (error: unknown) => toast(describe(error), "error"),
    );
  }
}
