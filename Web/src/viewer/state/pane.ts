// SPDX-License-Identifier: Apache-2.0

import { DataSet } from "../../dicom/data-set";
import { batch, Signal } from "../../signals/signal";
import { FramePixels } from "../data/pixels";
import { Point } from "../geometry/affine";
import { Spacing } from "../geometry/spacing";
import { Size } from "../geometry/viewport-transform";
import { PresentationState } from "../softcopy/presentation-state";
import { Softcopy } from "../softcopy/softcopy";
import { spacingFor } from "./calibration";
import { AutomaticWindow } from "./automatic-window";
import { PlacedImage } from "./common-scale";
import { Frame, FrameSet } from "./frame-set";
import { Side } from "./usual-hanging";
import { initialView, toFrame, ViewState, Window } from "./view-state";
import { headerWindows, lutWindow } from "./window";

/** A frame with its pixels: what is really on the screen. */
export interface ShownFrame {
  readonly frame: Frame;
  readonly index: number;
  readonly pixels: FramePixels;
}

export interface CineState {
  readonly open: boolean;
  readonly playing: boolean;
  readonly fps: number;
}

/** One pane: which frame set it shows and how. Knows no element and no graphics. */
export class Pane {
  readonly set = new Signal<FrameSet | null>(null);
  readonly view = new Signal<ViewState>(initialView);
  readonly cine = new Signal<CineState>({ open: false, playing: false, fps: 12 });
  /** Which way the reader went last. */
  direction: 1 | -1 = 1;
  /** The last image that could be drawn; while the next one comes it stays. */
  readonly displayed = new Signal<ShownFrame | null>(null);
  /** Where the loupe stands, in CSS pixels of the pane. */
  readonly loupe = new Signal<Point | null>(null);
  automatic = new AutomaticWindow(null);
  /** Told when the reader went to another image. */
  scrolled: (pane: Pane) => void = () => undefined;

  /** At which edge the image stands, as long as nobody zooms or moves it. */
  side: Side = null;
  private standing = 0;
  private standingZoom = 1;
  /** The presentation state that is applied. */
  readonly state = new Signal<PresentationState | null>(null);
  /** Whether the image's own mask is subtracted; null where that is as the image says. */
  readonly isMasked = new Signal<boolean | null>(null);
  /** The window over what is left when the mask is subtracted. */
  differences = new AutomaticWindow(null);

  constructor(
    readonly index: number, private readonly details: (frame: Frame) => DataSet | null = () => null,
    private readonly softcopies: (
      frame: Frame, state: PresentationState | null, isMasked: boolean | null,
    ) => Softcopy | null = () => null,
  ) {}

  /** What the image, or the applied presentation state, says of how it is seen. */
  softcopy(frame: Frame): Softcopy | null {
    return this.softcopies(frame, this.state.get(), this.isMasked.get());
  }

  /** The reader subtracts the image's own mask, or no longer; what is left has values of its own. */
  toggleMask(): void {
    const mask = this.frame && this.softcopy(this.frame)?.ownMask;
    if (mask !== "on" && mask !== "off") return;
    batch(() => {
      this.isMasked.set(mask === "off");
      this.view.update((view) => ({ ...view, window: null }));
    });
  }

  /** The image's own mask is subtracted from the frame. */
  private isDifference(frame: Frame): boolean {
    const softcopy = this.softcopy(frame);
    return softcopy?.ownMask === "on" && softcopy.subtraction !== null;
  }

  get shown(): ShownFrame | null {
    return this.displayed.peek();
  }

  get count(): number {
    return this.set.peek()?.frames.length ?? 0;
  }

  /** The frame that the reader asked for. */
  get frame(): Frame | null {
    return this.set.peek()?.frames[this.view.peek().frame] ?? null;
  }

  open(set: FrameSet | null, frame = 0): void {
    this.displayed.set(null);
    this.automatic = new AutomaticWindow(set?.series.modality ?? null);
    this.differences = new AutomaticWindow(null);
    this.direction = 1;
    this.side = null;
    this.standingZoom = 1;
    batch(() => {
      this.state.set(null);
      this.isMasked.set(null);
      this.cine.update((cine) => ({ ...cine, playing: false, open: false }));
      this.set.set(set);
      this.view.set(toFrame(initialView, frame, set?.frames.length ?? 0));
    });
  }

  /** The same set with more or fewer frames: the reader stays at the image at hand. */
  renew(set: FrameSet, fromBeginning = false): void {
    const key = this.frame?.key;
    const at = fromBeginning ? 0 : set.frames.findIndex((frame) => frame.key === key);
    batch(() => {
      this.set.set(set);
      this.view.update((view) => toFrame(view, at >= 0 ? at : view.frame, set.frames.length));
    });
  }

  /** The pixels of the frame that was asked for are here. */
  display(pixels: FramePixels): void {
    const { frame, shown } = this;
    const index = this.view.peek().frame;
    if (!frame || (shown?.frame === frame && shown.index === index && shown.pixels === pixels)) return;
    this.displayed.set({ frame, index, pixels });
  }

  change(change: (view: ViewState) => ViewState): void {
    this.view.update(change);
  }

  scrollTo(frame: number): void {
    const before = this.view.peek().frame;
    this.view.update((view) => toFrame(view, frame, this.count));
    const after = this.view.peek().frame;
    if (after === before) return;
    this.direction = after > before ? 1 : -1;
    this.scrolled(this);
  }

  /** It stands at its edge, and nobody has zoomed or moved it. */
  get isStanding(): boolean {
    const { zoom, pan } = this.view.peek();
    return this.side !== null && (zoom === 1 || zoom === this.standingZoom) && pan.y === 0
      && (pan.x === 0 || pan.x === this.standing);
  }

  /** The image that is asked for in a place of that size; null where its size is not known. */
  placed(viewport: Size): PlacedImage | null {
    const { frame } = this;
    const { rows, columns } = frame?.instance ?? {};
    if (!frame || !rows || !columns) return null;
    const spacing = this.spacing(frame);
    const shape = { columns, rows, aspect: spacing.row / spacing.column };
    return { shape, spacing, viewport, view: this.view.peek() };
  }

  /** Shows the image with the scale of the others that stand beside it. */
  standAtScale(zoom: number): void {
    if (!this.isStanding || this.view.peek().zoom === zoom) return;
    this.standingZoom = zoom;
    this.view.update((view) => ({ ...view, zoom }));
  }

  /** Moves the image to its edge of a pane that is so wide. True where it stood elsewhere. */
  standAtEdge(width: number, imageWidth: number): boolean {
    const { pan } = this.view.peek();
    const free = Math.max(0, (width - imageWidth) / 2);
    if (!this.isStanding) return false;
    this.standing = this.side === "right" ? free : -free;
    if (pan.x === this.standing) return false;
    this.view.update((view) => ({ ...view, pan: { x: this.standing, y: 0 } }));
    return true;
  }

  scrollBy(steps: number): void {
    this.scrollTo(this.view.peek().frame + steps);
  }

  /** How long pixels are, near the given points of the image. */
  spacing(frame: Frame, points: readonly Point[] = []): Spacing {
    return spacingFor(frame, this.set.peek()?.series.modality ?? null, this.details(frame), points);
  }

  /** The window in force: chosen by hand, or the first of the image, or over the values of the set seen so far. */
  window(shown: ShownFrame): Window {
    const chosen = this.view.peek().window;
    if (chosen) return chosen;
    if (this.isDifference(shown.frame)) return this.differences.window(shown.frame);
    const softcopy = this.softcopy(shown.frame);
    if (softcopy?.window) return softcopy.window;
    if (softcopy?.vois[0] && (softcopy.state || !shown.frame.instance.windowCenter?.length)) {
      return lutWindow(softcopy.vois[0], 0);
    }
    const { windowCenter, windowWidth, windowExplanation } = shown.frame.instance;
    return headerWindows(windowCenter, windowWidth, windowExplanation)[0] ?? this.automaticWindow(shown);
  }

  automaticWindow(shown: ShownFrame): Window {
    if ((shown.pixels.reduction ?? 1) > 1) return AutomaticWindow.of(shown.frame, shown.pixels);
    if (this.isDifference(shown.frame)) return this.differences.window(shown.frame);
    this.automatic.count(shown.frame, shown.pixels);
    return this.automatic.window(shown.frame);
  }

  /** True where the window depends on the pixels that have come. */
  get isAutomatic(): boolean {
    const instance = this.shown?.frame.instance;
    const isGiven = this.shown && this.window(this.shown).name !== "Auto";
    return this.view.peek().window === null && !instance?.windowCenter?.length && !isGiven;
  }
}
