// SPDX-License-Identifier: Apache-2.0

import { FramePixels, SampleArray } from "../data/pixels";
import { shaded } from "../render/shading";
import { VOIFunction, voiLine } from "../state/window";
import { Window } from "../state/view-state";
import { planReduction, reducedPixels } from "./bricks";
import { PlanesRequest, PlanesResponse } from "./planes-worker";
import { Vector3, plus, times } from "./vectors";
import { gather, PartValues, PlanePart, SampleKind, ownerOf, sharesOf } from "./volume-blocks";
import { directionInVolume, inVolume, isEven, reduced, VolumeGeometry } from "./volume-geometry";
import { PlaneDrawing, tooLarge, VolumeDrawer } from "./volume-drawer";

/** Workers, each with its share of the voxels. */
const MOST_WORKERS = 4;
/** Samples in a part of a plane, so that a hand that moves again is not kept waiting. */
const PART_SAMPLES = 2_500_000;
/** Parts that a worker has before it, so that it never waits. */
const PARTS_AHEAD = 2;
const kinds: readonly SampleKind[] = ["Int16Array", "Uint16Array", "Int8Array", "Uint8Array"];

/** The values of a plane; they stay while only the window changes. */
interface Cut {
  readonly key: string;
  readonly values: Float32Array;
  readonly counts: Float32Array | null;
}

interface Part {
  readonly cut: Cut;
  readonly start: number;
  readonly part: PlanePart;
}

/** What is being drawn. */
interface Picture {
  readonly planes: readonly PlaneDrawing[];
  readonly cuts: readonly Cut[];
  readonly parts: readonly Part[];
  /** For each worker, the next part to ask for. */
  readonly asked: number[];
  missing: number;
  readonly isMoving: boolean;
  readonly drawn: () => void;
}

/** Who waits for a slice. */
interface Asker {
  readonly take: (slice: number, pixels: FramePixels) => void;
  readonly done: () => void;
}

interface Ready {
  /** Of all images, but for the samples. */
  readonly like: Omit<FramePixels, "data">;
  readonly workers: readonly Worker[];
  readonly volume: VolumeGeometry;
  readonly factor: number;
  readonly bytes: number;
  readonly kind: SampleKind;
  readonly isEven: boolean;
}

/** Cuts planes by the processor, on all of its cores, where graphics would be its work too and take it far longer. */
export class ProcessorVolume implements VolumeDrawer {
  readonly canvas = document.createElement("canvas");
  readonly generation = 0;
  readonly keepsSamples = true;
  readonly movingSamples = 5_000_000;
  failure: string | null = null;
  private readonly context = this.canvas.getContext("2d", { alpha: false });
  private readonly slices = new Set<number>();
  private ready: Ready | null = null;
  private cuts: readonly Cut[] = [];
  private picture: Picture | null = null;
  private waiting: Parameters<VolumeDrawer["draw"]> | null = null;
  /** Numbers of parts begin anew with each picture: what comes of an earlier one is let go. */
  private first = 0;
  private places = "";
  private readonly askers = new Map<number, Asker[]>();

  constructor(
    private readonly volume: VolumeGeometry, private readonly budget: number, private readonly changed: () => void,
    private readonly open: () => Worker = () => new Worker("planes.js", { type: "module" }),
  ) {
    this.canvas.className = "gl";
    this.canvas.setAttribute("aria-hidden", "true");
  }

  get uploaded(): number {
    return this.slices.size;
  }

  get bytes(): number {
    return this.ready?.bytes ?? 0;
  }

  get factor(): number {
    return this.ready?.factor ?? 1;
  }

  get gives(): boolean {
    return this.ready?.factor === 1;
  }

  has(slice: number): boolean {
    return this.slices.has(slice);
  }

  async give(slices: readonly number[], take: (slice: number, pixels: FramePixels) => void): Promise<void> {
    const { ready } = this;
    if (!ready || ready.factor !== 1) return;
    await Promise.all(slices.filter((slice) => this.slices.has(slice)).map((slice) => new Promise<void>((done) => {
      const before = this.askers.get(slice);
      this.askers.set(slice, [...(before ?? []), { take, done }]);
      const owner = ownerOf(slice, ready.volume.heights.length, ready.workers.length);
      if (!before) this.ask(ready.workers[owner], { given: slice });
    })));
  }

  private given(slice: number, data: SampleArray | null): void {
    const askers = this.askers.get(slice) ?? [];
    this.askers.delete(slice);
    for (const { take, done } of askers) {
      if (data && this.ready) take(slice, { ...this.ready.like, data });
      done();
    }
  }

  upload(slice: number, pixels: FramePixels): boolean {
    const ready = this.ready ?? this.begin(pixels);
    if (!ready) return false;
    const own = reducedPixels(pixels, ready.factor);
    const { columns, rows } = ready.volume;
    if (own.columns !== columns || own.rows !== rows || kindOf(own) !== ready.kind) {
      this.failure = "Images of different kinds make no volume.";
      return false;
    }
    for (const share of sharesOf(slice, ready.workers.length)) {
      const copy = own.data.slice();
      this.ask(ready.workers[share], { slice, pixels: copy }, [copy.buffer as ArrayBuffer]);
    }
    this.slices.add(slice);
    // The values that were cut before know nothing of it.
    this.cuts = [];
    return true;
  }

  /** What moves is finished before the next is begun; what rests is given up for it. */
  draw(planes: readonly PlaneDrawing[], isMoving: boolean, drawn: () => void): void {
    const { ready } = this;
    if (!ready) return;
    if (this.picture?.isMoving) {
      this.waiting = [planes, isMoving, drawn];
      return;
    }
    const known = new Map(this.cuts.map((cut) => [cut.key, cut]));
    const parts: Part[] = [];
    const cuts = planes.map((plane) => {
      const { width, height } = plane.rect;
      const whole = this.part(ready, plane);
      const key = JSON.stringify(whole);
      const same = known.get(key);
      if (same) return same;
      const room = (): Float32Array => new Float32Array(width * height).fill(NaN);
      const cut = { key, values: room(), counts: plane.projection === "average" && plane.samples > 1 ? room() : null };
      const rows = Math.max(8, Math.floor(PART_SAMPLES / Math.max(1, width * plane.samples)));
      for (let row = 0; row < height; row += rows) {
        const start = plus(whole.start, whole.down, row);
        parts.push({
          cut, start: row * width, part: { ...whole, start, height: Math.min(rows, height - row) },
        });
      }
      return cut;
    });
    this.first += this.picture?.parts.length ?? 0;
    this.picture = {
      planes, cuts, parts, isMoving, drawn, asked: ready.workers.map(() => 0),
      missing: parts.length * ready.workers.length,
    };
    if (parts.length === 0) this.finish(this.picture);
    else ready.workers.forEach((_, worker) => this.askNext(ready, worker, PARTS_AHEAD));
  }

  dispose(): void {
    this.ready?.workers.forEach((worker) => worker.terminate());
    this.ready = null;
    this.picture = null;
    this.waiting = null;
    this.cuts = [];
    for (const slice of Array.from(this.askers.keys())) this.given(slice, null);
  }

  private ask(worker: Worker, request: PlanesRequest, transfer: Transferable[] = []): void {
    worker.postMessage(request, transfer);
  }

  private askNext({ workers }: Ready, worker: number, count: number): void {
    const { picture } = this;
    for (let i = 0; picture && i < count && picture.asked[worker] < picture.parts.length; i += 1) {
      const number = picture.asked[worker];
      picture.asked[worker] += 1;
      this.ask(workers[worker], { id: this.first + number, part: picture.parts[number].part });
    }
  }

  private arrived(worker: number, id: number, values: PartValues | null): void {
    const { picture, ready } = this;
    const part = picture?.parts[id - this.first];
    if (!picture || !ready || id < this.first || !part) return;
    const { cut, start } = part;
    if (values) {
      gather(cut.counts ? "average" : part.part.projection, cut.values, values.values, start);
      if (cut.counts && values.counts) gather("average", cut.counts, values.counts, start);
    }
    picture.missing -= 1;
    this.askNext(ready, worker, 1);
    if (picture.missing === 0) this.finish(picture);
  }

  private finish(picture: Picture): void {
    this.first += picture.parts.length;
    this.picture = null;
    const fresh = new Set(picture.parts.map(({ cut }) => cut));
    for (const { values, counts } of fresh) {
      if (counts) for (let i = 0; i < values.length; i += 1) values[i] /= counts[i];
    }
    this.cuts = picture.cuts;
    this.show(picture);
    picture.drawn();
    const next = this.waiting;
    this.waiting = null;
    if (next) this.draw(...next);
  }

  private show({ planes, cuts }: Picture): void {
    const { context, canvas } = this;
    if (!context) return;
    const places = JSON.stringify([canvas.width, canvas.height, planes.map(({ rect }) => rect)]);
    if (places !== this.places) {
      context.fillStyle = "#000";
      context.fillRect(0, 0, canvas.width, canvas.height);
      this.places = places;
    }
    planes.forEach((plane, at) => {
      const { left, bottom, width, height } = plane.rect;
      const image = new ImageData(width, height);
      shaded(cuts[at].values, { ...greyOf(plane), table: null }, new Uint32Array(image.data.buffer));
      context.putImageData(image, left, canvas.height - bottom - height);
    });
  }

  private part({ volume, isEven: even }: Ready, plane: PlaneDrawing): PlanePart {
    const { width, height } = plane.rect;
    const last = volume.heights.length - 1;
    const inSlices = ([x, y, z]: Vector3): Vector3 => [x, y, even ? (z * last) / volume.heights[last] : z];
    const [right, up, depth] = [plane.right, plane.up, plane.depth].map((one) =>
      inSlices(directionInVolume(volume, one)));
    const start = plus(plus(inSlices(inVolume(volume, plane.corner)), right, 0.5), up, height - 0.5);
    const projection = plane.samples > 1 ? plane.projection : "maximum";
    return { width, height, start, right, down: times(up, -1), depth, samples: plane.samples, projection };
  }

  private begin(like: FramePixels): Ready | null {
    const { columns, rows, heights } = this.volume;
    const kind = kindOf(like);
    const bytes = like.data.BYTES_PER_ELEMENT;
    const planned = planReduction(columns, rows, heights.length, bytes, this.budget, Infinity);
    if (!kind) this.failure = "Samples of more than 16 bits make no volume here.";
    else if (!planned) this.failure = tooLarge(this.volume, bytes, this.budget);
    if (!kind || !planned) return null;
    const volume = reduced(this.volume, planned.factor);
    const even = isEven(volume);
    const shares = Math.max(1, Math.min(MOST_WORKERS, navigator.hardwareConcurrency || 1));
    const workers = Array.from({ length: shares }, (_, share) => {
      const worker = this.open();
      worker.onmessage = ({ data }: MessageEvent<PlanesResponse>) => {
        if ("id" in data) this.arrived(share, data.id, data.values);
        else if ("given" in data) this.given(data.given, data.pixels);
        else this.fail(data.failure);
      };
      worker.onerror = (event) => this.fail(event.message);
      this.ask(worker, {
        shape: {
          columns: volume.columns, rows: volume.rows, slices: heights.length, kind, heights: even ? null : heights,
          share, shares,
        },
      });
      return worker;
    });
    const { data: _, ...kept } = like;
    this.ready = { like: kept, workers, volume, factor: planned.factor, bytes: planned.plan.bytes, kind, isEven: even };
    return this.ready;
  }

  private fail(reason: string): void {
    this.failure = reason;
    this.changed();
  }
}

function kindOf({ data }: FramePixels): SampleKind | null {
  return kinds.find((kind) => data.constructor.name === kind) ?? null;
}

function greyOf(
  plane: { window: Window; voi: VOIFunction; slope: number; intercept: number; inverted: boolean },
): { grey: readonly [number, number]; sigmoid: boolean; inverted: boolean } {
  const line = voiLine(plane.window, plane.voi);
  return {
    grey: [plane.slope * line.scale, plane.intercept * line.scale + line.offset], sigmoid: plane.voi === "SIGMOID",
    inverted: plane.inverted,
  };
}
