// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { toast } from "../components/toast";
import { t } from "../i18n/i18n";
import { ExportKind } from "./export/exporter";
import { Spacing } from "./geometry/spacing";
import { fitScale, Size } from "./geometry/viewport-transform";
import { toArea } from "./softcopy/displayed-area";
import { displayedArea, PresentationState, spatialTransform } from "./softcopy/presentation-state";
import { Layout, layouts } from "./state/layout";
import { flipHorizontal, flipVertical, resetView, rotate, Window } from "./state/view-state";
import { headerWindows, lutWindow, presetsFor } from "./state/window";
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
  const frame = pane.shown?.frame ?? pane.frame;
  const tables = (frame && pane.softcopy(frame)?.vois.map(lutWindow)) || [];
  return presetsFor([...header.slice(0, 3), ...tables.slice(0, 2)], pane.set.peek()?.series.modality ?? null);
}

/** What commands need of the page around the viewer. */
export interface Surroundings {
  showHelp(): void;
  leave(): void;
  calibrate(): void;
  save(): void;
  export(kind: ExportKind): void;
  sizeOf(pane: Pane): Size | null;
}

/** Everything that a key or a button can do, on the active pane. */
export class Commands {
  constructor(private readonly viewer: Viewer, private readonly surroundings: Surroundings) {}

  readonly showHelp = (): void => this.surroundings.showHelp();
  readonly leave = (): void => this.surroundings.leave();
  readonly export = (kind: ExportKind): void => this.surroundings.export(kind);
  readonly save = (): void => this.surroundings.save();
  readonly calibrate = (): void => this.surroundings.calibrate();

  private paneSize(pane: Pane): Size | null {
    return this.surroundings.sizeOf(pane);
  }

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
  /** Three planes through the series of the active pane, and back. */
  readonly toggleVolume = (): void => this.viewer.volumeOf.update((pane) => (pane ? null : this.pane));
  readonly comparePrior = (): void => {
    this.viewer.comparePrior().then(
      (found) => found || toast(t("There is no earlier study to compare with.")),
      (error: unknown) => toast(describe(error), "error"),
    );
  };

  readonly markKey = (): void => {
    const { shown, set } = this.pane;
    const of = set.peek();
    if (shown && of) this.viewer.keyImages.toggle(of, shown.frame);
  };

  readonly undo = (): void => this.viewer.measurements.undo();
  readonly redo = (): void => this.viewer.measurements.redo();
  readonly referenceLines = (): void => this.viewer.referenceLines.update((shown) => !shown);
  readonly link = (): void => this.viewer.linking.link();
  readonly unlink = (): void => this.viewer.linking.mode.set("off");
  readonly linkByPlace = (): void => this.viewer.linking.mode.set("place");
  readonly arrange = (layout: Layout): void => this.viewer.arrange(layout);
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

  readonly toggleMask = (): void => this.pane.toggleMask();
  readonly toggleOverlays = (): void => this.viewer.overlays.update((shown) => !shown);

  /** Shows the image as a presentation state says, or as before where null. */
  readonly applyState = (state: PresentationState | null): void => {
    const { pane } = this;
    const { shown } = pane;
    const size = this.paneSize(pane);
    if (!shown || !size) return;
    const target = { sop: shown.frame.instance.sopInstanceUID, frame: shown.frame.number };
    const turned = state ? spatialTransform(state) : {};
    const spacing = pane.spacing(shown.frame);
    const shape = { columns: shown.pixels.columns, rows: shown.pixels.rows, aspect: spacing.row / spacing.column };
    const area = state && displayedArea(state, target);
    pane.state.set(state);
    pane.change((view) => {
      const plain = { ...resetView(view), ...turned, smooth: view.smooth };
      return area ? toArea(plain, area, shape, size, spacing, this.viewer.scale.pixelsPerMillimetre.peek()) : plain;
    });
  };

  /** One image pixel is one pixel of the screen. */
  readonly oneToOne = (): void => this.magnify(() => 1 / (window.devicePixelRatio || 1));

  /** As large as in life, on a screen whose size is known. */
  readonly trueSize = (): void => {
    const scale = this.viewer.scale.pixelsPerMillimetre.peek();
    if (scale === null) this.calibrate();
    else this.magnify((spacing) => (spacing.unit === "mm" ? scale * spacing.column : null));
  };

  /** Sets the zoom so that an image column is so many CSS pixels wide. */
  private magnify(width: (spacing: Spacing) => number | null): void {
    const { pane } = this;
    const { shown } = pane;
    const size = this.paneSize(pane);
    if (!shown || !size) return;
    const spacing = pane.spacing(shown.frame);
    const wanted = width(spacing);
    if (wanted === null) return;
    const shape = { columns: shown.pixels.columns, rows: shown.pixels.rows, aspect: spacing.row / spacing.column };
    pane.change((view) => ({ ...view, zoom: wanted / fitScale(shape, size, view), pan: { x: 0, y: 0 } }));
  }

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
