// SPDX-License-Identifier: Apache-2.0

/** The pieces of a frame stream (`application/vnd.martlet.frames`): 24 bytes of header each, then the payload. */

export const FRAMES_MEDIA_TYPE = "application/vnd.martlet.frames";
const HEADER_BYTES = 24;
/** No frame and no index is longer. */
const MOST_PAYLOAD_BYTES = 1 << 30;

export const recordForms = {
  plain: 0, losslessJPEG: 1, runLengths: 2, json: 16, packedJSON: 17, failure: 255,
} as const;

export interface RecordHeader {
  readonly form: number;
  /** Place in the series as the study's index lists it, from 0. */
  readonly instance: number;
  /** From 0. */
  readonly frame: number;
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly signed: boolean;
  readonly float: boolean;
  readonly photometric: string;
  /** How many pixels of the frame, along each side, one of these stands for; more than 1 for a first look alone. */
  readonly reduction: number;
}

export interface FrameRecord {
  readonly header: RecordHeader;
  readonly payload: Uint8Array;
}

const photometrics = ["MONOCHROME1", "MONOCHROME2", "RGB"];

function headerOf(bytes: Uint8Array): { header: RecordHeader; length: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const flags = view.getUint8(20);
  return {
    length: view.getUint32(0, true),
    header: {
      instance: view.getUint32(4, true), frame: view.getUint32(8, true), form: view.getUint8(12),
      samples: view.getUint8(13), bitsAllocated: view.getUint8(14), bitsStored: view.getUint8(15),
      rows: view.getUint16(16, true), columns: view.getUint16(18, true),
      signed: (flags & 1) !== 0, float: (flags & 2) !== 0, photometric: photometrics[view.getUint8(21)] ?? "",
      reduction: Math.max(1, view.getUint16(22, true)),
    },
  };
}

/** Puts records together out of what comes; each payload is copied once, into memory of its own. */
export class RecordReader {
  private readonly head = new Uint8Array(HEADER_BYTES);
  private headed = 0;
  private header: RecordHeader | null = null;
  private payload = new Uint8Array(0);
  private filled = 0;

  /** `begun` hears of each piece before its payload comes. */
  constructor(
    private readonly take: (record: FrameRecord) => void,
    private readonly begun: (header: RecordHeader) => void = () => undefined,
  ) {}

  /** True between two records: a stream that ends elsewhere was cut short. */
  get isBetween(): boolean {
    return this.headed === 0;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) at += this.header ? this.fill(chunk, at) : this.begin(chunk, at);
  }

  private begin(chunk: Uint8Array, at: number): number {
    const part = chunk.subarray(at, at + HEADER_BYTES - this.headed);
    this.head.set(part, this.headed);
    this.headed += part.length;
    if (this.headed < HEADER_BYTES) return part.length;
    const { header, length } = headerOf(this.head);
    if (length > MOST_PAYLOAD_BYTES) throw new Error("The server sent a piece that is too long.");
    this.header = header;
    this.payload = new Uint8Array(length);
    this.filled = 0;
    this.begun(header);
    if (length === 0) this.finish();
    return part.length;
  }

  private fill(chunk: Uint8Array, at: number): number {
    const part = chunk.subarray(at, at + this.payload.length - this.filled);
    this.payload.set(part, this.filled);
    this.filled += part.length;
    if (this.filled === this.payload.length) this.finish();
    return part.length;
  }

  private finish(): void {
    const { header, payload } = this;
    this.header = null;
    this.headed = 0;
    this.payload = new Uint8Array(0);
    if (header) this.take({ header, payload });
  }
}
