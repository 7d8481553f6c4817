// SPDX-License-Identifier: Apache-2.0

import { DecodeRequest, DecodeResponse, FrameForm } from "./messages";

interface Waiting {
  resolve(samples: ArrayBuffer): void;
  reject(error: Error): void;
}

/** Decodes compressed frames in a worker, so that the page never waits. */
export class FrameDecoder {
  /** False once the worker or its module could not be loaded: the server decodes then. */
  isAvailable = true;
  private readonly waiting = new Map<number, Waiting>();
  private worker: Worker | null = null;
  private last = 0;

  constructor(private readonly open: () => Worker = () => new Worker("decoder.js", { type: "module" })) {}

  /** Little endian samples of the frame. The stream is handed over and is gone. */
  decode(stream: ArrayBuffer, form: FrameForm): Promise<ArrayBuffer> {
    return new Promise((resolve, reject) => {
      this.last += 1;
      const request: DecodeRequest = { id: this.last, stream, form };
      this.waiting.set(request.id, { resolve, reject });
      try {
        this.worker ??= this.start();
        this.worker.postMessage(request, [stream]);
      } catch (error) {
        this.fail(error instanceof Error ? error.message : String(error));
      }
    });
  }

  stop(): void {
    this.worker?.terminate();
    this.worker = null;
    this.fail("The viewer was closed.", true);
  }

  private start(): Worker {
    const worker = this.open();
    worker.onmessage = (event: MessageEvent<DecodeResponse>) => this.take(event.data);
    worker.onerror = (event) => this.fail(event.message);
    return worker;
  }

  private take(response: DecodeResponse): void {
    if (response.id === 0) {
      this.fail(response.error ?? "");
      return;
    }
    const waiting = this.waiting.get(response.id);
    this.waiting.delete(response.id);
    if (response.samples) waiting?.resolve(response.samples);
    else waiting?.reject(new Error(`The image cannot be decoded: ${response.error ?? ""}`));
  }

  /** Whoever waits for the worker waits no longer. */
  private fail(reason: string, isAvailable = false): void {
    this.isAvailable = isAvailable;
    for (const waiting of this.waiting.values()) waiting.reject(new Error(`The decoder does not run: ${reason}`));
    this.waiting.clear();
  }
}
