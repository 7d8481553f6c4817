// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Archive } from "../src/api/archive";
import { FrameDecoder } from "../src/kernels/decoder";
import { KernelError, Kernels } from "../src/kernels/kernels";
import { DecodeRequest } from "../src/kernels/messages";
import { ByteCache } from "../src/viewer/data/byte-cache";
import { compressedForm } from "../src/viewer/data/compressed";
import { FrameLoader } from "../src/viewer/data/loader";
import { FramePixels } from "../src/viewer/data/pixels";
import { KernelCase, wrongCases } from "./kernel-case";
import { instance } from "./samples";

const module = readFileSync(process.env.KERNELS_WASM ?? "");
const cases = JSON.parse(readFileSync(process.env.KERNEL_CASES ?? "").toString()) as KernelCase[];

test("the kernels give the same bytes in node as natively", async () => {
  assert.ok(cases.length > 80);
  assert.deepEqual(wrongCases(await Kernels.load(module), cases), []);
});

test("a bad frame is refused with a reason and the next one is decoded", async () => {
  const kernels = await Kernels.load(module);
  const shape = { rows: 4, columns: 4, samples: 1, sampleBytes: 1 };
  assert.throws(() => kernels.decodeRLE(new Uint8Array(10), shape), /no RLE header, bytes: 10/);
  const soi = Uint8Array.of(0xff, 0xd8, 0, 0, 0, 0);
  assert.throws(() => kernels.decodeJPEGLossless(soi, shape), /no JPEG marker at byte 2/);
  assert.throws(() => kernels.decodeRLE(new Uint8Array(64), { ...shape, rows: 1e6, columns: 1e6 }), /no frame of/);
  assert.throws(() => kernels.encodeRLE(new Uint8Array(3), shape), /another size/);
  const frame = Uint8Array.from({ length: 16 }, (_, i) => i >> 2);
  assert.deepEqual(kernels.decodeRLE(kernels.encodeRLE(frame, shape), shape), frame);
});

test("memory grows with the image", async () => {
  const kernels = await Kernels.load(module);
  const shape = { rows: 3000, columns: 3000, samples: 1, sampleBytes: 2 };
  const frame = Uint8Array.from({ length: 18_000_000 }, (_, i) => i >> 8);
  assert.deepEqual(kernels.decodeRLE(kernels.encodeRLE(frame, shape), shape), frame);
});

test("a volume of another size than its grid is refused", async () => {
  const kernels = await Kernels.load(module);
  const volume = { columns: 2, rows: 2, slices: 2, spacing: [1, 1, 1] as const, values: new Int16Array(7) };
  const plane = { width: 1, height: 1, origin: [0, 0, 0], right: [1, 0, 0], down: [0, 1, 0] } as const;
  assert.throws(() => kernels.reslice(volume, plane), /another size/);
  const whole = { ...volume, values: new Int16Array(8) };
  assert.throws(() => kernels.reslice(whole, { ...plane, samples: 0 }), /no such plane/);
  assert.ok(new KernelError("x") instanceof Error);
});

const RLE = "1.2.840.10008.1.2.5";

test("only what can be shown without the server is decoded here", () => {
  assert.equal(compressedForm(instance()), null);
  const rle = instance({ transferSyntaxUID: RLE, bitsStored: 12, highBit: 11, pixelRepresentation: 1 });
  assert.deepEqual(compressedForm(rle), {
    accept: `image/dicom-rle; transfer-syntax=${RLE}`, photometric: "MONOCHROME2",
    form: { compression: "rle", rows: 96, columns: 112, samples: 1, sampleBytes: 2, unused: 4, signed: true },
  });
  const jpeg = "1.2.840.10008.1.2.4.70";
  assert.equal(compressedForm(instance({ transferSyntaxUID: jpeg }))?.accept, `image/jpeg; transfer-syntax=${jpeg}`);
  const colour = { transferSyntaxUID: RLE, samplesPerPixel: 3, bitsAllocated: 8, bitsStored: 8, highBit: 7 };
  assert.equal(compressedForm(instance({ ...colour, photometricInterpretation: "RGB" }))?.form.samples, 3);
  for (const photometricInterpretation of ["YBR_FULL", "PALETTE COLOR", null]) {
    assert.equal(compressedForm(instance({ ...colour, photometricInterpretation })), null);
  }
  assert.equal(compressedForm(instance({ transferSyntaxUID: RLE, bitsAllocated: 32 })), null);
  assert.equal(compressedForm(instance({ transferSyntaxUID: RLE, bitsStored: 99, highBit: 98 }))?.form.unused, 0);
});

/** A worker that decodes when told to, or fails. */
class FakeWorker {
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly asked: DecodeRequest[] = [];
  postMessage(request: DecodeRequest): void {
    this.asked.push(request);
  }
  answer(data: unknown): void {
    this.onmessage?.({ data } as MessageEvent);
  }
  terminate(): void {}
}

function decoder(): { worker: FakeWorker; decoder: FrameDecoder } {
  const worker = new FakeWorker();
  return { worker, decoder: new FrameDecoder(() => worker as unknown as Worker) };
}

const form = { compression: "rle", rows: 1, columns: 4, samples: 1, sampleBytes: 1, unused: 0, signed: false } as const;

test("answers of the worker find who asked", async () => {
  const { worker, decoder: frames } = decoder();
  const [first, second] = [frames.decode(new ArrayBuffer(1), form), frames.decode(new ArrayBuffer(2), form)];
  worker.answer({ id: 2, samples: new ArrayBuffer(22) });
  worker.answer({ id: 1, error: "too short" });
  assert.equal((await second).byteLength, 22);
  await assert.rejects(first, /cannot be decoded: too short/);
  assert.ok(frames.isAvailable);
});

test("a worker that cannot start lets nobody wait", async () => {
  const { worker, decoder: frames } = decoder();
  const waiting = frames.decode(new ArrayBuffer(1), form);
  worker.answer({ id: 0, error: "404" });
  await assert.rejects(waiting, /does not run: 404/);
  assert.ok(!frames.isAvailable);
  const none = new FrameDecoder(() => {
    throw new Error("no workers");
  });
  await assert.rejects(none.decode(new ArrayBuffer(1), form), /no workers/);
});

test("the server decodes what the browser cannot", async () => {
  const asked: string[] = [];
  const headers = {
    "X-Martlet-Rows": "1", "X-Martlet-Columns": "4", "X-Martlet-Samples": "1", "X-Martlet-Bits-Allocated": "8",
    "X-Martlet-Signed": "0", "X-Martlet-Photometric": "MONOCHROME2",
  };
  const archive = {
    frame: async (_path: unknown, number: number, options: { accept: string }) => {
      asked.push(`frame ${number} ${options.accept}`);
      return new Response(new ArrayBuffer(3));
    },
    pixels: async (_path: unknown, number: number) => {
      asked.push(`pixels ${number}`);
      return new Response(new ArrayBuffer(4), { headers });
    },
  };
  const { worker, decoder: frames } = decoder();
  const cache = new ByteCache<FramePixels>(100);
  const loader = new FrameLoader(archive as unknown as Archive, cache, () => undefined, frames);
  const compressed = { accept: "image/dicom-rle", form, photometric: "MONOCHROME1" };
  const source = (number: number) => ({
    key: `${number}`, path: { study: "s", series: "e", sop: "i" }, number, compressed,
  });
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
  loader.demand([source(1)], [source(2)]);
  await settled();
  worker.answer({ id: 1, samples: Uint8Array.of(1, 2, 3, 4).buffer });
  worker.answer({ id: 2, error: "corrupt" });
  await settled();
  assert.deepEqual(asked, ["frame 1 image/dicom-rle", "frame 2 image/dicom-rle", "pixels 2"]);
  assert.equal(loader.get("1")?.photometric, "MONOCHROME1");
  assert.deepEqual(Array.from(loader.get("1")?.data ?? []), [1, 2, 3, 4]);
  assert.equal(loader.get("2")?.photometric, "MONOCHROME2");
});
