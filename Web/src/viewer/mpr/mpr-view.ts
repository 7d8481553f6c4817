// SPDX-License-Identifier: Apache-2.0

import { h, replace, setText } from "../../components/dom";
import { icon } from "../../components/icons";
import { notice } from "../../components/notice";
import { t } from "../../i18n/i18n";
import { Scope } from "../../signals/scope";
import { Signal } from "../../signals/signal";
import { Size } from "../geometry/viewport-transform";
import { FrameSet } from "../state/frame-set";
import { Pane } from "../state/pane";
import { Window } from "../state/view-state";
import { describeWindow, voiFunction } from "../state/window";
import { Viewer } from "../viewer";
import { MprPane } from "./mpr-pane";
import { initialPlanes, PlanesState, Projection } from "./planes";
import { fittingScale, PlanePlacement, placement, slab } from "./plane-view";
import { plus, times, Vector3 } from "./vectors";
import { centreOf, irregularity, volumeGeometry, VolumeGeometry } from "./volume-geometry";
import { PlaneDrawing, VolumeRenderer } from "./volume-renderer";

const BUDGET_LARGE = 1024 * 1024 * 1024;
const BUDGET_SMALL = 192 * 1024 * 1024;
/** While something moves, so many pixels are drawn at most; the rest follows when it rests. */
const MOVING_PIXELS = 160_000;
const REST_MS = 160;
/** Slices that are put into graphics memory at once, so that the page never stands still. */
const UPLOAD_MS = 6;
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
  private readonly renderer: VolumeRenderer;
  private readonly panes: readonly MprPane[];
  private readonly info = h("div", { class: "mpr-info" });
  private readonly progress = h("p", { class: "faint", attrs: { role: "status" } });
  private readonly failure = h("div", { class: "pane-message", hidden: true });
  private readonly scope: Scope;
  private frameRequest = 0;
  private restTimer: ReturnType<typeof setTimeout> | undefined;
  private isMoving = false;

  /** The view, or why the images make no volume. */
  static of(viewer: Viewer, pane: Pane, scope: Scope): MprView | string {
    const set = pane.set.peek();
    const volume = set ? volumeGeometry(set) : "no images";
    return set && typeof volume !== "string" ? new MprView(viewer, pane, set, volume, scope) : String(volume);
  }

  private constructor(
    readonly viewer: Viewer, source: Pane, readonly set: FrameSet, readonly volume: VolumeGeometry, scope: Scope,
  ) {
    this.scope = scope.child();
    this.state = new Signal(initialPlanes(volume));
    this.focus = new Signal(centreOf(volume));
    const shown = source.shown;
    this.window = new Signal(shown ? source.window(shown) : { center: 40, width: 400, name: "" });
    this.renderer = new VolumeRenderer(volume, budget(), () => this.invalidate());
    this.panes = [0, 1, 2].map((index) => new MprPane(this, index, this.scope));
    this.element = h(
      "div", { class: "mpr", attrs: { "aria-label": t("Multiplanar reconstruction") } }, this.renderer.canvas,
      ...this.panes.map((pane) => pane.element), this.panel(), this.failure,
    );
    this.wire();
  }

  dispose(): void {
    this.scope.dispose();
    this.viewer.volumeNeeds.set([]);
    this.renderer.dispose();
    this.element.remove();
  }

  reset(): void {
    this.state.set({ ...initialPlanes(this.volume), thickness: 0 });
    this.focus.set(centreOf(this.volume));
  }

  size(index: number): Size {
    const box = this.panes[index].element.getBoundingClientRect();
    return { width: Math.max(1, box.width), height: Math.max(1, box.height) };
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
      this.window.get();
      this.inverted.get();
      this.activePlane.get();
      this.moved();
    });
    const resize = new ResizeObserver(() => this.invalidate());
    resize.observe(this.element);
    scope.own(() => {
      resize.disconnect();
      cancelAnimationFrame(this.frameRequest);
      clearTimeout(this.restTimer);
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
    const begun = performance.now();
    const missing: number[] = [];
    let isWaiting = false;
    frames.forEach((frame, slice) => {
      if (this.renderer.has(slice) || this.renderer.failure) return;
      const pixels = this.viewer.loader.peek(frame.key);
      if (!pixels) missing.push(slice);
      else if (performance.now() - begun > UPLOAD_MS) isWaiting = true;
      else this.renderer.upload(slice, pixels);
    });
    const middle = frames.length / 2;
    missing.sort((p, q) => Math.abs(p - middle) - Math.abs(q - middle));
    this.viewer.volumeNeeds.set(missing.map((slice) => ({ set: this.set, frame: frames[slice] })));
    if (isWaiting) setTimeout(() => this.invalidate(), 0);
    this.describe();
  }

  private draw(): void {
    const { canvas } = this.renderer;
    const box = this.element.getBoundingClientRect();
    const full = window.devicePixelRatio || 1;
    const share = Math.min(1, Math.sqrt(MOVING_PIXELS / Math.max(1, box.width * box.height * 0.75)));
    const ratio = this.isMoving ? Math.min(full, share) : full;
    const [width, height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    this.renderer.draw(this.panes.map((pane, index) => this.drawing(pane, index, box, ratio)));
    for (const pane of this.panes) pane.update();
    this.element.dataset.settled = String(!this.isMoving && this.renderer.uploaded === this.volume.frames.length);
  }

  private drawing(pane: MprPane, index: number, canvas: DOMRect, ratio: number): PlaneDrawing {
    const box = pane.element.getBoundingClientRect();
    const placed = this.placed(index);
    const state = this.state.peek();
    const pixel = 1 / (placed.scale * ratio);
    const { samples, depth } = slab(this.volume, state, index);
    const left = Math.round((box.left - canvas.left) * ratio);
    const bottom = Math.round((canvas.bottom - box.bottom) * ratio);
    // The place at the lower left corner of the first device pixel that is drawn.
    const x = left / ratio + canvas.left - box.left - box.width / 2;
    const y = canvas.bottom - bottom / ratio - box.top - box.height / 2;
    const corner = plus(plus(placed.middle, placed.right, x / placed.scale), placed.down, y / placed.scale);
    const { instance } = this.volume.frames[0];
    const inverse = instance.photometricInterpretation === "MONOCHROME1";
    return {
      rect: { left, bottom, width: Math.round(box.width * ratio), height: Math.round(box.height * ratio) },
      corner, right: times(placed.right, pixel), up: times(placed.down, -pixel), depth, samples,
      projection: state.projection, window: this.window.peek(), voi: voiFunction(instance.voiLUTFunction),
      slope: instance.rescaleSlope ?? 1, intercept: instance.rescaleIntercept ?? 0,
      inverted: inverse !== this.inverted.peek(),
    };
  }

  private describe(): void {
    const { uploaded, failure } = this.renderer;
    const all = this.volume.frames.length;
    setText(this.progress, uploaded < all ? t("{n} of {all} images in the volume", { n: uploaded, all }) : "");
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
      ...warnings.map((text) => h("p", { class: "mpr-warning" }, icon("warning"), text)),
      h("p", { class: "faint", text: t("Drag the lines to turn, the middle to move. Wheel: scroll, Alt: thickness.") }),
    );
  }
}
