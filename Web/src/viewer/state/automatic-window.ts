// SPDX-License-Identifier: Apache-2.0

import { FramePixels } from "../data/pixels";
import { Frame } from "./frame-set";
import { Window } from "./view-state";
import { autoWindow, widened } from "./window";

/** Modalities whose images are exposures of their own, each as bright as it came out. */
const exposures = new Set(["CR", "DX", "MG", "IO", "PX", "RG", "XC", "OT", "SC"]);

/**
 * The window for images that carry none: over the values of all frames of the set that have come, so that the slices of
 * a volume stay comparable; for single exposures each over its own.
 */
export class AutomaticWindow {
  private readonly own = new Map<string, Window>();
  private together: Window | undefined;
  private readonly isEach: boolean;

  constructor(modality: string | null) {
    this.isEach = exposures.has(modality ?? "");
  }

  /** Over the values of one frame. */
  static of({ instance }: Frame, { data }: FramePixels): Window {
    const { rescaleSlope, rescaleIntercept, pixelPaddingValue } = instance;
    return autoWindow(data, rescaleSlope ?? 1, rescaleIntercept ?? 0, pixelPaddingValue ?? null);
  }

  /** Takes the values of a frame into account, once. */
  count(frame: Frame, pixels: FramePixels): void {
    if (this.own.has(frame.key) || pixels.samples !== 1) return;
    const window = AutomaticWindow.of(frame, pixels);
    this.own.set(frame.key, window);
    this.together = widened(this.together, window);
  }

  window(frame: Frame): Window {
    const window = this.isEach ? this.own.get(frame.key) : this.together;
    return window ?? { center: 0, width: 1, name: "Auto" };
  }
}
