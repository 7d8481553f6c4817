// SPDX-License-Identifier: Apache-2.0

import { ApiError, describe, isAbort } from "../api/problem";
import { StudyDetail, StudySummary } from "../api/types";
import { Context } from "../app/context";
import { h, replace, setText } from "../components/dom";
import { icon, IconName } from "../components/icons";
import { notice } from "../components/notice";
import * as words from "../components/text";
import { t } from "../i18n/i18n";
import { Scope } from "../signals/scope";
import { batch, Signal } from "../signals/signal";
import { OtherObjects } from "../viewer/objects/other-objects";
import { PaneGrid } from "../viewer/pane-grid";
import { zoomedAt } from "../viewer/geometry/viewport-transform";
import { FrameSet } from "../viewer/state/frame-set";
import { resetView, ZOOM_LIMITS } from "../viewer/state/view-state";
import { draggedWindow } from "../viewer/state/window";
import { Viewer } from "../viewer/viewer";
import { keyPlaces, ReportPanel } from "./reports";
import { OneFinger, TouchGestures } from "./touch";

const FASTEST_SCROLL_PX = 4;
const SLOWEST_SCROLL_PX = 28;

/** `#/view/<uid>`: a study for who orders images, on a tablet or a phone: large buttons, fingers, the report beside. */
class LightPage {
  readonly element: HTMLElement;
  private readonly viewer: Viewer;
  private readonly grid: PaneGrid;
  private readonly report: ReportPanel;
  private readonly patient = h("div", { class: "patient-banner" });
  private readonly message = h("div", { class: "viewer-message", attrs: { role: "status" } });
  private readonly place = h("span", { class: "light-place", attrs: { role: "status" } });
  private readonly finger = new Signal<OneFinger>("scroll");
  private rest = 0;

  constructor(
    private readonly context: Context, private readonly scope: Scope, studyUID: string,
    private readonly query: URLSearchParams,
  ) {
    this.viewer = new Viewer(context.archive, studyUID);
    this.viewer.annotation.set("minimal");
    const others = new OtherObjects(context.archive, () => this.viewer);
    scope.own(() => others.dispose());
    this.grid = new PaneGrid(this.viewer, scope, others, context.renderers);
    this.report = new ReportPanel(this.viewer, scope);
    const stage = h("main", { class: "stage" }, this.grid.element, this.message);
    this.takeFingers(stage);
    this.element = h(
      "div", { class: "page light-page" }, h("header", { class: "masthead light-head" }, this.patient),
      h("div", { class: "light-work" }, stage, this.report.element), this.bar(),
    );
    scope.own(() => this.viewer.stop());
    scope.effect(() => {
      const study = this.viewer.study.get()?.study;
      if (study) this.showPatient(study);
    });
    scope.effect(() => this.showPlace());
    void this.load();
  }

  private bar(): HTMLElement {
    const { viewer, finger } = this;
    const scroll = bigButton("scroll", t("Scroll"), () => finger.set("scroll"));
    const bright = bigButton("window", t("Brightness"), () => finger.set("window"));
    this.scope.effect(() => {
      scroll.setAttribute("aria-pressed", String(finger.get() === "scroll"));
      bright.setAttribute("aria-pressed", String(finger.get() === "window"));
    });
    const key = bigButton("star", t("Key images"), () => this.nextKey());
    this.scope.effect(() => {
      key.hidden = viewer.keyImages.stored.get().size === 0 || viewer.sets.get().length === 0;
    });
    const report = bigButton("document", t("Report"), () => this.report.toggle());
    this.scope.effect(() => {
      report.hidden = !this.report.hasReports.get();
      report.setAttribute("aria-pressed", String(this.report.isOpen.get()));
    });
    return h(
      "nav", { class: "light-bar", attrs: { "aria-label": t("Viewer tools") } },
      bigButton("back", t("Previous series"), () => viewer.step(-1)), this.place,
      bigButton("forward", t("Next series"), () => viewer.step(1)), scroll, bright,
      bigButton("reset", t("Reset"), () => this.pane.change(resetView)), key, report,
    );
  }

  private get pane(): Viewer["panes"][number] {
    return this.viewer.panes[0];
  }

  private takeFingers(stage: HTMLElement): void {
    const at = (event: PointerEvent): { x: number; y: number } => {
      const box = stage.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const gestures = new TouchGestures({
      moved: (by) => this.moved(by.x, by.y, stage.clientHeight),
      pinched: (by, factor, middle) => this.pane.change((view) => zoomedAt(
        { ...view, pan: { x: view.pan.x + by.x, y: view.pan.y + by.y } }, factor, middle,
        { width: stage.clientWidth, height: stage.clientHeight }, ZOOM_LIMITS,
      )),
      tappedTwice: () => this.pane.change(resetView),
    });
    const ways: Record<string, (event: PointerEvent) => void> = {
      pointerdown: (event) => gestures.down(event.pointerId, at(event), event.timeStamp),
      pointermove: (event) => gestures.move(event.pointerId, at(event)),
      pointerup: (event) => gestures.up(event.pointerId, at(event), event.timeStamp),
      pointercancel: () => gestures.cancel(),
    };
    for (const [name, run] of Object.entries(ways)) {
      // Before the panes hear of it, which take fingers for a mouse; reports and films scroll as any page.
      stage.addEventListener(name, (event) => {
        const pointer = event as PointerEvent;
        const isText = (pointer.target as Element).closest(".others, .notice, .scrollbar") !== null;
        if (pointer.pointerType !== "touch" || isText) return;
        pointer.stopPropagation();
        run(pointer);
      }, { capture: true });
    }
  }

  private moved(dx: number, dy: number, height: number): void {
    const { pane } = this;
    const { shown } = pane;
    if (this.finger.peek() === "window") {
      if (shown?.pixels.samples === 1) {
        pane.change((view) => ({ ...view, window: draggedWindow(pane.window(shown), dx, dy) }));
      }
      return;
    }
    const each = Math.max(FASTEST_SCROLL_PX, Math.min(SLOWEST_SCROLL_PX, height / Math.max(1, pane.count)));
    this.rest += dy / each;
    const steps = Math.trunc(this.rest);
    this.rest -= steps;
    if (steps !== 0) pane.scrollBy(steps);
  }

  private showPlace(): void {
    const { pane } = this;
    const set = pane.set.get();
    const { frame } = pane.view.get();
    if (!set) return;
    const name = set.series.description || set.series.modality || "";
    setText(this.place, set.frames.length > 0 ? `${name}  ${frame + 1}/${set.frames.length}` : name);
  }

  private showPatient(study: StudySummary): void {
    const name = words.personName(study.patientName) || t("(no name)");
    document.title = `${name} · Martlet`;
    const born = study.birthDate ? `* ${words.date(study.birthDate)}` : "";
    replace(
      this.patient, h("strong", { text: name }), h("span", { class: "patient-id", text: study.patientID }),
      h("span", { class: "faint", text: [born, study.sex].filter(Boolean).join("  ") }),
      h("span", { class: "examination", text: [words.date(study.date), study.description].filter(Boolean).join("  ") }),
    );
  }

  private async load(): Promise<void> {
    replace(this.message, h("p", { class: "faint", text: t("Opening the study…") }));
    try {
      const study = await this.open();
      if (this.scope.isDisposed) return;
      this.message.hidden = true;
      batch(() => {
        this.viewer.take(study);
        this.openFirst();
      });
      await this.report.find(study);
      this.keyFirst();
    } catch (error) {
      if (isAbort(error) || this.scope.isDisposed) return;
      replace(this.message, notice({
        icon: "warning", title: "The study cannot be opened", detail: describe(error),
        action: { label: "Try again", run: () => void this.load() }, alert: true,
      }));
      this.message.hidden = false;
    }
  }

  private async open(): Promise<StudyDetail> {
    try {
      const opening = await this.context.archive.opening(this.viewer.studyUID, this.query.get("series"));
      await this.viewer.keep(opening);
      return opening.detail;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      return this.context.archive.study(this.viewer.studyUID);
    }
  }

  private openFirst(): void {
    const sets = this.viewer.sets.peek();
    const wanted = this.query.get("series");
    const set = sets.find((one) => one.series.seriesUID === wanted) ?? sets.find((one) => one.frames.length > 0);
    if (set) this.viewer.open(this.pane, set);
  }

  /** What somebody has marked is what whoever ordered the images wants to see; unless they have moved on already. */
  private keyFirst(): void {
    const isAtBeginning = this.pane.view.peek().frame === 0 && !this.query.has("series");
    if (isAtBeginning) this.nextKey(true);
  }

  private nextKey(isFirst = false): void {
    const places = keyPlaces(this.viewer.sets.peek(), this.viewer.keyImages.stored.peek());
    const { pane } = this;
    const now = places.findIndex(([set, index]) =>
      set.id === pane.set.peek()?.id && index === pane.view.peek().frame);
    const next: [FrameSet, number] | undefined = places[isFirst ? 0 : (now + 1) % Math.max(1, places.length)];
    if (next) this.viewer.open(pane, next[0], next[1]);
  }
}

function bigButton(picture: IconName, label: string, run: () => void): HTMLButtonElement {
  const button = h("button", { class: "big", attrs: { type: "button" } }, icon(picture), h("span", { text: label }));
  button.addEventListener("click", run);
  return button;
}

export function lightPage(context: Context, scope: Scope, studyUID: string, query: URLSearchParams): HTMLElement {
  document.title = "Study · Martlet";
  return new LightPage(context, scope, studyUID, query).element;
}
