// SPDX-License-Identifier: Apache-2.0

import { plural, t } from "../i18n/i18n";
import { seriesThumbnail } from "../api/archive";
import { h, setText } from "../components/dom";
import { icon } from "../components/icons";
import { modalityChip } from "../list/columns";
import { Scope } from "../signals/scope";
import { SERIES_DRAG_TYPE } from "./pane-grid";
import { kindOf } from "./objects/other-objects";
import { FrameSet } from "./state/frame-set";
import { Viewer } from "./viewer";

/** The series of the study at the left: a picture, what it is, how much of it has come. */
export class SeriesStrip {
  readonly element = h("nav", { class: "strip", attrs: { "aria-label": t("Series") } });
  private cards = new Map<string, SeriesCard>();

  constructor(private readonly viewer: Viewer, scope: Scope) {
    scope.effect(() => this.build(viewer.sets.get()));
    scope.effect(() => {
      viewer.arrivals.get();
      const shown = new Set(viewer.visiblePanes.map((pane) => pane.set.get()?.id));
      const active = viewer.active.get().set.get()?.id;
      for (const set of viewer.sets.get()) {
        this.cards.get(set.id)?.update(shown.has(set.id), set.id === active, viewer.loaded(set));
      }
    });
  }

  private build(sets: readonly FrameSet[]): void {
    const cards = new Map<string, SeriesCard>();
    for (const set of sets) {
      const card = this.cards.get(set.id) ?? new SeriesCard(this.viewer, set.id);
      card.describe(set);
      cards.set(set.id, card);
    }
    this.cards = cards;
    this.element.replaceChildren(...Array.from(cards.values(), (card) => card.element));
  }
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** One series: a picture, what it is, and how much of it has come. */
export class SeriesCard {
  readonly element: HTMLButtonElement;
  private readonly picture = h("span", { class: "picture" });
  private readonly head = h("span", { class: "card-head" });
  private readonly title = h("span", { class: "card-title" });
  private readonly detail = h("span", { class: "card-detail faint" });
  private readonly bar = h("span", { class: "bar" });
  private set: FrameSet | null = null;
  private pictureSource = "";

  constructor(private readonly viewer: Viewer, id: string) {
    const words = h("span", { class: "words" }, this.head, this.title, this.detail);
    const track = h("span", { class: "track" }, this.bar);
    this.element = h(
      "button", { class: "series", attrs: { type: "button", draggable: "true" } }, this.picture, words, track,
    );
    this.element.addEventListener("click", () => {
      if (this.set) this.viewer.open(this.viewer.active.peek(), this.set);
    });
    this.element.addEventListener("dragstart", (event) => event.dataTransfer?.setData(SERIES_DRAG_TYPE, id));
  }

  describe(set: FrameSet): void {
    this.set = set;
    const { series } = set;
    const number = series.number === null ? "" : `${t("Series")} ${series.number}`;
    this.head.replaceChildren(modalityChip(series.modality ?? "?"), h("span", { class: "faint", text: number }));
    const kind = set.others[0] && set.frames.length === 0 ? capitalised(kindOf(set.others[0])) : t("No description");
    const title = series.description || series.bodyPart || kind;
    setText(this.title, set.part ? `${title} (${set.part})` : title);
    const images = set.frames.length > 0
      ? plural(set.frames.length, "{n} image|{n} images") : plural(set.others.length, "{n} object|{n} objects");
    setText(this.detail, images);
    this.element.title = `${title}: ${images}`;
    this.element.setAttribute("aria-label", [series.modality, number, title, images].filter(Boolean).join(", "));
    this.show(set);
  }

  update(shown: boolean, active: boolean, loaded: number): void {
    this.element.classList.toggle("shown", shown);
    this.element.classList.toggle("active", active);
    this.element.setAttribute("aria-current", String(active));
    const all = this.set?.frames.length ?? 0;
    const complete = all > 0 && loaded >= all;
    this.element.classList.toggle("complete", complete);
    this.bar.style.width = all > 0 ? `${(100 * loaded) / all}%` : "0";
    if (all > 0) {
      const images = plural(all, "{n} image|{n} images");
      setText(this.detail, !shown || complete || loaded === 0 ? images : t("{n} of {images}", { n: loaded, images }));
    }
  }

  private show(set: FrameSet): void {
    const source = set.frames.length > 0 ? seriesThumbnail(set.study, set.series.seriesUID) : "none";
    if (source === this.pictureSource) return;
    this.pictureSource = source;
    if (source === "none") {
      this.picture.replaceChildren(icon("document"));
      return;
    }
    const image = h("img", { attrs: { src: source, alt: "", loading: "lazy", decoding: "async", draggable: "false" } });
    image.addEventListener(
      "error", () => this.picture.replaceChildren(h("span", { class: "faint", text: t("No preview") })),
    );
    this.picture.replaceChildren(image);
  }
}
