// SPDX-License-Identifier: Apache-2.0

import { Archive, InstancePath } from "../../api/archive";
import { isAbort } from "../../api/problem";
import { FrameDecoder } from "../../kernels/decoder";
import { ByteCache } from "./byte-cache";
import { CompressedForm, decodedPixels } from "./compressed";
import { FramePixels, framePixels, pixelHeaders } from "./pixels";

/** Where the pixels of a frame come from. */
export interface FrameSource {
  readonly key: string;
  readonly path: InstancePath;
  readonly number: number;
  /** How the stored frame can be fetched and decoded here; else the server decodes. */
  readonly compressed?: CompressedForm | null;
}

/** Browsers open six connections to a server over HTTP/1.1; one is the event stream's. */
const MOST_REQUESTS = 4;
const URGENT_EXTRA = 1;
const RETRY_AFTER_MS = 3_000;
/** After so many frames of an instance have failed, its others are asked for only when they are looked at. */
const MOST_FAULTS = 3;

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
  private readonly running = new Map<string, AbortController>();
  private readonly failures = new Map<string, Failure>();
  private readonly faults = new Map<string, number>();
  private visible = new Set<string>();
  private queue: readonly FrameSource[] = [];

  constructor(
    private readonly archive: Archive, private readonly cache: ByteCache<FramePixels>,
    private readonly changed: (key: string) => void, private readonly decoder = new FrameDecoder(),
  ) {}

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
    this.pump();
  }

  retry(key: string): void {
    this.failures.delete(key);
    this.pump();
  }

  stop(): void {
    this.queue = [];
    this.running.forEach((request) => request.abort());
    this.cache.clear();
    this.decoder.stop();
  }

  private pump(): void {
    for (const source of this.queue) {
      const urgent = this.visible.has(source.key);
      if (this.running.size >= MOST_REQUESTS + (urgent ? URGENT_EXTRA : 0)) return;
      const settled = this.cache.has(source.key) || this.running.has(source.key) || this.failures.has(source.key);
      const hopeless = !urgent && (this.faults.get(source.path.sop) ?? 0) >= MOST_FAULTS;
      if (!settled && !hopeless) void this.load(source, urgent);
    }
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
      const compressed = this.decoder.isAvailable ? source.compressed : null;
      const pixels = await (
        compressed ? this.decoded(source, compressed, options) : this.fetched(source, options)
      );
      this.cache.set(source.key, pixels, pixels.data.byteLength);
    } catch (error) {
      if (!isAbort(error)) this.failed(source, error);
    } finally {
      this.running.delete(source.key);
    }
    this.changed(source.key);
    this.pump();
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
