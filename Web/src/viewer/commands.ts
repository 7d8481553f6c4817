// SPDX-License-Identifier: Apache-2.0

import { layouts } from "./state/layout";
import { flipHorizontal, flipVertical, resetView, rotate, Window } from "./state/view-state";
import { headerWindows, presetsFor } from "./state/window";
import { Pane } from "./state/pane";
import { ToolName } from "./tools/tool";
import { AnnotationLevel, Viewer } from "./viewer";

const FAST_FRAMES = 10;
const nextLevel: Record<AnnotationLevel, AnnotationLevel> = { full: "minimal", minimal: "none", none: "full" };

/** What the number keys offer for the image of a pane, key 1 first. */
export function presets(pane: Pane): Window[] {
  const instance = (pane.shown?.frame ?? pane.frame)?.instance;
  if (!instance || (instance.samplesPerPixel ?? 1) > 1) return [];
  const header = headerWindows(instance.windowCenter, instance.windowWidth, instance.windowExplanation);
  return presetsFor(header, pane.set.peek()?.series.modality ?? null);
}

/** Everything that a key or a button can do, on the active pane. */
export class Commands {
  constructor(private readonly viewer: Viewer, readonly showHelp: () => void, readonly leave: () => void) {}

  private get pane(): Pane {
    return this.viewer.active.peek();
  }

  readonly chooseTool = (name: ToolName): void => this.viewer.tool.set(name);
  readonly next = (): void => this.pane.scrollBy(1);
  readonly previous = (): void => this.pane.scrollBy(-1);
  readonly nextFast = (): void => this.pane.scrollBy(FAST_FRAMES);
  readonly previousFast = (): void => this.pane.scrollBy(-FAST_FRAMES);
  readonly first = (): void => this.pane.scrollTo(0);
  readonly last = (): void => this.pane.scrollTo(this.pane.count - 1);
  readonly nextSeries = (): void => this.viewer.step(1);
  readonly previousSeries = (): void => this.viewer.step(-1);
  readonly rotateRight = (): void => this.pane.change((view) => rotate(view, true));
  readonly rotateLeft = (): void => this.pane.change((view) => rotate(view, false));
  readonly flipHorizontal = (): void => this.pane.change(flipHorizontal);
  readonly flipVertical = (): void => this.pane.change(flipVertical);
  readonly invert = (): void => this.pane.change((view) => ({ ...view, inverted: !view.inverted }));
  readonly smooth = (): void => this.pane.change((view) => ({ ...view, smooth: !view.smooth }));
  readonly annotate = (): void => this.viewer.annotation.update((level) => nextLevel[level]);
  readonly undo = (): void => this.viewer.measurements.undo();
  readonly single = (): void => this.viewer.arrange(layouts.single);
  readonly columns = (): void => this.viewer.arrange(layouts.columns);
  readonly rows = (): void => this.viewer.arrange(layouts.rows);
  readonly quad = (): void => this.viewer.arrange(layouts.quad);
  readonly maximise = (): void => this.viewer.toggleMaximised(this.pane);

  /** Zoom, position, window and turns as at first; the image at hand stays. */
  readonly reset = (): void => {
    this.pane.cine.update((cine) => ({ ...cine, playing: false }));
    this.pane.change(resetView);
  };

  readonly automaticWindow = (): void => {
    const { pane } = this;
    if (pane.shown?.pixels.samples !== 1) return;
    const window = pane.automaticWindow(pane.shown);
    pane.change((view) => ({ ...view, window }));
  };

  readonly preset = (number: number): void => {
    const window = presets(this.pane)[number - 1];
    if (window) this.pane.change((view) => ({ ...view, window }));
  };

  readonly toggleCine = (): void => {
    if (this.pane.count < 2) return;
    this.pane.cine.update((cine) => ({ ...cine, open: true, playing: !cine.playing }));
  };

  readonly deleteMeasurement = (): void => {
    const id = this.viewer.measurements.selected.peek();
    if (id !== null) this.viewer.measurements.remove(id);
  };
}
