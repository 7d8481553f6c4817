// SPDX-License-Identifier: Apache-2.0

import { RecordHeader } from "./frame-record";
import { FrameShape } from "./kernels";

/** How the frames of an instance are compressed, where the kernels decode it. */
export type Compression = "rle" | "jpeg-lossless";

/** What must be known of a compressed frame. */
export interface FrameForm extends FrameShape {
  readonly compression: Compression;
  /** Bits above High Bit. */
  readonly unused: number;
  readonly signed: boolean;
}

export interface DecodeRequest {
  readonly id: number;
  readonly stream: ArrayBuffer;
  readonly form: FrameForm;
}

/** Begins a frame stream, or ends it before it has ended. */
export interface StreamRequest {
  readonly id: number;
  /** Null ends it. */
  readonly address: string | null;
  /** Header fields of the request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came out, or why nothing did. A decoder that cannot start says so without a request: `id` is 0. */
export interface DecodeResponse {
  readonly id: number;
  readonly samples?: ArrayBuffer;
  readonly error?: string;
}

/** A frame of a stream; or that it has ended, `status` being that of the answer where that was no stream. */
export interface StreamResponse {
  readonly id: number;
  readonly header?: RecordHeader;
  readonly samples?: ArrayBuffer;
  readonly hasEnded?: boolean;
  readonly status?: number;
  readonly error?: string;
}
