// SPDX-License-Identifier: Apache-2.0

import { h, replace, setText } from "../../components/dom";
import { icon } from "../../components/icons";
import { notice } from "../../components/notice";
import { t } from "../../i18n/i18n";
import { Scope } from "../../signals/scope";
import { Signal } from "../../signals/signal";
import { Size } from "../geometry/viewport-transform";
import { Frame, FrameSet } from "../state/frame-set";
import { Pane } from "../state/pane";
import { Window } from "../state/view-state";
import { describeWindow, voiFunction } from "../state/window";
import { Viewer } from "../viewer";
import { MprPane } from "./mpr-pane";
import { initialPlanes, PlanesState, Projection } from "./planes";
import { fittingScale, PlanePlacement, placement, slab } from "./plane-view";
import { plus, times, Vector3 } from "./vectors";
import { centreOf, irregularity, volumeGeometry, VolumeGeometry } from "./volume-geometry";
import { ProcessorVolume } from "./processor-volume";
import { PlaneDrawing, VolumeDrawer } from "./volume-drawer";
import { VolumeRenderer } from "./volume-renderer";

const BUDGET_LARGE = 576 * 1024 * 1024;
const BUDGET_SMALL = 192 * 1024 * 1024;
const FEWEST_MOVING_PIXELS = 40_000;
const REST_MS = 160;
/** Slices that are put into graphics memory at once, so that the page never stands still. */
const UPLOAD_MS = 6;
/** A volume that fills is drawn no more often: its slices come first. */
const PREVIEW_MS = 250;
/** Of volumes that give no image back those that are as large are kept alone, where their images come again soon. */
const LARGE_BYTES = 128 * 1024 * 1024;
const SOON_S = 10;
const thicknesses = [0, 2, 5, 10, 20, 40, 80];

function budget(): number {
  const memory = (navigator as Navigator & { deviceMemory?: number }).deviceMemory ?? 8;
  return memory >= 8 ? BUDGET_LARGE : BUDGET_SMALL;
}

/** Three linked planes through the volume of a series. */
export class MprView {
  readonly element: HTMLElement;
  readonly state: Signal<PlanesState>;
  readonly window: Signal<Window>;
  readonly inverted = new Signal(false);
  /** What stays in the middle of the panes. */
  readonly focus: Signal<Vector3>;
  readonly activePlane = new Signal(0);
  private readonly renderer: VolumeDrawer;
  private readonly panes: readonly MprPane[];
  private readonly info = h("div", { class: "mpr-info" });
  private readonly progress = h("p", { class: "faint", attrs: { role: "status" } });
  private readonly coarse = h("p", { class: "mpr-warning", hidden: true });
  private readonly failure = h("div", { class: "pane-message", hidden: true });
  private readonly scope: Scope;
  private frameRequest = 0;
  private restTimer: ReturnType<typeof setTimeout> | undefined;
  private isMoving = false;
  /** The volume is gone when it has given its images back. */
  private isGiving = false;
  private previewed = -Infinity;
  private taking: ReturnType<typeof setTimeout> | undefined;
  /** What is drawn, or being drawn. */
  private picture = "";
  private boxes: readonly DOMRect[] = [];
  private box = new DOMRect();

  /** The view, or why the images make no volume. */
  static of(viewer: Viewer, pane: Pane, scope: Scope, isSoftware: boolean): MprView | string {
    const set = pane.set.peek();
    const volume = set ? volumeGeometry(set) : "no images";
    if (!set || typeof volume === "string") return String(volume);
    return new MprView(viewer, pane, set, volume, scope, isSoftware);
  }

  private constructor(
    readonly viewer: Viewer, source: Pane, readonly set: FrameSet, readonly volume: VolumeGeometry, scope: Scope,
    isSoftware: boolean,
  ) {
    this.scope = scope.child();
    this.state = new Signal(initialPlanes(volume));
    this.focus = new Signal(centreOf(volume));
    const shown = source.shown;
    this.window = new Signal(shown ? source.window(shown) : { center: 40, width: 400, name: "" });
    const changed = (): void => this.invalidate();
    this.renderer = isSoftware
      ? new ProcessorVolume(volume, budget(), changed) : new VolumeRenderer(volume, budget(), changed);
    this.panes = [0, 1, 2].map((index) => new MprPane(this, index, this.scope));
    this.element = h(
      "div", { class: "mpr", attrs: { "aria-label": t("Multiplanar reconstruction") } }, this.renderer.canvas,
      ...this.panes.map((pane) => pane.element), this.panel(), this.failure,
    );
    this.wire();
  }

  /** Another view takes its place: images that the volume alone has go back to where the others are. */
  dispose(): void {
    const { viewer, renderer, volume } = this;
    const held = viewer.volumeHolds.peek();
    const slices = volume.frames.flatMap(({ key }, slice) => (held.has(key) && !viewer.loader.has(key) ? [slice] : []));
    this.isGiving = renderer.gives && slices.length > 0;
    this.scope.dispose();
    this.element.remove();
    viewer.volumeNeeds.set([]);
    const end = (): void => {
      viewer.volumeHolds.set(new Set());
      renderer.dispose();
    };
    if (!this.isGiving) end();
    else void renderer.give(slices, (slice, pixels) => viewer.loader.put(volume.frames[slice].key, pixels)).then(end);
  }

  reset(): void {
    this.state.set({ ...initialPlanes(this.volume), thickness: 0 });
    this.focus.set(centreOf(this.volume));
  }

  size(index: number): Size {
    const { width, height } = this.boxes[index] ?? this.panes[index].element.getBoundingClientRect();
    return { width: Math.max(1, width), height: Math.max(1, height) };
  }

  placed(index: number): PlanePlacement {
    const state = this.state.peek();
    const size = this.size(index);
    const fit = Math.min(
      ...[0, 1, 2].map((i) => fittingScale(this.volume, initialPlanes(this.volume), i, this.size(i)))
    );
    return placement(state, index, this.focus.peek(), size, state.scale ?? fit);
  }

  private wire(): void {
    const { viewer, scope } = this;
    scope.effect(() => {
      viewer.arrivals.get();
      this.invalidate();
    });
    scope.effect(() => {
      this.state.get();
      this.focus.get();
      this.moved();
    });
    scope.effect(() => {
      this.window.get();
      this.inverted.get();
      this.activePlane.get();
      if (this.renderer.keepsSamples) this.invalidate();
      else this.moved();
    });
    const resize = new ResizeObserver(() => {
      this.box = this.element.getBoundingClientRect();
      this.boxes = this.panes.map((pane) => pane.element.getBoundingClientRect());
      this.invalidate();
    });
    resize.observe(this.element);
    scope.own(() => {
      resize.disconnect();
      cancelAnimationFrame(this.frameRequest);
      clearTimeout(this.restTimer);
      clearTimeout(this.taking);
      if (!this.isGiving) this.renderer.dispose();
    });
  }

  /** Drawn coarsely now, and finely when nothing moves any more. */
  private moved(): void {
    this.isMoving = true;
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => {
      this.isMoving = false;
      this.invalidate();
    }, REST_MS);
    this.invalidate();
  }

  invalidate(): void {
    if (this.frameRequest !== 0 || this.scope.isDisposed) return;
    this.frameRequest = requestAnimationFrame(() => {
      this.frameRequest = 0;
      this.takeArrived();
      this.draw();
    });
  }

  /** Puts slices that came into graphics memory, a few at a time, and asks for the others. */
  private takeArrived(): void {
    const { frames } = this.volume;
    if (this.renderer.uploaded === frames.length) {
      if (this.renderer.gives) this.takeBack(this.pointedAt());
      else this.need(this.pointedAt());
      this.describe();
      return;
    }
    const begun = performance.now();
    const missing: number[] = [];
    const taken: string[] = [];
    let isWaiting = false;
    frames.forEach((frame, slice) => {
      if (this.renderer.has(slice) || this.renderer.failure) return;
      const pixels = this.viewer.loader.peek(frame.key);
      if (!pixels) missing.push(slice);
      else if (performance.now() - begun > UPLOAD_MS) isWaiting = true;
      else if (this.renderer.upload(slice, pixels)) taken.push(frame.key);
    });
    this.hold(taken);
    const middle = frames.length / 2;
    missing.sort((p, q) => Math.abs(p - middle) - Math.abs(q - middle));
    this.need(missing.map((slice) => frames[slice]));
    clearTimeout(this.taking);
    if (isWaiting) this.taking = setTimeout(() => this.takeArrived(), 0);
    if (taken.length > 0) this.invalidate();
    this.describe();
  }

  /** Asks for the pixels of frames. */
  private need(frames: readonly Frame[]): void {
    const before = this.viewer.volumeNeeds.peek();
    const isSame = before.length === frames.length && before.every(({ frame }, i) => frame === frames[i]);
    if (!isSame) this.viewer.volumeNeeds.set(frames.map((frame) => ({ set: this.set, frame })));
  }

  /** The images about the place that the pointer is at, whose values are told. */
  private pointedAt(): Frame[] {
    const frames = this.panes.flatMap((pane) => pane.framesAtPointer());
    return frames.filter(({ key }) => !this.viewer.loader.has(key));
  }

  /** Has images from the volume, which are then shown as they are. */
  private takeBack(frames: readonly Frame[]): void {
    const { viewer, renderer, volume } = this;
    if (frames.length === 0) return;
    const slices = frames.map((frame) => volume.frames.indexOf(frame));
    void renderer.give(slices, (slice, pixels) => {
      viewer.loader.put(volume.frames[slice].key, pixels);
      this.invalidate();
    });
  }

  /** Memory keeps a volume once. */
  private hold(taken: readonly string[]): void {
    const { viewer, renderer } = this;
    const isSoon = viewer.loader.speed > 0 && renderer.bytes / viewer.loader.speed < SOON_S;
    const comesAgain = renderer.gives || (renderer.bytes >= LARGE_BYTES && isSoon);
    if (taken.length === 0 || !comesAgain) return;
    viewer.volumeHolds.set(new Set([...viewer.volumeHolds.peek(), ...taken]));
    viewer.loader.forget(taken);
  }

  private draw(): void {
    if (this.boxes.length === 0) return;
    for (const pane of this.panes) pane.update();
    const { canvas } = this.renderer;
    const full = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(this.box.width * full), Math.round(this.box.height * full)];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const isWhole = this.renderer.uploaded === this.volume.frames.length;
    const isCoarse = this.isMoving || !isWhole;
    if (!isWhole) {
      if (performance.now() - this.previewed < PREVIEW_MS) return;
      this.previewed = performance.now();
    }
    const ratio = isCoarse ? Math.min(full, this.movingRatio()) : full;
    const planes = this.panes.map((_, index) => this.drawing(index, ratio, isCoarse));
    const { generation, uploaded } = this.renderer;
    const picture = JSON.stringify([generation, uploaded, width, height, isCoarse, planes]);
    if (picture === this.picture) return;
    this.picture = picture;
    this.element.dataset.settled = "false";
    this.renderer.draw(planes, isCoarse, () => {
      this.show(full / ratio);
      this.element.dataset.settled = String(!isCoarse && picture === this.picture);
    });
  }

  /** What was drawn with fewer pixels is drawn out by the browser. */
  private show(scale: number): void {
    this.renderer.canvas.style.transform = scale === 1 ? "" : `scale(${scale})`;
  }

  /** Device pixels of each CSS pixel while something moves. */
  private movingRatio(): number {
    const { samples } = slab(this.volume, this.state.peek(), 0, true);
    const pixels = Math.max(FEWEST_MOVING_PIXELS, this.renderer.movingSamples / samples);
    const area = this.boxes.reduce((sum, { width, height }) => sum + width * height, 0);
    return Math.sqrt(pixels / Math.max(1, area));
  }

  private drawing(index: number, ratio: number, isCoarse: boolean): PlaneDrawing {
    const [box, whole, { height }] = [this.boxes[index], this.box, this.renderer.canvas];
    const placed = this.placed(index);
    const state = this.state.peek();
    const pixel = 1 / (placed.scale * ratio);
    const { samples, depth } = slab(this.volume, state, index, isCoarse);
    // In the upper left of the canvas, whatever its size: to give it another one takes longer than to draw.
    const left = Math.round((box.left - whole.left) * ratio);
    const bottom = height - Math.round((box.bottom - whole.top) * ratio);
    // The place at the lower left corner of the first device pixel that is drawn.
    const x = left / ratio + whole.left - box.left - box.width / 2;
    const y = whole.top + (height - bottom) / ratio - box.top - box.height / 2;
    const corner = plus(plus(placed.middle, placed.right, x / placed.scale), placed.down, y / placed.scale);
    const { instance } = this.volume.frames[0];
    const inverse = instance.photometricInterpretation === "MONOCHROME1";
    return {
      rect: { left, bottom, width: Math.round(box.width * ratio), height: Math.round(box.height * ratio) },
      corner, right: times(placed.right, pixel), up: times(placed.down, -pixel), depth, samples,
      projection: state.projection, window: this.window.peek(), voi: voiFunction(instance.voiLUTFunction),
      slope: instance.rescaleSlope ?? 1, intercept: instance.rescaleIntercept ?? 0,
      inverted: inverse !== this.inverted.peek(), isNearest: isCoarse && samples > 1,
    };
  }

  private describe(): void {
    const { uploaded, failure, factor } = this.renderer;
    const all = this.volume.frames.length;
    setText(this.progress, uploaded < all ? t("{n} of {all} images in the volume", { n: uploaded, all }) : "");
    this.coarse.hidden = factor === 1;
    if (factor > 1 && !this.coarse.hasChildNodes()) {
      this.coarse.append(icon("warning"), t(
        "The images have too many pixels for the memory here: planes are drawn from every {n} × {n} pixels together.",
        { n: factor },
      ));
    }
    if (failure && this.failure.hidden) {
      replace(this.failure, notice({
        icon: "warning", title: t("The volume cannot be drawn"), detail: failure, alert: true,
      }));
    }
    this.failure.hidden = failure === null;
  }

  private panel(): HTMLElement {
    const { gap, tilt } = irregularity(this.volume);
    const select = h("select", { class: "menu", attrs: { "aria-label": t("Slab thickness") } });
    replace(select, ...thicknesses.map((value) =>
      h("option", { text: value === 0 ? t("Thin") : `${value} mm`, attrs: { value } })));
    select.addEventListener("change", () => {
      this.state.update((state) => ({ ...state, thickness: Number(select.value) }));
      select.blur();
    });
    const names: Record<Projection, string> = { maximum: "MIP", minimum: "MinIP", average: t("Average") };
    const projection = h("select", { class: "menu", attrs: { "aria-label": t("Slab projection") } });
    replace(projection, ...Object.entries(names).map(([value, text]) => h("option", { text, attrs: { value } })));
    projection.addEventListener("change", () => {
      this.state.update((state) => ({ ...state, projection: projection.value as Projection }));
      projection.blur();
    });
    this.scope.effect(() => {
      const { thickness, projection: chosen } = this.state.get();
      if (!thicknesses.includes(thickness)) {
        if (!select.querySelector("option[data-own]")) select.append(h("option", { attrs: { "data-own": "" } }));
        const own = select.querySelector<HTMLOptionElement>("option[data-own]");
        if (own) {
          own.value = String(thickness);
          own.textContent = `${thickness} mm`;
        }
      }
      select.value = String(thickness);
      projection.value = chosen;
      setText(this.info, describeWindow(this.window.get()));
    });
    const reset = h("button", { class: "button", attrs: { type: "button" } }, icon("reset"), t("Reset the planes"));
    reset.addEventListener("click", () => this.reset());
    const warnings = [
      gap !== null && t(
        "The images are unevenly spaced: gaps of up to {mm} mm are interpolated.", { mm: gap.toFixed(1) }
      ),
      tilt !== null && t(
        "The images are tilted by {degrees}°; the planes are corrected for it.", { degrees: tilt.toFixed(1) }
      ),
    ].filter((text): text is string => Boolean(text));
    const { series } = this.set;
    return h(
      "section", { class: "mpr-panel", attrs: { "aria-label": t("Planes") } },
      h("h2", { text: series.description || series.modality || "" }), this.info, this.progress,
      h("label", {}, h("span", { text: t("Slab thickness") }), select),
      h("label", {}, h("span", { text: t("Slab projection") }), projection), reset,
      this.coarse, ...warnings.map((text) => h("p", { class: "mpr-warning" }, icon("warning"), text)),
      h("p", { class: "faint", text: t("Drag the lines to turn, the middle to move. Wheel: scroll, Alt: thickness.") }),
    );
  }
}
