// SPDX-License-Identifier: Apache-2.0

export type SampleArray = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array;

/** Decoded pixels of one frame, as stored: before rescale and window. */
export interface FramePixels {
  readonly columns: number;
  readonly rows: number;
  readonly samples: 1 | 3;
  readonly photometric: string;
  readonly data: SampleArray;
  /** How many pixels of the frame, along each side, one of these is the mean of; absent but for a first look. */
  readonly reduction?: number;
}

/** What the response headers say about the bytes. */
export interface PixelHeaders {
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  readonly bitsAllocated: number;
  readonly signed: boolean;
  readonly photometric: string;
  readonly float: boolean;
  readonly reduction?: number;
}

export function pixelHeaders(headers: { get(name: string): string | null }): PixelHeaders {
  const number = (name: string): number => Number(headers.get(`X-Martlet-${name}`) ?? NaN);
  const signed = (headers.get("X-Martlet-Signed") ?? "").toLowerCase();
  return {
    rows: number("Rows"),
    columns: number("Columns"),
    samples: number("Samples"),
    bitsAllocated: number("Bits-Allocated"),
    signed: signed === "1" || signed === "true",
    photometric: headers.get("X-Martlet-Photometric") ?? "",
    float: headers.get("X-Martlet-Float") === "1",
    reduction: Math.max(1, number("Reduction") || 1),
  };
}

function view(bytes: ArrayBuffer, headers: PixelHeaders): SampleArray {
  const count = headers.rows * headers.columns * headers.samples;
  switch (headers.bitsAllocated) {
    case 8: return headers.signed ? new Int8Array(bytes, 0, count) : new Uint8Array(bytes, 0, count);
    case 16: return headers.signed ? new Int16Array(bytes, 0, count) : new Uint16Array(bytes, 0, count);
    case 32: return wide(bytes, headers, count);
    case 64: return Float32Array.from(new Float64Array(bytes, 0, count));
    default: throw new Error(`Pixels of ${headers.bitsAllocated} bits cannot be shown.`);
  }
}

function wide(bytes: ArrayBuffer, headers: PixelHeaders, count: number): SampleArray {
  if (headers.float) return new Float32Array(bytes, 0, count);
  return headers.signed ? new Int32Array(bytes, 0, count) : new Uint32Array(bytes, 0, count);
}

/** Checks that the bytes are what the headers promise. */
export function framePixels(bytes: ArrayBuffer, headers: PixelHeaders): FramePixels {
  const { rows, columns, samples, bitsAllocated, reduction } = headers;
  if (!(rows > 0 && columns > 0) || (samples !== 1 && samples !== 3)) {
    throw new Error("The server sent pixels without their size.");
  }
  const expected = rows * columns * samples * (bitsAllocated / 8);
  if (bytes.byteLength < expected) {
    throw new Error(`The image is incomplete: ${bytes.byteLength} of ${expected} bytes came.`);
  }
  return { rows, columns, samples, photometric: headers.photometric, data: view(bytes, headers), reduction };
}

/** The stored value at a pixel; null outside of the image or for colour. */
export function storedValue(pixels: FramePixels, x: number, y: number): number | null {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  if (pixels.samples !== 1 || column < 0 || row < 0 || column >= pixels.columns || row >= pixels.rows) return null;
  return pixels.data[row * pixels.columns + column];
}

/** Red, green and blue at a pixel; null outside of the image or for grey. */
export function storedColour(pixels: FramePixels, x: number, y: number): [number, number, number] | null {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  if (pixels.samples !== 3 || column < 0 || row < 0 || column >= pixels.columns || row >= pixels.rows) return null;
  const at = (row * pixels.columns + column) * 3;
  return [pixels.data[at], pixels.data[at + 1], pixels.data[at + 2]];
}
