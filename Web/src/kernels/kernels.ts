// SPDX-License-Identifier: Apache-2.0

/** What `Web/kernels/Exports.swift` offers; numbers are places in memory, counts and flags. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly __heap_base: WebAssembly.Global;
  frame_bytes(what: number, rows: number, columns: number, samples: number, sampleBytes: number): number;
  rle_decode(
    stream: number, length: number, rows: number, columns: number, samples: number, sampleBytes: number,
    output: number, fault: number,
  ): number;
  rle_encode(
    frame: number, rows: number, columns: number, samples: number, sampleBytes: number, output: number, fault: number,
  ): number;
  jpeg_lossless_decode(
    stream: number, length: number, rows: number, columns: number, samples: number, sampleBytes: number,
    output: number, workspace: number, fault: number,
  ): number;
  normalize(samples: number, byteCount: number, sampleBytes: number, unused: number, signed: number): void;
  apply_window(
    samples: number, byteCount: number, form: number, first: number, last: number, numbers: number, kind: number,
    inverse: number, table: number, output: number,
  ): void;
  reslice(volume: number, counts: number, places: number, output: number): number;
}

/** The shape of a decoded frame; samples of a pixel side by side, little endian. */
export interface FrameShape {
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  readonly sampleBytes: number;
}

export type WindowFunction = "LINEAR" | "LINEAR_EXACT" | "SIGMOID";
export type StoredSamples = Uint8Array | Int8Array | Uint16Array | Int16Array;

/** Stored values to grey: rescale, window, perhaps inversion (PS3.3 §C.11). */
export interface GreyWindow {
  readonly center: number;
  readonly width: number;
  readonly function?: WindowFunction;
  readonly slope?: number;
  readonly intercept?: number;
  readonly inverse?: boolean;
  /** Stored values that can occur; all by default. */
  readonly values?: readonly [number, number];
}

/** Millimetres along the rows, the columns and the slices; the centre of the first voxel is the origin. */
export type VolumeVector = readonly [number, number, number];

export interface Volume {
  readonly columns: number;
  readonly rows: number;
  readonly slices: number;
  readonly spacing: VolumeVector;
  readonly values: Int16Array;
}

export interface ReslicePlane {
  readonly width: number;
  readonly height: number;
  readonly origin: VolumeVector;
  readonly right: VolumeVector;
  readonly down: VolumeVector;
  /** From one sample of a slab to the next. */
  readonly depth?: VolumeVector;
  readonly samples?: number;
  readonly projection?: "maximum" | "minimum" | "average";
  readonly outside?: number;
}

/** A kernel refused its input; the message says why. */
export class KernelError extends Error {}

const FRAME = 0;
const ENCODED = 1;
const WORKSPACE = 2;
const FAULT_BYTES = 16;
const PAGE = 65_536;
const ALIGNMENT = 16;
const functions: readonly WindowFunction[] = ["LINEAR", "LINEAR_EXACT", "SIGMOID"];
const projections = ["maximum", "minimum", "average"] as const;

/** The pixel kernels of the toolkit, compiled to WebAssembly. Every call copies in and out; nothing is kept between. */
export class Kernels {
  private next = 0;

  private constructor(private readonly exports: Exports) {}

  static async load(bytes: BufferSource | Promise<Response>): Promise<Kernels> {
    const source = bytes instanceof Promise
      ? await WebAssembly.instantiateStreaming(bytes)
      : await WebAssembly.instantiate(bytes);
    return new Kernels(source.instance.exports as unknown as Exports);
  }

  /** RLE Lossless, one frame (PS3.5 Annex G). */
  decodeRLE(stream: Uint8Array, shape: FrameShape): Uint8Array {
    this.begin();
    const size = this.size(FRAME, shape);
    const [source, target, fault] = this.places(stream.length, size, FAULT_BYTES);
    this.bytes(source, stream.length).set(stream);
    const { rows, columns, samples, sampleBytes } = shape;
    const status = this.exports.rle_decode(source, stream.length, rows, columns, samples, sampleBytes, target, fault);
    if (status !== 0) throw this.failure(fault);
    return this.bytes(target, size).slice();
  }

  encodeRLE(frame: Uint8Array, shape: FrameShape): Uint8Array {
    this.begin();
    if (frame.length !== this.size(FRAME, shape)) throw new KernelError("The frame has another size than its shape.");
    const [source, target, fault] = this.places(frame.length, this.size(ENCODED, shape), FAULT_BYTES);
    this.bytes(source, frame.length).set(frame);
    const { rows, columns, samples, sampleBytes } = shape;
    const written = this.exports.rle_encode(source, rows, columns, samples, sampleBytes, target, fault);
    if (written < 0) throw this.failure(fault);
    return this.bytes(target, written).slice();
  }

  /** JPEG lossless, process 14, one frame (ISO/IEC 10918-1 Annex H); samples of one or two bytes. */
  decodeJPEGLossless(stream: Uint8Array, shape: FrameShape): Uint8Array {
    this.begin();
    const size = this.size(FRAME, shape);
    const [source, target, workspace, fault] =
      this.places(stream.length, size, this.size(WORKSPACE, shape), FAULT_BYTES);
    this.bytes(source, stream.length).set(stream);
    const { rows, columns, samples, sampleBytes } = shape;
    const status = this.exports.jpeg_lossless_decode(
      source, stream.length, rows, columns, samples, sampleBytes, target, workspace, fault,
    );
    if (status !== 0) throw this.failure(fault);
    return this.bytes(target, size).slice();
  }

  /** Clears the bits above High Bit, or extends the sign into them (PS3.5 §8.1.1). */
  normalize(samples: Uint8Array, sampleBytes: number, unused: number, signed: boolean): Uint8Array {
    this.begin();
    const [place] = this.places(samples.length);
    this.bytes(place, samples.length).set(samples);
    this.exports.normalize(place, samples.length, sampleBytes, unused, Number(signed));
    return this.bytes(place, samples.length).slice();
  }

  /** Grey of 8 bits for each sample. */
  window(samples: StoredSamples, window: GreyWindow): Uint8Array {
    this.begin();
    const wide = samples.BYTES_PER_ELEMENT === 2;
    const signed = samples instanceof Int16Array || samples instanceof Int8Array;
    const [source, numbers, table, target] = this.places(samples.byteLength, 32, wide ? 65_536 : 256, samples.length);
    this.bytes(source, samples.byteLength).set(bytesOf(samples));
    const { center, width, slope = 1, intercept = 0, values = [-32_768, 65_535] } = window;
    new Float64Array(this.exports.memory.buffer, numbers, 4).set([center, width, slope, intercept]);
    this.exports.apply_window(
      source, samples.byteLength, (wide ? 2 : 0) + Number(signed), values[0], values[1], numbers,
      functions.indexOf(window.function ?? "LINEAR"), Number(window.inverse ?? false), table, target,
    );
    return this.bytes(target, samples.length).slice();
  }

  /** A plane out of a volume by trilinear interpolation, row after row. */
  reslice(volume: Volume, plane: ReslicePlane): Int16Array {
    this.begin();
    const { columns, rows, slices, values, spacing } = volume;
    if (values.length !== columns * rows * slices) throw new KernelError("The volume has another size than its grid.");
    const { width, height, origin, right, down, depth = [0, 0, 0] } = plane;
    const [source, counts, places, target] = this.places(values.byteLength, 32, 120, width * height * 2);
    const { buffer } = this.exports.memory;
    new Int16Array(buffer, source, values.length).set(values);
    const projection = projections.indexOf(plane.projection ?? "maximum");
    new Int32Array(buffer, counts, 8).set(
      [columns, rows, slices, width, height, plane.samples ?? 1, projection, plane.outside ?? 0],
    );
    new Float64Array(buffer, places, 15).set([...spacing, ...origin, ...right, ...down, ...depth]);
    if (this.exports.reslice(source, counts, places, target) !== 0) throw new KernelError("There is no such plane.");
    return new Int16Array(this.exports.memory.buffer, target, width * height).slice();
  }

  private begin(): void {
    this.next = this.exports.__heap_base.value as number;
  }

  /** Room for so many bytes each, behind each other. */
  private places(...sizes: number[]): number[] {
    const places = sizes.map((size) => {
      const place = Math.ceil(this.next / ALIGNMENT) * ALIGNMENT;
      this.next = place + size;
      return place;
    });
    const missing = this.next - this.exports.memory.buffer.byteLength;
    if (missing > 0) {
      try {
        this.exports.memory.grow(Math.ceil(missing / PAGE));
      } catch {
        throw new KernelError("The image is too large for the memory of this browser.");
      }
    }
    return places;
  }

  private bytes(place: number, length: number): Uint8Array {
    return new Uint8Array(this.exports.memory.buffer, place, length);
  }

  private size(what: number, shape: FrameShape): number {
    const size = this.exports.frame_bytes(what, shape.rows, shape.columns, shape.samples, shape.sampleBytes);
    if (size < 0) throw new KernelError(`There is no frame of ${shape.rows} × ${shape.columns} pixels.`);
    return size;
  }

  private failure(fault: number): KernelError {
    const [, position, reason, length] = new Uint32Array(this.exports.memory.buffer, fault, 4);
    return new KernelError(`${new TextDecoder().decode(this.bytes(reason, length).slice())} ${position}`);
  }
}

function bytesOf(samples: StoredSamples): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}
