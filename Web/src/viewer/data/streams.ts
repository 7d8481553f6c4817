// SPDX-License-Identifier: Apache-2.0

import { idleSeconds } from "../../api/activity";
import { IDLE_HEADER } from "../../api/http";
import { StreamRequest, StreamResponse } from "../../kernels/messages";
import { FramePixels, framePixels } from "./pixels";
import { SeriesPlaces, shortOrder } from "./series-places";

/** Where a frame stands in the stream of its series. */
export interface StreamPlace {
  /** Address of the stream. */
  readonly address: string;
  readonly places: SeriesPlaces;
  /** Counted over the whole series, from 0. */
  readonly number: number;
}

export interface StreamedFrame {
  readonly key: string;
  readonly stream: StreamPlace;
}

export interface StreamEvents {
  /** Pixels, or why there are none. */
  frame(key: string, pixels: FramePixels | Error): void;
  /** Nothing more comes; the status of an answer that was no stream, 0 where the connection broke, else null. */
  ended(run: StreamRun, status: number | null): void;
}

/** One running stream. */
export interface StreamRun {
  readonly address: string;
  /** Keys of the frames that have not come yet, in the order in which they come. */
  readonly coming: Set<string>;
  readonly begun: number;
}

interface Running extends StreamRun {
  readonly worker: Worker;
  readonly places: SeriesPlaces;
  bytes: number;
}

/** Workers that nobody has needed for so long are given up, with the memory that they have gathered. */
const IDLE_MS = 4_000;
/** Shorter streams say nothing of how fast the connection is. */
const LEAST_MEASURED_BYTES = 4 * 1024 * 1024;

/** Streams of series, each read and decoded in a worker of its own. */
export class SeriesStreams {
  private readonly idle: Worker[] = [];
  private readonly runs = new Map<number, Running>();
  private last = 0;
  private idleTimer: ReturnType<typeof setTimeout> | undefined;
  /** Bytes of pixels per second that the last longer stream brought; 0 before there was one. */
  speed = 0;

  constructor(
    private readonly events: StreamEvents,
    private readonly open: () => Worker = () => new Worker("decoder.js", { type: "module" }),
  ) {}

  get running(): readonly StreamRun[] {
    return Array.from(this.runs.values());
  }

  isComing(key: string): boolean {
    for (const run of this.runs.values()) if (run.coming.has(key)) return true;
    return false;
  }

  /** Asks for frames of one series in this order. */
  begin(frames: readonly StreamedFrame[]): void {
    const { address, places } = frames[0].stream;
    const worker = this.idle.pop() ?? this.worker();
    this.last += 1;
    const coming = new Set(frames.map((frame) => frame.key));
    this.runs.set(this.last, { address, places, coming, begun: performance.now(), worker, bytes: 0 });
    clearTimeout(this.idleTimer);
    const order = shortOrder(frames.map((frame) => frame.stream.number));
    const request: StreamRequest = {
      id: this.last, address: `${address}?order=${order}&of=${places.mark}`,
      headers: { [IDLE_HEADER]: String(idleSeconds()) },
    };
    worker.postMessage(request);
  }

  end(run: StreamRun): void {
    for (const [id, one] of this.runs) {
      if (one !== run) continue;
      const request: StreamRequest = { id, address: null };
      one.worker.postMessage(request);
      this.rest(id, one);
    }
  }

  stop(): void {
    for (const run of this.runs.values()) run.worker.terminate();
    for (const worker of this.idle) worker.terminate();
    clearTimeout(this.idleTimer);
    this.runs.clear();
    this.idle.length = 0;
  }

  private worker(): Worker {
    const worker = this.open();
    worker.onmessage = (event: MessageEvent<StreamResponse>) => this.take(event.data);
    worker.onerror = () => {
      for (const [id, run] of this.runs) if (run.worker === worker) this.finish(id, 0);
    };
    return worker;
  }

  private take(response: StreamResponse): void {
    const run = this.runs.get(response.id);
    if (!run) return;
    if (response.hasEnded) this.finish(response.id, response.status ?? (response.error === undefined ? null : 0));
    else this.arrived(run, response);
  }

  private finish(id: number, status: number | null): void {
    const run = this.runs.get(id);
    if (!run) return;
    this.rest(id, run);
    this.events.ended(run, status);
  }

  private rest(id: number, run: Running): void {
    if (run.bytes >= LEAST_MEASURED_BYTES) this.speed = (run.bytes * 1000) / Math.max(1, performance.now() - run.begun);
    this.runs.delete(id);
    this.idle.push(run.worker);
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => this.idle.splice(0).forEach((worker) => worker.terminate()), IDLE_MS);
  }

  private arrived(run: Running, { header, samples, error }: StreamResponse): void {
    const sop = header && run.places.instances[header.instance]?.sopInstanceUID;
    if (!header || !sop) return;
    const key = `${sop}/${header.frame + 1}`;
    run.coming.delete(key);
    run.bytes += samples?.byteLength ?? 0;
    if (!samples) {
      this.events.frame(key, new Error(error ?? ""));
      return;
    }
    try {
      this.events.frame(key, framePixels(samples, header));
    } catch (failure) {
      this.events.frame(key, failure instanceof Error ? failure : new Error(String(failure)));
    }
  }
}
