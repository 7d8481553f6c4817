// SPDX-License-Identifier: Apache-2.0

import { Renderers } from "../app/renderers";
import { t } from "../i18n/i18n";
import { h, replace } from "../components/dom";
import { notice } from "../components/notice";
import { Scope } from "../signals/scope";
import { CineDriver } from "./cine/driver";
import { OtherObjects } from "./objects/other-objects";
import { PaneView } from "./pane-view";
import { Size } from "./geometry/viewport-transform";
import { PaneRect } from "./render/presentation";
import { PaneDrawing, Renderer } from "./render/renderer";
import { paneCanvas, PictureOptions } from "./export/picture";
import { commonZooms } from "./state/common-scale";
import { Pane } from "./state/pane";
import { paneCount } from "./state/layout";
import { Viewer } from "./viewer";
import { PaneLook } from "./writing/writer";

export const SERIES_DRAG_TYPE = "application/x-martlet-series";

/** What changes again within this time is moving. */
const MOVING_MS = 400;
/** The browser is busy with other things than pictures: what is there for its next one need not wait. */
const STARVED_MS = 100;
/** After this it rests, and is drawn with all its pixels. */
const REST_MS = 160;

/** The panes over their one canvas. Redraws once per animation frame, and only when something has changed. */
export class PaneGrid {
  readonly element: HTMLElement;
  private readonly renderer: Renderer;
  private readonly views: PaneView[];
  private readonly failure = h("div", { class: "pane-message", hidden: true });
  private readonly cine: CineDriver;
  private frameRequest = 0;
  /** The browser has taken over what was drawn last: what changes now is drawn at once, before its next picture. */
  private isTaken = true;
  private takenRequest = 0;
  private painted = "";
  private paintedAt = -Infinity;
  /** What is shown has fewer pixels than the screen, for something moves. */
  private isCoarse = false;
  private isRested = false;
  private restRequest = 0;
  private restTimer: ReturnType<typeof setTimeout> | undefined;
  /** Measurements look for the mark of the first image. */
  private hasShown = false;
  /** Why images could not be drawn, by the key of their frame. */
  private failures = new Map<string, string>();

  constructor(private readonly viewer: Viewer, scope: Scope, others: OtherObjects, renderers: Renderers) {
    const invalidate = (): void => this.invalidate();
    this.renderer = renderers.take(invalidate, () => new Renderer());
    this.views = viewer.panes.map((pane) => new PaneView(pane, viewer, scope, others, invalidate));
    this.cine = new CineDriver(viewer);
    this.element = h(
      "div", { class: "panes" }, this.renderer.canvas, ...this.views.map((view) => view.element), this.failure,
    );
    this.views.forEach((view) => this.acceptDrops(view, scope));
    scope.effect(() => this.arrange());
    scope.effect(() => {
      this.observe();
      invalidate();
    });
    scope.effect(() => viewer.demand());
    const resize = new ResizeObserver(invalidate);
    resize.observe(this.element);
    scope.own(() => {
      resize.disconnect();
      cancelAnimationFrame(this.frameRequest);
      cancelAnimationFrame(this.takenRequest);
      this.frameRequest = 0;
      this.stopWaiting();
      renderers.giveBack(this.renderer);
    });
  }

  get isDrawing(): boolean {
    return this.views.some((view) => view.input.isBusy);
  }

  /** The processor draws. */
  get isSoftware(): boolean {
    return this.renderer.isSoftware;
  }

  sizeOf(pane: Pane): Size | null {
    return this.views.find((view) => view.pane === pane)?.element.getBoundingClientRect() ?? null;
  }

  /** The pane as a picture; null where it shows no image. */
  picture(pane: Pane, options: PictureOptions): HTMLCanvasElement | null {
    const view = this.views.find((one) => one.pane === pane);
    if (!view || !pane.shown) return null;
    // Drawn in this turn, so that the canvas has its pixels.
    this.painted = "";
    this.paintedAt = -Infinity;
    this.draw(performance.now(), true);
    return paneCanvas(view.element, this.renderer.canvas, options);
  }

  lookOf(pane: Pane): PaneLook | null {
    return this.views.find((view) => view.pane === pane)?.look ?? null;
  }

  cancelGestures(): void {
    this.views.forEach((view) => view.input.cancel());
  }

  invalidate(): void {
    if (this.frameRequest === 0) this.frameRequest = requestAnimationFrame((now) => this.drawDue(now));
    // Not in here: others hear of the same change.
    if (this.isTaken || performance.now() - this.paintedAt > STARVED_MS) {
      queueMicrotask(() => this.drawDue(performance.now()));
    }
  }

  private drawDue(now: number): void {
    if (this.frameRequest === 0) return;
    cancelAnimationFrame(this.frameRequest);
    this.frameRequest = 0;
    this.draw(now);
  }

  /** Reads every signal that a drawing depends on. */
  private observe(): void {
    const { viewer } = this;
    viewer.arrivals.get();
    viewer.active.get();
    viewer.tool.get();
    viewer.annotation.get();
    viewer.study.get();
    viewer.measurements.all.get();
    viewer.measurements.selected.get();
    viewer.measurements.editing.get();
    viewer.details.arrivals.get();
    viewer.linking.cursor.get();
    viewer.referenceLines.get();
    viewer.overlays.get();
    viewer.keyImages.marked.get();
    viewer.keyImages.stored.get();
    for (const pane of viewer.visiblePanes) {
      pane.set.get();
      pane.view.get();
      pane.cine.get();
      pane.loupe.get();
      pane.state.get();
      pane.isMasked.get();
    }
  }

  private arrange(): void {
    const visible = new Set(this.viewer.visiblePanes);
    const layout = this.viewer.layout.get();
    const { rows, columns } = this.viewer.maximised.get() ? { rows: 1, columns: 1 } : layout;
    this.element.style.gridTemplate = `repeat(${rows}, minmax(0, 1fr)) / repeat(${columns}, minmax(0, 1fr))`;
    for (const view of this.views) view.element.hidden = !visible.has(view.pane);
    this.element.classList.toggle("several", paneCount({ rows, columns }) > 1);
  }

  private draw(now: number, isWhole = false): void {
    const { viewer, renderer } = this;
    if (this.cine.tick(now)) this.invalidate();
    const study = viewer.study.peek()?.study;
    if (!study) return;
    if (this.element.hidden) renderer.release();
    const origin = this.element.getBoundingClientRect();
    renderer.resize(origin.width, origin.height);
    const visible = this.views.filter((view) => !view.element.hidden);
    const drawings = new Map<PaneView, PaneDrawing>();
    // All places before anything is changed, or the browser would lay the page out for each.
    const rects = visible.map((view) => view.rect(origin));
    this.scaleAlike(visible, rects);
    for (const [at, view] of visible.entries()) {
      const set = view.pane.set.peek();
      const drawing = view.update(rects[at], (set && viewer.studyOf(set)) ?? study);
      if (drawing) drawings.set(view, drawing);
    }
    this.paint(drawings, isWhole);
    for (const [view, drawing] of drawings) {
      const reason = this.failures.get(drawing.key);
      if (reason) view.failed(reason);
    }
    this.showFailure();
  }

  /** Breasts that hang side by side have one scale. */
  private scaleAlike(views: readonly PaneView[], rects: readonly PaneRect[]): void {
    const places = views.flatMap(({ pane }, at) => {
      const image = pane.isStanding ? pane.placed(rects[at]) : null;
      return image ? [{ pane, image }] : [];
    });
    const zooms = commonZooms(places.map(({ image }) => image));
    places.forEach(({ pane }, at) => pane.standAtScale(zooms[at]));
  }

  /** A canvas keeps what it shows: it is drawn anew only where image, view or size differ. */
  private paint(drawings: Map<PaneView, PaneDrawing>, isWhole: boolean): void {
    const all = Array.from(drawings.values());
    for (const [view, drawing] of drawings) {
      const loupe = view.loupeDrawing(drawing);
      if (loupe) all.push(loupe);
    }
    const parts = all.map(({ rect, key, shown }) => ({ rect, key, shown }));
    const picture = JSON.stringify([this.renderer.ground, parts]);
    const isChanged = picture !== this.painted;
    if (!isChanged && (!this.isCoarse || !this.isRested)) return;
    const now = performance.now();
    const isMoving = isChanged && !isWhole && this.renderer.isSlow
      && (now - this.paintedAt < MOVING_MS || this.isDrawing);
    this.painted = picture;
    this.paintedAt = now;
    this.isCoarse = isMoving;
    this.element.dataset.settled = String(!isMoving);
    this.stopWaiting();
    if (isMoving) this.waitForRest();
    this.failures = this.renderer.draw(all, isMoving);
    if (all.length === 0) return;
    this.isTaken = false;
    cancelAnimationFrame(this.takenRequest);
    this.takenRequest = requestAnimationFrame(() => (this.isTaken = true));
    if (!this.hasShown && Array.from(drawings.values()).some(({ shown }) => shown.reduction === 1)) {
      this.hasShown = true;
      performance.mark("martlet-first-image");
      // The graphics have the processor to themselves until then.
      requestAnimationFrame(() => setTimeout(() => this.viewer.hasBegun.set(true)));
    }
  }

  /** All pixels take the processor long: the time runs from when the graphics have taken what was drawn before. */
  private waitForRest(): void {
    this.isRested = false;
    this.restRequest = requestAnimationFrame(() => {
      this.restTimer = setTimeout(() => {
        this.isRested = true;
        this.invalidate();
      }, REST_MS);
    });
  }

  private stopWaiting(): void {
    cancelAnimationFrame(this.restRequest);
    clearTimeout(this.restTimer);
  }

  private showFailure(): void {
    const { failure } = this.renderer;
    if (failure && this.failure.hidden) {
      replace(
        this.failure, notice({ icon: "warning", title: t("Images cannot be drawn"), detail: failure, alert: true })
      );
    }
    this.failure.hidden = failure === null;
  }

  private acceptDrops(view: PaneView, scope: Scope): void {
    scope.listen(view.element, "dragover", (event) => {
      if (event.dataTransfer?.types.includes(SERIES_DRAG_TYPE)) event.preventDefault();
    });
    scope.listen(view.element, "drop", (event) => {
      const id = event.dataTransfer?.getData(SERIES_DRAG_TYPE);
      const set = this.viewer.allSets.find((one) => one.id === id);
      if (!set) return;
      event.preventDefault();
      this.viewer.open(view.pane, set);
    });
  }
}
