// SPDX-License-Identifier: Apache-2.0

import { Archive, InstancePath } from "../../api/archive";
import { isAbort } from "../../api/problem";
import { ByteCache } from "./byte-cache";
import { FramePixels, framePixels, pixelHeaders } from "./pixels";

/** Where the pixels of a frame come from. */
export interface FrameSource {
  readonly key: string;
  readonly path: InstancePath;
  readonly number: number;
}

/** Browsers open six connections to a server over HTTP/1.1; one is the event stream's. */
const MOST_REQUESTS = 4;
const URGENT_EXTRA = 1;
const RETRY_AFTER_MS = 3_000;
/** After so many frames of an instance have failed, its others are asked for only when they are looked at. */
const MOST_FAULTS = 3;

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
    private readonly changed: (key: string) => void,
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
      const response = await this.archive.pixels(source.path, source.number, { signal: request.signal, urgent });
      const pixels = framePixels(await response.arrayBuffer(), pixelHeaders(response.headers));
      this.cache.set(source.key, pixels, pixels.data.byteLength);
    } catch (error) {
      if (!isAbort(error)) this.failed(source, error);
    } finally {
      this.running.delete(source.key);
    }
    this.changed(source.key);
    this.pump();
  }
}
