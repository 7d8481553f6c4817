// SPDX-License-Identifier: Apache-2.0

import { h, setText } from "../../components/dom";
import { short } from "../../components/text";
import { t } from "../../i18n/i18n";
import { Scope } from "../../signals/scope";
import { Point } from "../geometry/affine";
import { describePoint } from "../geometry/orientation";
import { rulerLength } from "../geometry/spacing";
import { AnnotationCanvas } from "../overlay/annotations";
import { valueUnit } from "../overlay/readout";
import { rim } from "../overlay/rim";
import { Frame } from "../state/frame-set";
import { draggedWindow } from "../state/window";
import { MprView } from "./mpr-view";
import { PlaneLines } from "./plane-lines";
import { bounded, cutDirection, nameOf, planeColours, PlanesState, scrolledBy, turnedAbout } from "./planes";
import { lettersOf, placeOf, PlanePlacement, pointOf } from "./plane-view";
import { plus, Vector3 } from "./vectors";
import { centreOf, inVolume, reachOf, sliceAt, VolumeGeometry } from "./volume-geometry";

const CENTRE_PX = 14;
const LINE_PX = 8;
const GAP_PX = 18;
const WHEEL_STEP = 40;
const FAST = 5;
const CLICK_PX = 4;
const THICKNESS_STEP_MM = 1;
const MOST_THICKNESS_MM = 200;
const edgeNames = ["left", "right", "top", "bottom"] as const;

type Drag = (at: Point, from: Point) => void;

/** One of the three planes: its lines, letters and the pointer in it. */
export class MprPane {
  readonly element: HTMLElement;
  private readonly drawings = new AnnotationCanvas();
  private readonly lines = new PlaneLines();
  private ruled = "";
  private readonly texts = h("div", { class: "corner bottomLeft" });
  private readonly title = h("div", { class: "corner topLeft" });
  private readonly edges = Object.fromEntries(edgeNames.map((name) => [name, h("div", { class: `edge ${name}` })]));
  private drag: Drag | null = null;
  private pressed: Point | null = null;
  private last: Point = { x: 0, y: 0 };
  private pointer: Point | null = null;

  constructor(private readonly view: MprView, private readonly index: number, scope: Scope) {
    this.element = h("section", { class: "pane mpr-pane", attrs: { "data-plane": index, tabindex: 0 } });
    this.element.style.setProperty("--plane", planeColours[index]);
    const edges = Object.values(this.edges);
    this.element.append(this.lines.element, this.drawings.element, this.title, this.texts, ...edges, ...rim());
    const { element } = this;
    scope.listen(element, "pointerdown", (event) => this.down(event));
    scope.listen(element, "pointermove", (event) => this.move(event));
    scope.listen(element, "pointerup", (event) => this.up(event));
    scope.listen(element, "pointercancel", () => (this.drag = null));
    scope.listen(element, "pointerleave", () => {
      this.pointer = null;
      this.view.invalidate();
    });
    scope.listen(element, "wheel", (event) => this.wheel(event), { passive: false });
    scope.listen(element, "contextmenu", (event) => event.preventDefault());
    scope.listen(element, "keydown", (event) => this.key(event));
    scope.listen(element, "focus", () => this.view.activePlane.set(this.index));
  }

  /** Brings lines, letters and texts up to date. */
  update(): void {
    const placed = this.view.placed(this.index);
    const state = this.view.state.peek();
    this.drawLines(placed, state);
    const ruled = `${placed.scale} ${placed.size.width} ${placed.size.height}`;
    const context = ruled === this.ruled ? null : this.drawings.begin(placed.size, true);
    this.ruled = ruled;
    if (context) {
      const scale = rulerLength((placed.size.width * 0.28) / placed.scale);
      if (scale > 0) {
        this.drawings.ruler(context, placed.scale, { row: 1, column: 1, unit: "mm", plane: "patient" });
      }
    }
    const letters = lettersOf(placed);
    for (const name of edgeNames) setText(this.edges[name], letters[name]);
    const slabText = state.thickness > 0
      ? `${state.thickness} mm ${{ maximum: "MIP", minimum: "MinIP", average: t("Average") }[state.projection]}` : "";
    const title = { axial: t("Axial"), coronal: t("Coronal"), sagittal: t("Sagittal") }[nameOf(state.axes[this.index])];
    setText(this.title, [title, slabText].filter(Boolean).join("  "));
    setText(this.texts, this.pointer ? this.readout(placed, this.pointer) : "");
    this.element.classList.toggle("active", this.view.activePlane.peek() === this.index);
    const origin = placeOf(placed, { x: 0, y: 0 });
    this.element.dataset.origin = JSON.stringify(origin);
    this.element.dataset.right = JSON.stringify(placed.right.map((value) => value / placed.scale));
    this.element.dataset.down = JSON.stringify(placed.down.map((value) => value / placed.scale));
  }

  /** The images between which the pointer is. */
  framesAtPointer(): Frame[] {
    if (!this.pointer) return [];
    const { volume } = this.view;
    const slice = sliceAt(volume, inVolume(volume, placeOf(this.view.placed(this.index), this.pointer))[2]);
    const last = volume.frames.length - 1;
    if (slice < -0.5 || slice > last + 0.5) return [];
    const base = Math.max(0, Math.min(last, Math.floor(slice)));
    return [volume.frames[base], volume.frames[Math.min(last, base + 1)]];
  }

  private drawLines(placed: PlanePlacement, state: PlanesState): void {
    const centre = pointOf(placed, state.centre);
    const reach = placed.size.width + placed.size.height;
    const { lines } = this;
    lines.begin();
    for (const other of [0, 1, 2]) {
      const along = other === this.index ? null : cutDirection(state, this.index, other);
      if (!along) continue;
      for (const way of [-1, 1]) {
        const onward = { x: way * along.x, y: way * along.y };
        const start = { x: centre.x + GAP_PX * onward.x, y: centre.y + GAP_PX * onward.y };
        lines.add(start, onward, reach, planeColours[other]);
        if (state.thickness <= 0) continue;
        for (const side of [-0.5, 0.5]) {
          const shift = side * state.thickness * placed.scale;
          const beside = { x: start.x - along.y * shift, y: start.y + along.x * shift };
          lines.add(beside, onward, reach, planeColours[other], true);
        }
      }
    }
    lines.end();
  }

  private readout(placed: PlanePlacement, at: Point): string {
    const place = placeOf(placed, at);
    const value = valueAt(this.view, this.view.volume, place);
    const { instance } = this.view.volume.frames[0];
    const unit = valueUnit(instance.rescaleType, this.view.set.series.modality);
    const words = value === null ? "" : `${short(value, 1)} ${unit}`.trim();
    return [words, `${describePoint(place)} mm`].filter(Boolean).join("\n");
  }

  private at(event: MouseEvent): Point {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private down(event: PointerEvent): void {
    const at = this.at(event);
    this.element.setPointerCapture(event.pointerId);
    this.element.focus();
    this.last = at;
    this.pressed = event.button === 0 ? at : null;
    this.drag = this.begin(event.button, at);
    event.preventDefault();
  }

  private begin(button: number, at: Point): Drag | null {
    const { view, index } = this;
    const placed = view.placed(index);
    if (button === 1) return (to, from) => this.pan(placed, from, to);
    if (button === 2) return (to, from) => this.zoom(Math.exp((to.y - from.y) * 0.006));
    if (button !== 0) return null;
    const centre = pointOf(placed, view.state.peek().centre);
    const distance = Math.hypot(at.x - centre.x, at.y - centre.y);
    if (distance <= CENTRE_PX) return (to) => this.moveCentre(to);
    if (this.isOnLine(at, centre)) {
      return (to, from) => {
        const angle = (point: Point): number => Math.atan2(point.y - centre.y, point.x - centre.x);
        view.state.update((state) => turnedAbout(state, index, angle(to) - angle(from)));
      };
    }
    return (to, from) => view.window.update((window) => draggedWindow(window, to.x - from.x, to.y - from.y));
  }

  private isOnLine(at: Point, centre: Point): boolean {
    return [0, 1, 2].some((other) => {
      const along = other === this.index ? null : cutDirection(this.view.state.peek(), this.index, other);
      return along !== null
        && Math.abs((at.x - centre.x) * along.y - (at.y - centre.y) * along.x) <= LINE_PX;
    });
  }

  private moveCentre(to: Point): void {
    const { view } = this;
    const place = placeOf(view.placed(this.index), to);
    view.state.update((state) => this.inside({ ...state, centre: place }));
  }

  private inside(state: PlanesState): PlanesState {
    const { volume } = this.view;
    return bounded(state, centreOf(volume), reachOf(volume));
  }

  private pan(placed: PlanePlacement, from: Point, to: Point): void {
    const [x, y] = [(from.x - to.x) / placed.scale, (from.y - to.y) / placed.scale];
    this.view.focus.update((focus) => plus(plus(focus, placed.right, x), placed.down, y));
  }

  private zoom(factor: number): void {
    const { scale } = this.view.placed(this.index);
    this.view.state.update((state) => ({ ...state, scale: Math.max(0.1, Math.min(100, scale * factor)) }));
  }

  private move(event: PointerEvent): void {
    const at = this.at(event);
    if (this.pressed && Math.hypot(at.x - this.pressed.x, at.y - this.pressed.y) > CLICK_PX) this.pressed = null;
    if (this.drag && !this.pressed) {
      this.drag(at, this.last);
      this.last = at;
    }
    this.pointer = at;
    this.view.invalidate();
  }

  /** A click puts the crosshair there. */
  private up(event: PointerEvent): void {
    if (this.pressed) this.moveCentre(this.at(event));
    this.pressed = null;
    this.drag = null;
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const amount = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : Math.sign(event.deltaY) * WHEEL_STEP;
    if (event.ctrlKey) {
      this.zoom(Math.exp(-amount * 0.002));
      return;
    }
    const way = Math.sign(amount || event.deltaX);
    if (event.altKey) this.thicken(-way);
    else this.scroll(way * (event.shiftKey ? FAST : 1));
  }

  private thicken(way: number): void {
    this.view.state.update((state) => ({
      ...state, thickness: Math.max(0, Math.min(MOST_THICKNESS_MM, state.thickness + way * THICKNESS_STEP_MM)),
    }));
  }

  /** From head to feet, from front to back, from right to left, as stacks are read. */
  private scroll(steps: number): void {
    const { view, index } = this;
    const way = nameOf(view.state.peek().axes[index]) === "axial" ? -1 : nameOf(
      view.state.peek().axes[index]
    ) === "coronal"
      ? 1 : -1;
    const millimetres = view.volume.gap.usual * steps * way;
    view.state.update((state) => this.inside(scrolledBy(state, index, millimetres)));
  }

  private key(event: KeyboardEvent): void {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: FAST, PageUp: -FAST }[event.key];
    if (steps === undefined) return;
    this.scroll(steps);
    event.preventDefault();
    event.stopPropagation();
  }
}

/** The value between the voxels around a place; null outside, or while its slices are not at hand. */
function valueAt(view: MprView, volume: VolumeGeometry, place: Vector3): number | null {
  const [x, y, height] = inVolume(volume, place);
  const slice = sliceAt(volume, height);
  const [columns, rows, slices] = [volume.columns, volume.rows, volume.frames.length];
  if (x < -0.5 || y < -0.5 || slice < -0.5 || x > columns - 0.5 || y > rows - 0.5 || slice > slices - 0.5) return null;
  const within = (value: number, most: number): number => Math.max(0, Math.min(most - 1, value));
  let total = 0;
  for (const corner of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const [i, j, k] = [
      Math.floor(x) + (corner & 1), Math.floor(y) + ((corner >> 1) & 1), Math.floor(slice) + (corner >> 2)
    ];
    const weight = (1 - Math.abs(x - i)) * (1 - Math.abs(y - j)) * (1 - Math.abs(slice - k));
    if (weight === 0) continue;
    const pixels = view.viewer.loader.peek(volume.frames[within(k, slices)].key);
    if (!pixels) return null;
    total += weight * pixels.data[within(j, rows) * columns + within(i, columns)];
  }
  const { rescaleSlope, rescaleIntercept } = volume.frames[0].instance;
  return total * (rescaleSlope ?? 1) + (rescaleIntercept ?? 0);
}
