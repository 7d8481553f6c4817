// SPDX-License-Identifier: Apache-2.0

import { batch, Signal } from "../../signals/signal";
import { FramePixels } from "../data/pixels";
import { Spacing, spacingOf } from "../geometry/spacing";
import { AutomaticWindow } from "./automatic-window";
import { Frame, FrameSet } from "./frame-set";
import { initialView, toFrame, ViewState, Window } from "./view-state";
import { headerWindows } from "./window";

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
  automatic = new AutomaticWindow(null);

  constructor(readonly index: number) {}

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
    this.direction = 1;
    batch(() => {
      this.cine.update((cine) => ({ ...cine, playing: false, open: false }));
      this.set.set(set);
      this.view.set(toFrame(initialView, frame, set?.frames.length ?? 0));
    });
  }

  /** The same set with more or fewer frames: the reader stays at the image at hand. */
  renew(set: FrameSet): void {
    const key = this.frame?.key;
    const at = set.frames.findIndex((frame) => frame.key === key);
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
    if (after !== before) this.direction = after > before ? 1 : -1;
  }

  scrollBy(steps: number): void {
    this.scrollTo(this.view.peek().frame + steps);
  }

  spacing(frame: Frame): Spacing {
    const { pixelSpacing, imagerPixelSpacing } = frame.instance;
    return spacingOf(pixelSpacing, imagerPixelSpacing, this.set.peek()?.series.modality ?? null);
  }

  /** The window in force: chosen by hand, or the first of the image, or over the values of the set seen so far. */
  window(shown: ShownFrame): Window {
    const chosen = this.view.peek().window;
    if (chosen) return chosen;
    const { windowCenter, windowWidth, windowExplanation } = shown.frame.instance;
    return headerWindows(windowCenter, windowWidth, windowExplanation)[0] ?? this.automaticWindow(shown);
  }

  automaticWindow(shown: ShownFrame): Window {
    this.automatic.count(shown.frame, shown.pixels);
    return this.automatic.window(shown.frame);
  }

  /** True where the window depends on the pixels that have come. */
  get isAutomatic(): boolean {
    const instance = this.shown?.frame.instance;
    return this.view.peek().window === null && !instance?.windowCenter?.length;
  }
}
