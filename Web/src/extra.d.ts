// SPDX-License-Identifier: Apache-2.0

/** What browsers have and the type checker's library does not know yet. */
declare class DecompressionStream {
  constructor(format: "gzip" | "deflate" | "deflate-raw");
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}
