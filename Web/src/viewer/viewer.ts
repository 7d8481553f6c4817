// SPDX-License-Identifier: Apache-2.0

import { Archive, InstancePath, streamAddress } from "../api/archive";
import { Opening } from "../api/opening";
import { InstanceInfo, StudyDetail, StudySummary } from "../api/types";
import { DataSet, text } from "../dicom/data-set";
import { storedUnit, SUV, suvFactor } from "../dicom/suv";
import { batch, Signal, untracked } from "../signals/signal";
import { cineRate } from "./cine/clock";
import { ByteCache } from "./data/byte-cache";
import { compressedForm } from "./data/compressed";
import { Details, REST_MS } from "./data/details";
import { FrameLoader, FrameSource } from "./data/loader";
import { FramePixels } from "./data/pixels";
import { interleaved, prefetchOrder } from "./data/prefetch";
import { canBeStreamed, placesOf } from "./data/series-places";
import { StreamPlace } from "./data/streams";
import { Point } from "./geometry/affine";
import { areaKinds } from "./geometry/shapes";
import { Spacing } from "./geometry/spacing";
import { spacingFor } from "./state/calibration";
import { KeyImages } from "./state/key-images";
import { PresentationState, presentationState, presentationStateClasses } from "./softcopy/presentation-state";
import { isParticular, SoftcopyReader } from "./softcopy/softcopy";
import { refusedSubtraction } from "./softcopy/subtraction";
import { describePane, setFor } from "./state/hanging";
import { PriorStudies } from "./state/prior-studies";
import { Frame, FrameSet, frameSets } from "./state/frame-set";
import { FrameInfo, frameInfos } from "./state/functional-groups";
import { Layout, layouts, MOST_PANES, paneCount } from "./state/layout";
import { Contents } from "./overlay/describe-measurement";
import { valueUnit } from "./overlay/readout";
import { Linking } from "./state/linking";
import { COMPREHENSIVE_SR_CLASS } from "./writing/measurement-report";
import { KEY_OBJECT_CLASS } from "./writing/key-objects";
import { readMeasurements } from "./writing/read-measurements";
import { Measurement, Measurements } from "./state/measurement";
import { Pane } from "./state/pane";
import { Statistics, statisticsOf } from "./state/statistics";
import { ScreenScale } from "./state/screen-scale";
import { ToolName } from "./tools/tool";

export type AnnotationLevel = "full" | "minimal" | "none";

const PIXEL_BYTES_SMALL = 256 * 1024 * 1024;
const PIXEL_BYTES_LARGE = 768 * 1024 * 1024;
const MOST_OBJECTS = 100;
const keyObjectClasses = new Set([KEY_OBJECT_CLASS]);
const reportClasses = new Set([
  "1.2.840.10008.5.1.4.1.1.88.22", COMPREHENSIVE_SR_CLASS, "1.2.840.10008.5.1.4.1.1.88.34",
]);
const PREFETCH_SHARE = 0.8;
const OPENING_BYTES = 64 * 1024 * 1024;
/** Images that are here nearly as soon as the index: the page is made once, with them. */
const SMALL_BYTES = 4 * 1024 * 1024;
/** The server has a first look at frames with more pixels. */
const LARGE_PIXELS = 4_000_000;
/** What is fetched ahead waits so long for the first image at most. */
const BEGIN_MS = 1_000;
/** Between two times that the page is told what has come ahead of the reader. */
const ARRIVALS_MS = 60;

/** How much of memory decoded pixels may take, by what the browser says of the device. */
function pixelBytes(): number {
  const memory = (navigator as Navigator & { deviceMemory?: number }).deviceMemory ?? 8;
  return memory >= 8 ? PIXEL_BYTES_LARGE : PIXEL_BYTES_SMALL;
}

/** One open study: its frame sets, its panes, and where their pixels come from. */
export class Viewer {
  readonly study = new Signal<StudyDetail | null>(null);
  readonly sets = new Signal<readonly FrameSet[]>([]);
  readonly priors: PriorStudies;
  readonly details: Details;
  private readonly softcopies: SoftcopyReader;
  readonly panes = Array.from(
    { length: MOST_PANES }, (_, index) => new Pane(
      index, (frame) => this.details.peek(frame.instance.sopInstanceUID),
      (frame, state, isMasked) => this.softcopies.of(frame, state, isMasked),
    ),
  );
  readonly layout = new Signal<Layout>(layouts.single);
  readonly active = new Signal<Pane>(this.panes[0]);
  /** The pane that fills the place of all, or null. */
  readonly maximised = new Signal<Pane | null>(null);
  readonly tool = new Signal<ToolName>("window");
  readonly annotation = new Signal<AnnotationLevel>("full");
  readonly measurements = new Measurements();
  readonly keyImages = new KeyImages();
  readonly linking = new Linking(() => untracked(() => this.visiblePanes), (frame) => this.frameOfReference(frame));
  readonly referenceLines = new Signal(true);
  /** Frames that a volume waits for. */
  readonly volumeNeeds = new Signal<readonly { set: FrameSet; frame: Frame }[]>([]);
  /** The keys of frames that a volume keeps in graphics memory, and whose pixels nobody else needs meanwhile. */
  readonly volumeHolds = new Signal<ReadonlySet<string>>(new Set());
  /** The pane whose series is shown as a volume, or null. */
  readonly volumeOf = new Signal<Pane | null>(null);
  /** Overlays and shutters are shown. */
  readonly overlays = new Signal(true);
  /** The presentation states of the study. */
  readonly states = new Signal<readonly PresentationState[]>([]);
  /** By the points, which every change makes anew. */
  private readonly statistics = new WeakMap<readonly Point[], Statistics>();
  readonly scale = ScreenScale.ofThisScreen();
  /** The first image is on the screen, or does not come soon: nothing is fetched ahead before. */
  readonly hasBegun = new Signal(false);
  /** Counts frames that came or failed: who shows progress reads it. */
  readonly arrivals = new Signal(0);
  readonly loader: FrameLoader;
  private readonly frames = new Map<string, FrameInfo[]>();
  private rest: ReturnType<typeof setTimeout> | undefined;
  private telling: ReturnType<typeof setTimeout> | undefined;
  private beginning: ReturnType<typeof setTimeout> | undefined;

  constructor(archive: Archive, readonly studyUID: string) {
    const cache = new ByteCache<FramePixels>(pixelBytes());
    this.loader = new FrameLoader(archive, cache, (_, isVisible) => this.arrived(isVisible));
    this.details = new Details(archive);
    this.priors = new PriorStudies(archive);
    this.softcopies = new SoftcopyReader(this.details);
    for (const pane of this.panes) pane.scrolled = () => this.linking.follow(pane);
  }

  stop(): void {
    this.loader.stop();
    this.details.stop();
    this.priors.stop();
    clearTimeout(this.rest);
    clearTimeout(this.telling);
    clearTimeout(this.beginning);
  }

  /** What is looked at is told of at once, the others together, so that a stream of them leaves the page its time. */
  private arrived(isVisible: boolean): void {
    if (!isVisible) {
      this.telling ??= setTimeout(() => this.arrived(true), ARRIVALS_MS);
      return;
    }
    clearTimeout(this.telling);
    this.telling = undefined;
    this.arrivals.update((count) => count + 1);
  }

  /** Where the attributes of a frame's instance are. */
  path(set: FrameSet, frame: Frame): InstancePath {
    return { study: set.study, series: set.series.seriesUID, sop: frame.instance.sopInstanceUID };
  }

  private frameOfReference(frame: Frame): string | null {
    const { frameOfReferenceUID, sopInstanceUID } = frame.instance;
    return frameOfReferenceUID ?? text(this.details.peek(sopInstanceUID), "00200052");
  }

  /** SUV by body weight, where the images are of a PET series. */
  private suv(set: FrameSet): SUV | null {
    if (set.series.modality !== "PT" || !set.frames[0]) return null;
    const image = this.details.want(this.path(set, set.frames[0]));
    return image ? suvFactor(image) : null;
  }

  /** The scale where something is drawn, and what an area contains. */
  measure(set: FrameSet, frame: Frame, one: Measurement): { spacing: Spacing; contents: Contents | null } {
    const details = this.details.peek(frame.instance.sopInstanceUID);
    const spacing = spacingFor(frame, set.series.modality, details, one.points);
    return { spacing, contents: this.contents(set, frame, one) };
  }

  private contents(set: FrameSet, frame: Frame, one: Measurement): Contents | null {
    const pixels = this.loader.peek(frame.key);
    if (!pixels || !areaKinds.has(one.kind) || one.points.length < 2) return null;
    const { rescaleSlope, rescaleIntercept, rescaleType, pixelPaddingValue } = frame.instance;
    const known = this.statistics.get(one.points);
    const statistics = known ?? statisticsOf(
      pixels, one.kind, one.points, rescaleSlope ?? 1, rescaleIntercept ?? 0, pixelPaddingValue ?? null,
    );
    if (!statistics) return null;
    this.statistics.set(one.points, statistics);
    const suv = this.suv(set);
    const first = suv && this.details.peek(set.frames[0].instance.sopInstanceUID);
    const unit = first ? storedUnit(first) : valueUnit(rescaleType, set.series.modality);
    const also = suv && (suv.factor === null
      ? { factor: 0, unit: "", reason: suv.reason } : { factor: suv.factor, unit: "SUVbw" });
    return { statistics, unit, ...(also ? { also } : {}) };
  }

  /** What is the same for all images of the shown sets, such as the frame of reference, is asked for at once. */
  wantDetails(): void {
    for (const pane of this.visiblePanes) {
      const set = pane.set.get();
      const first = set?.frames[0];
      const frame = set?.frames[pane.view.get().frame];
      if (!set || !first || !frame) continue;
      const known = this.details.want(this.path(set, first));
      if (known && isParticular(known)) this.details.want(this.path(set, frame));
    }
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.wantResting(), REST_MS);
  }

  /** What is particular to the images that the reader stays at. */
  private wantResting(): void {
    for (const pane of this.visiblePanes) {
      const [set, frame] = [pane.set.peek(), pane.frame];
      if (set && frame) this.details.want(this.path(set, frame));
    }
  }

  /** Gets what the frames of enhanced objects say of themselves; panes stay at the frames that they show. */
  private async readFrames(study: StudyDetail): Promise<void> {
    for (const series of study.series) {
      for (const instance of series.instances) {
        const { sopInstanceUID: sop, numberOfFrames, isImage } = instance;
        if (!isImage || (numberOfFrames ?? 1) < 2 || this.frames.has(sop)) continue;
        const set = await this.details.whole({ study: study.study.studyUID, series: series.seriesUID, sop });
        const infos = set && frameInfos(instance, set);
        if (!infos) continue;
        this.frames.set(sop, infos);
        batch(() => {
          this.arrangeSets();
          this.renewPanes(true);
        });
      }
    }
  }

  /** Gets presentation states, key object selections and measurements of the study. */
  private async readObjects(study: StudyDetail): Promise<void> {
    const of = async (classes: ReadonlySet<string>): Promise<DataSet[]> => {
      const wanted = study.series.flatMap((series) => series.instances.flatMap((instance) =>
        (classes.has(instance.sopClassUID)
          ? [{ study: study.study.studyUID, series: series.seriesUID, sop: instance.sopInstanceUID }] : [])));
      const sets = await Promise.all(wanted.slice(0, MOST_OBJECTS).map((path) => this.details.whole(path)));
      return sets.filter((set): set is DataSet => set !== null);
    };
    const states = (await of(presentationStateClasses)).map(presentationState);
    this.states.set(states.sort((p, q) => (p.created < q.created ? 1 : -1)));
    this.keyImages.take(await of(keyObjectClasses));
    for (const report of await of(reportClasses)) {
      this.measurements.take(text(report, "00080018") ?? "", readMeasurements(report));
    }
  }

  get visiblePanes(): Pane[] {
    const alone = this.maximised.get();
    return alone ? [alone] : this.panes.slice(0, paneCount(this.layout.get()));
  }

  /** Keeps the image that comes with the index of the study. A large one comes while the page is made. */
  async keep({ detail, first, header, coarse, image }: Opening): Promise<void> {
    const series = detail.series.find((one) => one.seriesUID === first);
    const instance = header && series?.instances[header.instance];
    if (!header || !instance) return;
    const key = `${instance.sopInstanceUID}/${header.frame + 1}`;
    // A first look that cannot be read is no loss.
    this.loader.expectCoarse(key, coarse).catch(() => undefined);
    const kept = this.loader.expect(key, image);
    if (sizeOfImage(instance) <= SMALL_BYTES) await kept;
  }

  /** The study as the server has it now; panes stay at what they show. */
  take(study: StudyDetail): void {
    const first = this.study.peek() === null;
    this.study.set(study);
    this.arrangeSets();
    void this.readObjects(study);
    void this.readFrames(study);
    if (first) {
      this.beginning = setTimeout(() => this.hasBegun.set(true), BEGIN_MS);
      return;
    }
    this.renewPanes();
  }

  private arrangeSets(): void {
    const study = this.study.peek();
    if (study) this.sets.set(frameSets(study.study.studyUID, study.series, this.frames));
  }

  /** In a new order, who has not scrolled yet stays at the beginning. */
  private renewPanes(isNewOrder = false): void {
    const sets = this.sets.peek();
    for (const pane of this.panes) {
      const shown = pane.set.peek();
      const same = sets.find((set) => set.id === shown?.id);
      if (same && shown) pane.renew(same, isNewOrder && pane.view.peek().frame === 0);
      else if (shown?.study === this.studyUID) pane.open(null);
    }
  }

  /** Opens an image in the active pane, or in the next one where a report is being read. False where it is not here. */
  showImage(sop: string, number: number): boolean {
    for (const set of this.allSets) {
      const index = set.frames.findIndex((frame) =>
        frame.instance.sopInstanceUID === sop && frame.number === number);
      if (index < 0) continue;
      const active = this.active.peek();
      const isReading = active.set.peek()?.frames.length === 0;
      if (isReading && paneCount(this.layout.peek()) === 1) this.arrange(layouts.columns);
      const panes = untracked(() => this.visiblePanes);
      const pane = isReading ? panes.find((one) => one !== active) ?? active : active;
      this.open(pane, set, index);
      return true;
    }
    return false;
  }

  /** The study that a set is of: the current one, or an earlier one. */
  studyOf(set: FrameSet): StudySummary | null {
    const study = this.study.peek()?.study;
    return study?.studyUID === set.study ? study : this.priors.summary(set.study);
  }

  /** The sets of the current study and of the earlier ones that were opened. */
  get allSets(): readonly FrameSet[] {
    return [...this.sets.peek(), ...this.priors.all.peek().flatMap((prior) => prior.sets ?? [])];
  }

  /** Shows the next earlier study beside the current one: the series of it that is most like the one at hand. */
  async comparePrior(): Promise<boolean> {
    const priors = this.priors.all.peek();
    const current = this.panes.find((pane) => pane.set.peek()?.study === this.studyUID && pane.shown);
    const set = current?.set.peek();
    if (priors.length === 0 || !current || !set) return false;
    const other = this.panes.slice(0, Math.max(2, paneCount(this.layout.peek()))).find((pane) => pane !== current);
    const at = priors.findIndex((prior) => prior.study.studyUID === other?.set.peek()?.study);
    const next = priors[(at + 1) % priors.length];
    const sets = await this.priors.open(next.study.studyUID);
    const like = setFor(describePane(set, this.sets.peek(), 0, null, false), sets)
      ?? sets.find((one) => one.frames.length > 0);
    if (!like || !other) return false;
    if (paneCount(this.layout.peek()) === 1) this.arrange(layouts.columns);
    this.open(other, like);
    this.active.set(current);
    return true;
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
    if (paneCount(this.layout.peek()) === 1) return;
    this.maximised.update((alone) => (alone ? null : pane));
    this.active.set(pane);
  }

  /** Tells the loader what is looked at and what comes next: the active pane's set first, then the others in turn. */
  demand(): void {
    this.wantDetails();
    const panes = this.visiblePanes;
    const active = this.active.get();
    const inOrder = [active, ...panes.filter((pane) => pane !== active)].filter((pane) => panes.includes(pane));
    const visible = inOrder.flatMap((pane) => sources(pane, [pane.view.get().frame, ...subtracted(pane)]));
    if (!this.hasBegun.get()) {
      this.loader.demand(visible, []);
      return;
    }
    const ahead = inOrder.map((pane) => this.ahead(pane, inOrder.length));
    const volume = this.volumeNeeds.get().map(({ set, frame }) => source(set, frame));
    this.loader.demand(visible, [...volume, ...interleaved(ahead), ...this.openings()]);
  }

  /** The first frames of the sets that nobody shows yet, as many as fit: the next series then opens at once. */
  private openings(): FrameSource[] {
    const shown = new Set(this.visiblePanes.map((pane) => pane.set.get()?.id));
    const wanted: FrameSource[] = [];
    let bytes = 0;
    const priors = this.priors.all.get().flatMap((prior) => prior.sets ?? []);
    for (const set of [...this.sets.get(), ...priors]) {
      const [frame] = set.frames;
      if (!frame || shown.has(set.id)) continue;
      bytes += sizeOfFrame(frame);
      if (bytes > OPENING_BYTES) break;
      wanted.push(source(set, frame));
    }
    return wanted;
  }

  loaded(set: FrameSet): number {
    const held = this.volumeHolds.get();
    return set.frames.reduce((count, { key }) => count + Number(this.loader.has(key) || held.has(key)), 0);
  }

  private ahead(pane: Pane, share: number): FrameSource[] {
    const set = pane.set.get();
    if (!set || set.frames.length === 0) return [];
    const bytes = Math.max(1, sizeOfFrame(set.frames[0]));
    const most = Math.max(2, Math.floor((this.loader.limit * PREFETCH_SHARE) / share / bytes));
    const order = prefetchOrder(
      set.frames.length, pane.view.get().frame, pane.direction, Math.min(most, set.frames.length),
    );
    const held = this.volumeHolds.get();
    return sources(pane, order).filter(({ key }) => !held.has(key));
  }
}

function sizeOfFrame({ instance }: Frame): number {
  return sizeOfImage(instance);
}

function sizeOfImage({ rows, columns, samplesPerPixel, bitsAllocated }: InstanceInfo): number {
  return (rows ?? 512) * (columns ?? 512) * (samplesPerPixel ?? 1) * Math.ceil((bitsAllocated ?? 16) / 8);
}

function sources(pane: Pane, indexes: readonly number[]): FrameSource[] {
  const set = pane.set.get();
  if (!set) return [];
  return indexes.flatMap((index) => (set.frames[index] ? [source(set, set.frames[index])] : []));
}

/** Where the frames stand that a presentation state subtracts from the one that is shown, or averages with it. */
function subtracted(pane: Pane): number[] {
  const { frame } = pane;
  const subtraction = frame && pane.softcopy(frame)?.subtraction;
  if (!frame || !subtraction || subtraction === refusedSubtraction) return [];
  const numbers = new Set([...subtraction.masks, ...subtraction.contrasts]);
  return (pane.set.get()?.frames ?? []).flatMap((one, index) =>
    (one.instance.sopInstanceUID === frame.instance.sopInstanceUID && numbers.has(one.number) ? [index] : []));
}

/** Made once: what is fetched ahead is told anew with every image that is scrolled to. */
const madeSources = new WeakMap<Frame, FrameSource>();

function source(set: FrameSet, frame: Frame): FrameSource {
  const known = madeSources.get(frame);
  if (known) return known;
  const made = newSource(set, frame);
  madeSources.set(frame, made);
  return made;
}

function newSource(set: FrameSet, frame: Frame): FrameSource {
  const path = { study: set.study, series: set.series.seriesUID, sop: frame.instance.sopInstanceUID };
  return {
    key: frame.key, path, number: frame.number, compressed: compressedForm(frame.instance), stream: place(set, frame),
    isLarge: (frame.instance.rows ?? 0) * (frame.instance.columns ?? 0) > LARGE_PIXELS,
  };
}

function place(set: FrameSet, frame: Frame): StreamPlace | null {
  if (!canBeStreamed(frame.instance)) return null;
  const places = placesOf(set.series);
  const start = places.starts.get(frame.instance.sopInstanceUID);
  if (start === undefined) return null;
  return { address: streamAddress(set.study, set.series.seriesUID), places, number: start + frame.number - 1 };
}
