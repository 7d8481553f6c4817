// SPDX-License-Identifier: Apache-2.0

import { FrameShape, GreyWindow, Kernels, ReslicePlane, StoredSamples, VolumeVector } from "../src/kernels/kernels";

/** One entry of `Tests/Kernels/cases.json`. */
export interface KernelCase {
  readonly name: string;
  readonly kernel: "jpeg-lossless" | "rle" | "rle-encode" | "window" | "normalize" | "reslice";
  /** Base64. */
  readonly input: string;
  readonly output: string;
  readonly shape?: readonly [number, number, number, number];
  readonly form?: "uint8" | "int8" | "uint16" | "int16";
  readonly window?: GreyWindow;
  readonly sampleBytes?: number;
  readonly unused?: number;
  readonly signed?: boolean;
  readonly grid?: VolumeVector;
  readonly spacing?: VolumeVector;
  readonly plane?: ReslicePlane;
}

const arrays = { uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, int16: Int16Array };

function bytes(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function base64(view: Uint8Array): string {
  let text = "";
  for (const byte of view) text += String.fromCharCode(byte);
  return btoa(text);
}

function run(kernels: Kernels, one: KernelCase): Uint8Array {
  const input = bytes(one.input);
  const [rows, columns, samples, sampleBytes] = one.shape ?? [0, 0, 0, 0];
  const shape: FrameShape = { rows, columns, samples, sampleBytes };
  switch (one.kernel) {
    case "rle": return kernels.decodeRLE(input, shape);
    case "rle-encode": return kernels.encodeRLE(input, shape);
    case "jpeg-lossless": return kernels.decodeJPEGLossless(input, shape);
    case "normalize":
      return kernels.normalize(input, one.sampleBytes ?? 1, one.unused ?? 0, one.signed ?? false);
    case "window": {
      const stored = new arrays[one.form ?? "uint8"](input.buffer) as StoredSamples;
      return kernels.window(stored, one.window ?? { center: 0, width: 1 });
    }
    case "reslice": {
      if (!one.plane) throw new Error("no plane");
      const [width, height, slices] = one.grid ?? [0, 0, 0];
      const values = new Int16Array(input.buffer);
      const volume = { columns: width, rows: height, slices, spacing: one.spacing ?? [1, 1, 1], values };
      return new Uint8Array(kernels.reslice(volume, one.plane).buffer);
    }
  }
}

/** Names of the cases that give other bytes than they must. */
export function wrongCases(kernels: Kernels, cases: readonly KernelCase[]): string[] {
  return cases.filter((one) => base64(run(kernels, one)) !== one.output).map((one) => one.name);
}

export { Kernels } from "../src/kernels/kernels";
export { decodeFrame } from "../src/kernels/decode";
