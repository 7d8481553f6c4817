// SPDX-License-Identifier: Apache-2.0

import { decodeFrame } from "./decode";
import { FrameRecord, FRAMES_MEDIA_TYPE, RecordHeader, RecordReader, recordForms } from "./frame-record";
import { Kernels } from "./kernels";
import { Compression, FrameForm, StreamResponse } from "./messages";

const compressions: Record<number, Compression | undefined> = {
  [recordForms.losslessJPEG]: "jpeg-lossless", [recordForms.runLengths]: "rle",
};

/** How the payload of a record is compressed; null where it is not. */
export function formOf(header: RecordHeader): FrameForm | null {
  const compression = compressions[header.form];
  if (!compression) return null;
  const { rows, columns, samples, bitsAllocated, bitsStored, signed } = header;
  const unused = bitsStored > 0 && bitsStored < bitsAllocated ? bitsAllocated - bitsStored : 0;
  return { compression, rows, columns, samples, sampleBytes: bitsAllocated / 8, unused, signed };
}

type Post = (response: StreamResponse, transfer: Transferable[]) => void;

/** Reads frame streams in a worker and gives each frame on, decoded, as soon as it is whole. */
export class StreamRunner {
  private readonly running = new Map<number, AbortController>();

  constructor(private readonly kernels: () => Promise<Kernels>, private readonly post: Post) {}

  stop(id: number): void {
    this.running.get(id)?.abort();
  }

  async run(id: number, address: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const abort = new AbortController();
    this.running.set(id, abort);
    try {
      const response = await fetch(address, {
        headers: { ...headers, Accept: FRAMES_MEDIA_TYPE }, credentials: "same-origin", signal: abort.signal,
      });
      if (!response.ok || !response.body) {
        this.post({ id, hasEnded: true, status: response.status }, []);
        return;
      }
      await this.read(id, response.body.getReader());
      this.post({ id, hasEnded: true }, []);
    } catch (error) {
      this.post({ id, hasEnded: true, error: error instanceof Error ? error.message : String(error) }, []);
    } finally {
      this.running.delete(id);
    }
  }

  private async read(id: number, body: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const whole: FrameRecord[] = [];
    const reader = new RecordReader((record) => whole.push(record));
    for (;;) {
      const { done, value } = await body.read();
      if (done) break;
      reader.push(value);
      for (const record of whole.splice(0)) await this.give(id, record);
    }
    if (!reader.isBetween) throw new Error("The stream was cut short.");
  }

  private async give(id: number, { header, payload }: FrameRecord): Promise<void> {
    if (header.form === recordForms.failure) {
      this.post({ id, header, error: new TextDecoder().decode(payload) }, []);
      return;
    }
    const form = formOf(header);
    const samples = form ? decodeFrame(await this.kernels(), payload, form) : payload;
    this.post({ id, header, samples: samples.buffer as ArrayBuffer }, [samples.buffer as ArrayBuffer]);
  }
}
