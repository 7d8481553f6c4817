// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { InstanceInfo, StudySummary } from "../api/types";
import { h, replace, setText } from "../components/dom";
import { notice } from "../components/notice";
import { Scope } from "../signals/scope";
import { t } from "../i18n/i18n";
import { FramePixels } from "./data/pixels";
import { compose, Point, scaling, translation } from "./geometry/affine";
import { edgeLetters, orientationFrom, projectionLetters } from "./geometry/orientation";
import { Spacing } from "./geometry/spacing";
import { screenToImageDirection, Size } from "./geometry/viewport-transform";
import { OtherObjects } from "./objects/other-objects";
import { AnnotationCanvas } from "./overlay/annotations";
import { corners, Corners, Line } from "./overlay/corners";
import { describeMeasurement } from "./overlay/describe-measurement";
import { Colouring } from "./softcopy/coloured";
import { drawGraphics } from "./softcopy/draw-graphics";
import { drawOverlay } from "./softcopy/overlay-planes";
import { drawShutter } from "./softcopy/shutter";
import { Softcopy } from "./softcopy/softcopy";
import { refusedSubtraction, Subtracting } from "./softcopy/subtraction";
import { MeasurementLabels } from "./overlay/labels";
import { drawReferences, referenceLines } from "./overlay/reference-lines";
import { readout } from "./overlay/readout";
import { rim } from "./overlay/rim";
import { PaneScrollbar } from "./overlay/scrollbar";
import { magnification, PaneRect, Presentation, presentation } from "./render/presentation";
import { PaneDrawing } from "./render/renderer";
import { FrameSet } from "./state/frame-set";
import { Pane, ShownFrame } from "./state/pane";
import { describeWindow } from "./state/window";
import { Measurement } from "./state/measurement";
import { PaneLook } from "./writing/writer";
import { PointerInput, tools } from "./tools/pointer";
import { Viewer } from "./viewer";

const LOUPE_PX = 240;
const LOUPE_FACTOR = 2;
const cornerNames = ["topLeft", "topRight", "bottomLeft", "bottomRight"] as const;
const edgeNames = ["left", "right", "top", "bottom"] as const;

function named<K extends string>(names: readonly K[], kind: string): Record<K, HTMLElement> {
  const elements = names.map((name) => [name, h("div", { class: `${kind} ${name}` })]);
  return Object.fromEntries(elements) as Record<K, HTMLElement>;
}

/** What is drawn of a frame. */
interface Seen {
  readonly key: string;
  readonly pixels: FramePixels;
  readonly instance: InstanceInfo;
  readonly softcopy: Softcopy | null;
}

/** The element of one pane: texts, letters, drawings, messages above the image that the renderer draws. */
export class PaneView {
  readonly element: HTMLElement;
  readonly input: PointerInput;
  private readonly drawings = new AnnotationCanvas();
  private readonly labels: MeasurementLabels;
  private readonly loupe = h("div", { class: "loupe", hidden: true, attrs: { "aria-hidden": "true" } });
  private readonly corner = named(cornerNames, "corner");
  private readonly edge = named(edgeNames, "edge");
  private readonly readout = h("div", { class: "readout" });
  private readonly waiting = h("div", { class: "waiting-image", attrs: { role: "status" }, hidden: true });
  private readonly message = h("div", { class: "pane-message", hidden: true });
  private readonly scrollbar: PaneScrollbar;
  private readonly others: OtherObjects;
  private readonly colouring = new Colouring();
  private readonly subtracting = new Subtracting();
  private shownPresentation: Presentation | null = null;
  private pointer: Point | null = null;
  private drawn: string | null = null;
  private messageText = "";

  constructor(
    readonly pane: Pane, private readonly viewer: Viewer, scope: Scope, others: OtherObjects, changed: () => void,
  ) {
    this.others = others;
    this.labels = new MeasurementLabels(viewer.measurements);
    this.scrollbar = new PaneScrollbar(pane, scope);
    this.element = h(
      "section", { class: "pane", attrs: { "aria-label": t(
        "Pane {n}", { n: pane.index + 1 }
      ), "data-pane": pane.index } },
    );
    this.element.append(
      this.drawings.element, this.labels.element, ...Object.values(this.corner), ...Object.values(this.edge),
      this.loupe, this.waiting, this.message, this.scrollbar.element, ...rim(),
    );
    this.input = new PointerInput(this.element, scope, () => this.context(), (at) => {
      this.pointer = at;
      changed();
    });
  }

  /** The place of the pane in the canvas, which starts at `origin`. */
  rect(origin: DOMRect): PaneRect {
    const box = this.element.getBoundingClientRect();
    return { left: box.left - origin.left, top: box.top - origin.top, width: box.width, height: box.height };
  }

  /** Brings texts and drawings up to date. Returns what the renderer is to draw. */
  update(rect: PaneRect, study: StudySummary): PaneDrawing | null {
    const { pane, viewer } = this;
    this.takeArrived();
    const { shown } = pane;
    const set = pane.set.get();
    const view = pane.view.get();
    this.element.classList.toggle("active", viewer.active.get() === pane);
    this.element.style.cursor = tools[viewer.tool.get()].cursor;
    this.describeState();
    this.scrollbar.update(pane.count, view.frame, rect.height, this.arrived, (index) => this.isLoaded(index));
    if (!set || rect.width < 1 || rect.height < 1) return this.showNothing();
    if (!shown) return this.firstLook(rect, study, set);
    const seen = this.seen(shown);
    if (!seen) return this.showNothing();
    const present = this.present(seen, shown, rect);
    this.shownPresentation = present;
    delete this.element.dataset.coarse;
    this.describe(study, set, shown, present);
    this.showReadout(shown, present);
    this.draw(rect, shown, present);
    this.element.dataset.image = String(shown.index + 1);
    this.element.dataset.zoom = view.zoom.toFixed(3);
    this.element.dataset.window = present.window ? describeWindow(present.window) : "";
    const coloured = this.colouring.of(seen.key, seen.pixels, seen.softcopy, present);
    if (coloured) return { rect, ...coloured, shown: { ...present, inverted: false, table: null, padding: null } };
    return { rect, key: seen.key, pixels: seen.pixels, shown: present };
  }

  private showNothing(): null {
    this.shownPresentation = null;
    this.clear();
    return null;
  }

  /**
   * A large image with fewer pixels until it is here. It is not what the pane shows: no tool works on it, no value is
   * told of it, nothing of it is exported.
   */
  private firstLook(rect: PaneRect, study: StudySummary, set: FrameSet): PaneDrawing | null {
    const { frame } = this.pane;
    const pixels = frame && this.viewer.loader.coarse(frame.key);
    const softcopy = frame && this.pane.softcopy(frame);
    this.showNothing();
    if (!frame || !pixels || this.viewer.loader.error(frame.key) !== undefined) return null;
    if (softcopy?.state || softcopy?.subtraction) return null;
    const { instance } = frame;
    const shown = { frame, index: this.pane.view.get().frame, pixels };
    const present = this.present({ key: frame.key, pixels, instance, softcopy }, shown, rect);
    this.describe(study, set, shown, present);
    setText(this.waiting, t("Coarse picture: the image is being loaded"));
    this.element.dataset.coarse = String(pixels.reduction);
    return { rect, key: `${frame.key} coarse`, pixels, shown: present };
  }

  private present(seen: Seen, shown: ShownFrame, rect: PaneRect): Presentation {
    const { pane } = this;
    const present = presentation({
      ...seen, view: pane.view.get(), window: pane.window(shown), spacing: pane.spacing(shown.frame), viewport: rect,
    });
    const { toScreen, shape } = present;
    pane.standAtEdge(rect.width, Math.abs(toScreen.a) * shape.columns + Math.abs(toScreen.c) * shape.rows);
    return present;
  }

  /** Texts in the corners, letters at the edges. */
  private describe(study: StudySummary, set: FrameSet, shown: ShownFrame, present: Presentation): void {
    const { pane, viewer } = this;
    const softcopy = pane.softcopy(shown.frame);
    this.showCorners(corners({
      level: viewer.annotation.get(), study, set, shown, view: pane.view.get(), presentation: present,
      magnification: magnification(present, window.devicePixelRatio || 1),
      details: viewer.details.peek(shown.frame.instance.sopInstanceUID)
        ?? viewer.details.peek(set.frames[0].instance.sopInstanceUID),
      state: softcopy?.state?.label, keyTitle: this.keyTitle(shown),
      isTrueSize: this.isTrueSize(present, pane.spacing(shown.frame)),
      isMasked: softcopy?.ownMask === "on" && softcopy.subtraction !== null,
    }));
    this.showEdges(shown);
  }

  /** The frame, or what is left of it when a mask is subtracted; null until the mask is here, or if it cannot be. */
  private seen({ frame, pixels }: ShownFrame): Seen | null {
    const softcopy = this.pane.softcopy(frame);
    const { subtraction, state } = softcopy ?? {};
    const { instance } = frame;
    if (!softcopy || !subtraction) return { key: frame.key, pixels, instance, softcopy };
    if (subtraction === refusedSubtraction) {
      this.say(t("The presentation state subtracts a mask in a way that is not supported."), null);
      return null;
    }
    const key = `${frame.key} subtracted ${state?.sop ?? ""}`;
    const isWhole = softcopy.vois.length > 0 || softcopy.presentation !== null || softcopy.palette !== null;
    const difference = this.subtracting.of(key, subtraction, isWhole, (number) =>
      this.viewer.loader.peek(`${instance.sopInstanceUID}/${number}`));
    if (!difference) {
      setText(this.waiting, t("Loading the mask"));
      this.waiting.hidden = false;
      return null;
    }
    const plain = { ...instance, rescaleSlope: 1, rescaleIntercept: 0, pixelPaddingValue: null };
    if (state) return { key, pixels: difference, instance: plain, softcopy: { ...softcopy, modality: null } };
    this.pane.differences.count({ ...frame, instance: plain }, difference);
    // The image's own tables are for its stored values.
    return { key, pixels: difference, instance: plain, softcopy: { ...softcopy, modality: null, vois: [] } };
  }

  private keyTitle({ frame }: ShownFrame): string | null {
    const title = this.viewer.keyImages.title(frame);
    return title === "" ? t("Key image, not saved") : title && t(title);
  }

  private isTrueSize(present: Presentation, spacing: Spacing): boolean {
    const scale = this.viewer.scale.pixelsPerMillimetre.peek();
    if (scale === null || spacing.unit !== "mm") return false;
    const width = Math.hypot(present.toScreen.a, present.toScreen.b);
    return Math.abs(width / (scale * spacing.column) - 1) < 0.005;
  }

  /** The renderer could not draw what `update` gave it. */
  failed(reason: string): void {
    this.say(reason, null);
  }

  private context(): { viewer: Viewer; pane: Pane; size: Size; presentation: Presentation | null } {
    const box = this.element.getBoundingClientRect();
    return { viewer: this.viewer, pane: this.pane, size: box, presentation: this.shownPresentation };
  }

  /** Changes when the pixels of more or fewer frames are here. */
  private get arrived(): string {
    return `${this.pane.set.peek()?.id} ${this.viewer.arrivals.peek()} ${this.viewer.loader.count}`;
  }

  private isLoaded(index: number): boolean {
    const frame = this.pane.set.peek()?.frames[index];
    return frame !== undefined && this.viewer.loader.has(frame.key);
  }

  /** Shows the frame that was asked for as soon as its pixels are here. */
  private takeArrived(): void {
    const { frame } = this.pane;
    const pixels = frame && this.viewer.loader.get(frame.key);
    if (pixels) this.pane.display(pixels);
    if (this.pane.isAutomatic) this.countArrived();
  }

  private countArrived(): void {
    for (const frame of this.pane.set.peek()?.frames ?? []) {
      const pixels = this.viewer.loader.peek(frame.key);
      if (pixels) this.pane.automatic.count(frame, pixels);
    }
  }

  private describeState(): void {
    const { pane, viewer } = this;
    const set = pane.set.get();
    const { frame } = pane;
    const error = frame ? viewer.loader.error(frame.key) : undefined;
    const behind = frame !== null && pane.shown?.frame.key !== frame.key;
    this.waiting.hidden = !behind || error !== undefined;
    if (behind) setText(
      this.waiting, t("Loading image {n} of {all}", { n: pane.view.get().frame + 1, all: pane.count })
    );
    if (!set) this.sayEmpty();
    else if (set.frames.length === 0) this.others.show(this.message, set);
    else if (error !== undefined && frame) this.say(describe(error), () => viewer.loader.retry(frame.key));
    else this.quiet();
    if (set?.frames.length === 0) this.messageText = "";
  }

  private sayEmpty(): void {
    if (this.messageText === "empty") return;
    this.messageText = "empty";
    replace(this.message, h("p", { class: "faint", text: t("Drag a series here, or choose one on the left.") }));
    this.message.hidden = false;
  }

  private say(reason: string, retry: (() => void) | null): void {
    const key = `error ${this.pane.frame?.key ?? ""} ${reason}`;
    if (this.messageText === key) return;
    this.messageText = key;
    const title = t("Image {n} cannot be shown", { n: this.pane.view.peek().frame + 1 });
    const action = retry ? { label: "Try again", run: retry } : undefined;
    replace(this.message, notice({ icon: "warning", title, detail: reason, action, alert: true }));
    this.message.hidden = false;
  }

  private quiet(): void {
    this.messageText = "";
    this.message.hidden = true;
  }

  private clear(): void {
    this.drawings.clear();
    this.drawn = null;
    this.labels.clear();
    for (const element of [...Object.values(this.corner), ...Object.values(this.edge)]) {
      element.replaceChildren();
      delete element.dataset.key;
    }
    delete this.element.dataset.image;
    delete this.element.dataset.coarse;
  }

  private showCorners(texts: Corners): void {
    for (const name of cornerNames) showLines(this.corner[name], texts[name]);
    this.corner.bottomLeft.prepend(this.readout);
  }

  private showReadout(shown: ShownFrame, present: Presentation): void {
    const lines = this.pointer ? readout(this.pane, shown, present, this.pointer) : [];
    setText(this.readout, lines.join("\n"));
  }

  private showEdges(shown: ShownFrame): void {
    const { imageOrientation, patientOrientation } = shown.frame.instance;
    const orientation = orientationFrom(imageOrientation);
    const turn = screenToImageDirection(this.pane.view.get());
    const letters = orientation ? edgeLetters(orientation, turn) : projectionLetters(patientOrientation ?? [], turn);
    const hidden = this.viewer.annotation.get() === "none";
    for (const name of edgeNames) setText(this.edge[name], (!hidden && letters?.[name]) || "");
  }

  private draw(rect: Size, shown: ShownFrame, present: Presentation): void {
    const { viewer, pane } = this;
    const { toScreen } = present;
    const lines = referenceLines(viewer, pane);
    const cursor = viewer.linking.cursorIn(pane);
    const isBare = this.isBare(shown);
    // While scrolling through images without drawings of their own ruler and lines stay as they are.
    const plain = isBare ? this.plainDrawing(rect, shown, present, lines, cursor) : null;
    if (plain !== null && plain === this.drawn) return;
    this.drawn = plain;
    const context = this.drawings.begin(rect, isBare && lines.length === 0 && !cursor);
    if (!context) return;
    const spacing = pane.spacing(shown.frame);
    const across = Math.hypot(toScreen.a, toScreen.b) / spacing.column;
    this.drawSoftcopy(context, rect, shown, present);
    drawReferences(context, lines, cursor, toScreen);
    this.element.dataset.lines = String(lines.length);
    if (viewer.annotation.get() === "full") this.drawings.ruler(context, across, spacing);
    const selected = viewer.measurements.selected.get();
    const measured = viewer.measurements.on(shown.frame.key);
    this.labels.update(measured, toScreen, rect, (one) =>
      this.figures(one, shown));
    for (const one of measured) this.drawings.measurement(context, one, toScreen, one.id === selected);
  }

  /** No drawing belongs to the image. */
  private isBare({ frame }: ShownFrame): boolean {
    const softcopy = this.pane.softcopy(frame);
    const isPlain = !softcopy
      || (softcopy.overlays.length === 0 && !softcopy.shutter && softcopy.graphics.length === 0);
    return isPlain && this.viewer.measurements.on(frame.key).length === 0;
  }

  /** What stands for the drawings where they are ruler and lines alone. */
  private plainDrawing(
    { width, height }: Size, { frame }: ShownFrame, { toScreen }: Presentation, ...more: readonly unknown[]
  ): string {
    return JSON.stringify([width, height, toScreen, this.pane.spacing(frame), this.viewer.annotation.get(), more]);
  }

  private drawSoftcopy(
    context: CanvasRenderingContext2D, rect: Size, shown: ShownFrame, present: Presentation,
  ): void {
    const softcopy = this.pane.softcopy(shown.frame);
    if (!softcopy) return;
    const { toScreen, shape } = present;
    if (this.viewer.overlays.get()) {
      for (const plane of softcopy.overlays) drawOverlay(context, plane, toScreen);
      if (softcopy.shutter) drawShutter(context, softcopy.shutter, toScreen, rect, shape.aspect);
      for (const plane of softcopy.mask) drawOverlay(context, plane, toScreen);
    }
    const whole = { topLeft: { x: 0, y: 0 }, bottomRight: { x: shape.columns, y: shape.rows } };
    const area = softcopy.area ?? { ...whole, mode: "fit", magnification: 1 };
    drawGraphics(context, softcopy.graphics, toScreen, area);
  }

  private figures(one: Measurement, { frame }: ShownFrame): string {
    const set = this.pane.set.peek();
    if (!set) return "";
    const { spacing, contents } = this.viewer.measure(set, frame, one);
    return describeMeasurement(one, spacing, contents);
  }

  get look(): PaneLook | null {
    const presentation = this.shownPresentation;
    return presentation && { presentation, size: this.element.getBoundingClientRect() };
  }

  /** The part of the pane under the loupe, to be drawn over the rest. */
  loupeDrawing(drawing: PaneDrawing): PaneDrawing | null {
    const at = this.pane.loupe.get();
    this.loupe.hidden = at === null;
    if (!at) return null;
    const [left, top] = [at.x - LOUPE_PX / 2, at.y - LOUPE_PX / 2];
    this.loupe.style.transform = `translate(${left}px, ${top}px)`;
    const rect = {
      left: drawing.rect.left + left, top: drawing.rect.top + top, width: LOUPE_PX, height: LOUPE_PX,
    };
    const larger = compose(scaling(LOUPE_FACTOR, LOUPE_FACTOR), translation(-at.x, -at.y));
    const toScreen = compose(translation(LOUPE_PX / 2, LOUPE_PX / 2), compose(larger, drawing.shown.toScreen));
    return { ...drawing, rect, shown: { ...drawing.shown, toScreen } };
  }
}

function showLines(box: HTMLElement, lines: readonly Line[]): void {
  const key = JSON.stringify(lines);
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.replaceChildren(...lines.map((line) => h("div", { class: line.kind ?? "", text: line.text })));
}
