// SPDX-License-Identifier: Apache-2.0

import { Archive, InstancePath } from "../../api/archive";
import { isAbort } from "../../api/problem";
import { FrameDecoder } from "../../kernels/decoder";
import { FrameRecord } from "../../kernels/frame-record";
import { formOf } from "../../kernels/streaming";
import { ByteCache } from "./byte-cache";
import { CompressedForm, decodedPixels } from "./compressed";
import { FramePixels, framePixels, pixelHeaders } from "./pixels";
import { SeriesStreams, StreamedFrame, StreamPlace, StreamRun } from "./streams";

/** Where the pixels of a frame come from. */
export interface FrameSource {
  readonly key: string;
  readonly path: InstancePath;
  readonly number: number;
  /** How the stored frame can be fetched and decoded here; else the server decodes. */
  readonly compressed?: CompressedForm | null;
  /** Where the frame stands in the stream of its series; else it is asked for alone. */
  readonly stream?: StreamPlace | null;
  /** One with fewer pixels is asked for first where it is looked at. */
  readonly isLarge?: boolean;
}

/** Browsers open six connections to a server over HTTP/1.1; one is the event stream's. */
const MOST_REQUESTS = 4;
const URGENT_EXTRA = 1;
const RETRY_AFTER_MS = 3_000;
/** After so many frames of an instance have failed, its others are asked for only when they are looked at. */
const MOST_FAULTS = 3;
/** Fewer frames of a series are asked for one by one. */
const FEWEST_STREAMED = 4;
const MOST_STREAMS = 2;
/** Frames of one stream; shorter where several series take turns. */
const STREAM_FRAMES = 256;
const STREAM_FRAMES_OF_MANY = 64;
/** What comes among the next so many frames of a stream is not asked for alone. */
const SOON = 3;
/** A stream is not given up for another order before this. */
const STREAM_MS = 80;
const CONFLICT = 409;
/** First looks that are kept until their frames come. */
const MOST_COARSE = 16;

interface FetchOptions {
  readonly signal: AbortSignal;
  readonly urgent: boolean;
}

interface Failure {
  error: unknown;
  at: number;
}

/** Gets pixels in the order of demand, keeps them within a bound, gives up what nobody wants any longer. */
export class FrameLoader {
  /** Told when the series on the server has other members than the one that is shown. */
  onStale: () => void = () => undefined;
  private readonly running = new Map<string, AbortController>();
  private readonly failures = new Map<string, Failure>();
  private readonly faults = new Map<string, number>();
  /** First looks at large frames that are not here yet. */
  private readonly firstLooks = new Map<string, FramePixels>();
  /** Streams that the server does not give, by their address and mark. */
  private readonly refused = new Set<string>();
  private readonly streams: SeriesStreams;
  private visible = new Set<string>();
  private queue: readonly FrameSource[] = [];

  constructor(
    private readonly archive: Archive, private readonly cache: ByteCache<FramePixels>,
    private readonly changed: (key: string, isVisible: boolean) => void, private readonly decoder = new FrameDecoder(),
  ) {
    this.streams = new SeriesStreams({
      frame: (key, pixels) => this.streamed(key, pixels),
      ended: (run, status) => this.streamEnded(run, status),
    });
  }

  get limit(): number {
    return this.cache.limit;
  }

  get(key: string): FramePixels | undefined {
    return this.cache.get(key);
  }

  /** As `get`, without counting as a use. */
  peek(key: string): FramePixels | undefined {
    return this.cache.peek(key);
  }

  has(key: string): boolean {
    return this.cache.has(key);
  }

  /** A first look at a large frame, with fewer pixels, until the frame itself is here. */
  coarse(key: string): FramePixels | undefined {
    return this.firstLooks.get(key);
  }

  /** Takes pixels that came another way. */
  put(key: string, pixels: FramePixels): void {
    this.cache.set(key, pixels, pixels.data.byteLength);
    this.firstLooks.delete(key);
  }

  /** Takes a first look that comes another way. */
  async expectCoarse(key: string, coming: Promise<FrameRecord | null>): Promise<void> {
    const record = await coming;
    if (record) this.putCoarse(key, await this.pixelsOf(record));
  }

  private putCoarse(key: string, pixels: FramePixels): void {
    if (this.cache.has(key) || (pixels.reduction ?? 1) < 2) return;
    if (this.firstLooks.size >= MOST_COARSE) this.firstLooks.delete(Array.from(this.firstLooks.keys())[0]);
    this.firstLooks.set(key, pixels);
    this.changed(key, this.visible.has(key));
  }

  /** Waits for a frame that comes another way; until then nobody asks for it, but if it does not come somebody does. */
  async expect(key: string, coming: Promise<FrameRecord | null>): Promise<void> {
    this.running.set(key, new AbortController());
    try {
      const record = await coming;
      if (record) this.put(key, await this.pixelsOf(record));
    } catch {
      // As any other.
    } finally {
      this.running.delete(key);
    }
    this.changed(key, this.visible.has(key));
    this.pump();
  }

  private async pixelsOf({ header, payload }: FrameRecord): Promise<FramePixels> {
    const form = formOf(header);
    const samples = form ? await this.decoder.decode(payload.buffer as ArrayBuffer, form) : payload.buffer;
    return framePixels(samples as ArrayBuffer, header);
  }

  /** Frames whose pixels are here. */
  get count(): number {
    return this.cache.size;
  }

  /** Bytes of pixels per second, as far as is known. */
  get speed(): number {
    return this.streams.speed;
  }

  /** Gives pixels up that are kept elsewhere; they come again when they are asked for. */
  forget(keys: Iterable<string>): void {
    for (const key of keys) if (!this.visible.has(key)) this.cache.delete(key);
  }

  error(key: string): unknown {
    return this.failures.get(key)?.error;
  }

  /** What is looked at now, then what may be looked at next. */
  demand(visible: readonly FrameSource[], ahead: readonly FrameSource[]): void {
    this.visible = new Set(visible.map((source) => source.key));
    this.queue = [...visible, ...ahead];
    for (const key of this.visible) {
      const failure = this.failures.get(key);
      if (failure && Date.now() - failure.at > RETRY_AFTER_MS) this.failures.delete(key);
    }
    const wanted = new Set(this.queue.map((source) => source.key));
    for (const [key, request] of this.running) if (!wanted.has(key)) request.abort();
    this.endStreams(visible, wanted);
    this.pump();
  }

  retry(key: string): void {
    this.failures.delete(key);
    this.pump();
  }

  stop(): void {
    this.queue = [];
    this.running.forEach((request) => request.abort());
    this.streams.stop();
    this.cache.clear();
    this.firstLooks.clear();
    this.decoder.stop();
  }

  private pump(): void {
    const groups = new Map<string, StreamedFrame[]>();
    for (const source of this.queue) {
      const urgent = this.visible.has(source.key);
      if (this.isSettled(source.key) || this.comesSoon(source.key)) continue;
      const stream = this.streamOf(source);
      if (stream && !urgent) {
        if (this.streams.isComing(source.key)) continue;
        const group = groups.get(stream.address) ?? [];
        groups.set(stream.address, group);
        group.push({ key: source.key, stream });
        continue;
      }
      const hopeless = !urgent && (this.faults.get(source.path.sop) ?? 0) >= MOST_FAULTS;
      if (!hopeless && this.mayAsk(urgent)) void this.load(source, urgent);
    }
    this.beginStreams(groups);
  }

  private isSettled(key: string): boolean {
    return this.cache.has(key) || this.running.has(key) || this.failures.has(key);
  }

  private mayAsk(urgent: boolean): boolean {
    return this.running.size + this.streams.running.length < MOST_REQUESTS + (urgent ? URGENT_EXTRA : 0);
  }

  private streamOf({ stream }: FrameSource): StreamPlace | null {
    return stream && !this.refused.has(`${stream.address} ${stream.places.mark}`) ? stream : null;
  }

  private comesSoon(key: string): boolean {
    return this.streams.running.some(({ coming }) => {
      let ahead = 0;
      for (const next of coming) {
        if (next === key) return true;
        ahead += 1;
        if (ahead >= SOON) return false;
      }
      return false;
    });
  }

  /** Streams of what nobody wants end, and those that bring what is looked at too late: they begin anew from there. */
  private endStreams(visible: readonly FrameSource[], wanted: ReadonlySet<string>): void {
    const late = new Set(visible.flatMap((source) => {
      const stream = this.streamOf(source);
      return stream && !this.isSettled(source.key) && !this.comesSoon(source.key) ? [stream.address] : [];
    }));
    for (const run of this.streams.running) {
      const isYoung = performance.now() - run.begun < STREAM_MS;
      const isWanted = Array.from(run.coming).some((key) => wanted.has(key));
      if (!isWanted || (late.has(run.address) && !isYoung)) this.streams.end(run);
    }
  }

  private beginStreams(groups: Map<string, StreamedFrame[]>): void {
    const most = groups.size > MOST_STREAMS ? STREAM_FRAMES_OF_MANY : STREAM_FRAMES;
    for (const group of groups.values()) {
      // One stream of a series at a time, or the order would be lost.
      if (this.streams.running.some((run) => run.address === group[0].stream.address)) continue;
      if (group.length < FEWEST_STREAMED) this.askOneByOne(group);
      else if (this.streams.running.length < MOST_STREAMS && this.mayAsk(false)) {
        this.streams.begin(group.slice(0, most));
      }
    }
  }

  private askOneByOne(group: readonly StreamedFrame[]): void {
    const keys = new Set(group.map((frame) => frame.key));
    for (const source of this.queue) {
      if (keys.has(source.key) && !this.isSettled(source.key) && this.mayAsk(false)) void this.load(source, false);
    }
  }

  private streamed(key: string, pixels: FramePixels | Error): void {
    if (pixels instanceof Error) this.failures.set(key, { error: pixels, at: Date.now() });
    else this.put(key, pixels);
    this.changed(key, this.visible.has(key));
  }

  private streamEnded(run: StreamRun, status: number | null): void {
    if (status !== null) {
      for (const { stream } of this.queue) {
        if (stream?.address === run.address) this.refused.add(`${stream.address} ${stream.places.mark}`);
      }
      if (status === CONFLICT) this.onStale();
    }
    this.pump();
  }

  private failed(source: FrameSource, error: unknown): void {
    this.failures.set(source.key, { error, at: Date.now() });
    this.faults.set(source.path.sop, (this.faults.get(source.path.sop) ?? 0) + 1);
  }

  private async load(source: FrameSource, urgent: boolean): Promise<void> {
    const request = new AbortController();
    this.running.set(source.key, request);
    try {
      const options = { signal: request.signal, urgent };
      if (urgent && source.isLarge) await this.firstLook(source, request.signal);
      const compressed = this.decoder.isAvailable ? source.compressed : null;
      const pixels = await (
        compressed ? this.decoded(source, compressed, options) : this.fetched(source, options)
      );
      this.put(source.key, pixels);
    } catch (error) {
      if (!isAbort(error)) this.failed(source, error);
    } finally {
      this.running.delete(source.key);
    }
    this.changed(source.key, urgent);
    this.pump();
  }

  /** Asks for few pixels of a large frame. Without them the whole one is waited for. */
  private async firstLook({ key, path, number }: FrameSource, signal: AbortSignal): Promise<void> {
    if (this.firstLooks.has(key)) return;
    try {
      const response = await this.archive.pixels(path, number, { signal, urgent: true, coarse: true });
      this.putCoarse(key, framePixels(await response.arrayBuffer(), pixelHeaders(response.headers)));
    } catch (error) {
      if (isAbort(error)) throw error;
    }
  }

  /** Pixels that the server decodes. */
  private async fetched(source: FrameSource, options: FetchOptions): Promise<FramePixels> {
    const response = await this.archive.pixels(source.path, source.number, options);
    return framePixels(await response.arrayBuffer(), pixelHeaders(response.headers));
  }

  /** The stored frame, decoded here; where that cannot be done the server gets its try. */
  private async decoded(source: FrameSource, compressed: CompressedForm, options: FetchOptions): Promise<FramePixels> {
    try {
      const response = await this.archive.frame(source.path, source.number, { ...options, accept: compressed.accept });
      const samples = await this.decoder.decode(await response.arrayBuffer(), compressed.form);
      return decodedPixels(samples, compressed);
    } catch (error) {
      if (isAbort(error) || options.signal.aborted) throw error;
      return this.fetched(source, options);
    }
  }
}
