// SPDX-License-Identifier: Apache-2.0

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

/** What came out, or why nothing did. A decoder that cannot start says so without a request: `id` is 0. */
export interface DecodeResponse {
  readonly id: number;
  readonly samples?: ArrayBuffer;
  readonly error?: string;
}
