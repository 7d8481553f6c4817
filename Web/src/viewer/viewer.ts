// SPDX-License-Identifier: Apache-2.0

import { Archive } from "../api/archive";
import { StudyDetail } from "../api/types";
import { batch, Signal } from "../signals/signal";
import { cineRate } from "./cine/clock";
import { ByteCache } from "./data/byte-cache";
import { compressedForm } from "./data/compressed";
import { FrameLoader, FrameSource } from "./data/loader";
import { FramePixels } from "./data/pixels";
import { interleaved, prefetchOrder } from "./data/prefetch";
import { Frame, FrameSet, frameSets } from "./state/frame-set";
import { Layout, layouts, MOST_PANES, paneCount } from "./state/layout";
import { Measurements } from "./state/measurement";
import { Pane } from "./state/pane";
import { ToolName } from "./tools/tool";

export type AnnotationLevel = "full" | "minimal" | "none";

const PIXEL_BYTES_SMALL = 256 * 1024 * 1024;
const PIXEL_BYTES_LARGE = 768 * 1024 * 1024;
const PREFETCH_SHARE = 0.8;
const OPENING_BYTES = 64 * 1024 * 1024;

/** How much of memory decoded pixels may take, by what the browser says of the device. */
function pixelBytes(): number {
  const memory = (navigator as Navigator & { deviceMemory?: number }).deviceMemory ?? 8;
  return memory >= 8 ? PIXEL_BYTES_LARGE : PIXEL_BYTES_SMALL;
}

/** One open study: its frame sets, its panes, and where their pixels come from. */
export class Viewer {
  readonly study = new Signal<StudyDetail | null>(null);
  readonly sets = new Signal<readonly FrameSet[]>([]);
  readonly panes = Array.from({ length: MOST_PANES }, (_, index) => new Pane(index));
  readonly layout = new Signal<Layout>(layouts.single);
  readonly active = new Signal<Pane>(this.panes[0]);
  /** The pane that fills the place of all, or null. */
  readonly maximised = new Signal<Pane | null>(null);
  readonly tool = new Signal<ToolName>("window");
  readonly annotation = new Signal<AnnotationLevel>("full");
  readonly measurements = new Measurements();
  /** Counts frames that came or failed: who shows progress reads it. */
  readonly arrivals = new Signal(0);
  readonly loader: FrameLoader;

  constructor(archive: Archive, readonly studyUID: string) {
    const cache = new ByteCache<FramePixels>(pixelBytes());
    this.loader = new FrameLoader(archive, cache, () => this.arrivals.update((count) => count + 1));
  }

  get visiblePanes(): Pane[] {
    const alone = this.maximised.get();
    return alone ? [alone] : this.panes.slice(0, paneCount(this.layout.get()));
  }

  /** The study as the server has it now; panes stay at what they show. */
  take(study: StudyDetail): void {
    const first = this.study.peek() === null;
    this.study.set(study);
    const sets = frameSets(study.series);
    this.sets.set(sets);
    if (first) return;
    for (const pane of this.panes) {
      const shown = pane.set.peek();
      const same = sets.find((set) => set.id === shown?.id);
      if (same && shown) pane.renew(same);
      else if (shown) pane.open(null);
    }
  }

  open(pane: Pane, set: FrameSet, frame = 0): void {
    const first = set.frames[0]?.instance;
    batch(() => {
      pane.open(set, frame);
      if (first) pane.cine.set({ open: false, playing: false, fps: cineRate(first) });
      this.active.set(pane);
    });
  }

  /** The next or previous frame set in the active pane. */
  step(by: number): void {
    const sets = this.sets.peek();
    const pane = this.active.peek();
    const at = sets.findIndex((set) => set.id === pane.set.peek()?.id);
    const next = sets[at < 0 ? 0 : at + by];
    if (next) this.open(pane, next);
  }

  /** Changes the layout; panes that appear take the frame sets that nobody shows yet. */
  arrange(layout: Layout): void {
    this.maximised.set(null);
    this.layout.set(layout);
    const panes = this.panes.slice(0, paneCount(layout));
    const taken = new Set(panes.map((pane) => pane.set.peek()?.id));
    const free = this.sets.peek().filter((set) => !taken.has(set.id) && set.frames.length > 0);
    for (const pane of panes) {
      const set = pane.set.peek() ? undefined : free.shift();
      if (set) this.open(pane, set);
    }
    this.active.set(panes.includes(this.active.peek()) ? this.active.peek() : panes[0]);
  }

  toggleMaximised(pane: Pane): void {
    if (this.layout.peek() === layouts.single) return;
    this.maximised.update((alone) => (alone ? null : pane));
    this.active.set(pane);
  }

  /** Tells the loader what is looked at and what comes next: the active pane's set first, then the others in turn. */
  demand(): void {
    const panes = this.visiblePanes;
    const active = this.active.get();
    const inOrder = [active, ...panes.filter((pane) => pane !== active)].filter((pane) => panes.includes(pane));
    const visible = inOrder.flatMap((pane) => sources(this.studyUID, pane, [pane.view.get().frame]));
    const ahead = inOrder.map((pane) => this.ahead(pane, inOrder.length));
    this.loader.demand(visible, [...interleaved(ahead), ...this.openings()]);
  }

  /** The first frames of the sets that nobody shows yet, as many as fit: the next series then opens at once. */
  private openings(): FrameSource[] {
    const shown = new Set(this.visiblePanes.map((pane) => pane.set.get()?.id));
    const wanted: FrameSource[] = [];
    let bytes = 0;
    for (const set of this.sets.get()) {
      const [frame] = set.frames;
      if (!frame || shown.has(set.id)) continue;
      bytes += sizeOfFrame(frame);
      if (bytes > OPENING_BYTES) break;
      wanted.push(source(this.studyUID, set, frame));
    }
    return wanted;
  }

  loaded(set: FrameSet): number {
    return set.frames.reduce((count, frame) => count + Number(this.loader.has(frame.key)), 0);
  }

  private ahead(pane: Pane, share: number): FrameSource[] {
    const set = pane.set.get();
    if (!set || set.frames.length === 0) return [];
    const bytes = Math.max(1, sizeOfFrame(set.frames[0]));
    const most = Math.max(2, Math.floor((this.loader.limit * PREFETCH_SHARE) / share / bytes));
    const order = prefetchOrder(
      set.frames.length, pane.view.get().frame, pane.direction, Math.min(most, set.frames.length),
    );
    return sources(this.studyUID, pane, order);
  }
}

function sizeOfFrame(frame: Frame): number {
  const { rows, columns, samplesPerPixel, bitsAllocated } = frame.instance;
  return (rows ?? 512) * (columns ?? 512) * (samplesPerPixel ?? 1) * Math.ceil((bitsAllocated ?? 16) / 8);
}

function sources(study: string, pane: Pane, indexes: readonly number[]): FrameSource[] {
  const set = pane.set.get();
  if (!set) return [];
  return indexes.flatMap((index) => (set.frames[index] ? [source(study, set, set.frames[index])] : []));
}

function source(study: string, set: FrameSet, frame: Frame): FrameSource {
  const path = { study, series: set.series.seriesUID, sop: frame.instance.sopInstanceUID };
  return { key: frame.key, path, number: frame.number, compressed: compressedForm(frame.instance) };
}
