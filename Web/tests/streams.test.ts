// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { Archive } from "../src/api/archive";
import { readOpening } from "../src/api/opening";
import { SeriesInfo } from "../src/api/types";
import { FrameDecoder } from "../src/kernels/decoder";
import { FrameRecord, RecordHeader, RecordReader } from "../src/kernels/frame-record";
import { DecodeResponse, StreamRequest, StreamResponse } from "../src/kernels/messages";
import { formOf } from "../src/kernels/streaming";
import { ByteCache } from "../src/viewer/data/byte-cache";
import { FrameLoader, FrameSource } from "../src/viewer/data/loader";
import { FramePixels } from "../src/viewer/data/pixels";
import { canBeStreamed, placesOf, seriesMark, shortOrder } from "../src/viewer/data/series-places";

function record(form: number, instance: number, payload: Uint8Array, flags = 0): Uint8Array {
  const bytes = new Uint8Array(24 + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, payload.length, true);
  view.setUint32(4, instance, true);
  [form, 1, 16, 12].forEach((value, at) => view.setUint8(12 + at, value));
  view.setUint16(16, 1, true);
  view.setUint16(18, 2, true);
  view.setUint8(20, flags);
  view.setUint8(21, 1);
  bytes.set(payload, 24);
  return bytes;
}

test("records come out whole, however they were cut on their way", () => {
  const first = record(0, 7, Uint8Array.from([1, 0, 2, 0]), 1);
  const bytes = Uint8Array.from([...first, ...record(255, 8, new Uint8Array(0))]);
  for (const size of [1, 5, 24, 27, 100]) {
    const found: FrameRecord[] = [];
    const reader = new RecordReader((one) => found.push(one));
    for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
    assert.ok(reader.isBetween);
    assert.deepEqual(found.map((one) => [one.header.instance, one.header.form, ...one.payload]),
      [[7, 0, 1, 0, 2, 0], [8, 255]]);
    const { rows, columns, samples, bitsAllocated, bitsStored, signed, photometric } = found[0].header;
    assert.deepEqual([rows, columns, samples, bitsAllocated, bitsStored, signed, photometric],
      [1, 2, 1, 16, 12, true, "MONOCHROME2"]);
  }
});

test("a stream that ends within a record was cut short, and none is endless", () => {
  const reader = new RecordReader(() => undefined);
  reader.push(record(0, 0, new Uint8Array(4)).subarray(0, 25));
  assert.ok(!reader.isBetween);
  assert.throws(() => new RecordReader(() => undefined).push(new Uint8Array(24).fill(255)), /too long/);
});

test("compressed records say how they are decoded", () => {
  let header: RecordHeader | null = null;
  new RecordReader((one) => { header = one.header; }).push(record(1, 0, new Uint8Array(1), 1));
  assert.deepEqual(header && formOf(header), {
    compression: "jpeg-lossless", rows: 1, columns: 2, samples: 1, sampleBytes: 2, unused: 4, signed: true,
  });
});

test("numbers one after another are written short", () => {
  assert.equal(shortOrder([0, 1, 2, 3, 9, 8, 7, 5]), "0-3,9-7,5");
  assert.equal(shortOrder([4]), "4");
  assert.equal(shortOrder([4, 6]), "4,6");
  assert.equal(shortOrder([]), "");
});

function series(count: number): SeriesInfo {
  const instances = Array.from({ length: count }, (_, at) => ({
    sopInstanceUID: `1.2.1.1.${at + 1}`, isImage: at !== 1, numberOfFrames: at === 2 ? 3 : 1,
  }));
  return { seriesUID: "1.2", instances } as unknown as SeriesInfo;
}

test("frames have places in the series, and the mark is that of the server", () => {
  assert.equal(seriesMark(["1.2.1.1.1", "1.2.1.1.2", "1.2.1.1.3", "1.2.1.1.4", "1.2.1.1.5"]), "add7fbb9");
  const { starts } = placesOf(series(4));
  assert.deepEqual(Array.from(starts.values()), [0, 1, 1, 4]);
  const image = { ...series(1).instances[0], bitsStored: 12, highBit: 15 };
  assert.ok(!canBeStreamed(image));
  assert.ok(canBeStreamed({ ...image, highBit: 11 }));
});

test("the index of a study is spread out again", async () => {
  const index = JSON.stringify({
    study: { studyUID: "1" }, first: "1.2",
    series: [{ seriesUID: "1.2", instanceCount: 2, common: { rows: 4 }, columns: { sopInstanceUID: ["a", "b"] } }],
  });
  const bytes = Uint8Array.from([
    ...record(16, 0, new TextEncoder().encode(index)), ...record(0, 1, Uint8Array.from([1, 0, 2, 0])),
  ]);
  const { detail, first, header, image } = await readOpening(streamed(bytes));
  const [a, b] = detail.series[0].instances;
  assert.deepEqual([a.sopInstanceUID, b.sopInstanceUID, a.rows, b.rows, b.windowCenter], ["a", "b", 4, 4, null]);
  assert.deepEqual([first, header?.instance, (await image)?.payload.length], ["1.2", 1, 4]);
  await assert.rejects(readOpening(streamed(bytes.subarray(0, 30))), /cut short/);
  // An image that does not come whole is none; the study opens, and the image is asked for by itself.
  const cut = await readOpening(streamed(bytes.subarray(0, bytes.length - 1)));
  assert.deepEqual([cut.header?.instance, await cut.image], [1, null]);
});

test("a large image comes with fewer pixels first", async () => {
  const index = new TextEncoder().encode(JSON.stringify({ study: { studyUID: "1" }, first: null, series: [] }));
  const few = record(0, 1, Uint8Array.from([9, 0]));
  few[22] = 4;
  const bytes = [...record(16, 0, index), ...few, ...record(0, 1, Uint8Array.from([1, 0, 2, 0]))];
  const { header, coarse, image } = await readOpening(streamed(Uint8Array.from(bytes)));
  assert.deepEqual([header?.instance, header?.reduction], [1, 4]);
  assert.deepEqual(Array.from((await coarse)?.payload ?? []), [9, 0]);
  const whole = await image;
  assert.deepEqual([whole?.header.reduction, Array.from(whole?.payload ?? [])], [1, [1, 0, 2, 0]]);
});

test("a first look is kept until its frame is here, and shown to nobody as the frame", async () => {
  const told: string[] = [];
  const decoder = { isAvailable: false } as FrameDecoder;
  const loader = new FrameLoader({} as Archive, new ByteCache(10_000), (key) => void told.push(key), decoder);
  const header = {
    form: 0, instance: 0, frame: 0, rows: 1, columns: 2, samples: 1, bitsAllocated: 16, bitsStored: 16, signed: false,
    float: false, photometric: "MONOCHROME2", reduction: 4,
  };
  await loader.expectCoarse("a/1", Promise.resolve({ header, payload: Uint8Array.from([7, 0, 8, 0]) }));
  assert.deepEqual([loader.has("a/1"), loader.get("a/1"), told], [false, undefined, ["a/1"]]);
  assert.deepEqual([loader.coarse("a/1")?.reduction, Array.from(loader.coarse("a/1")?.data ?? [])], [4, [7, 8]]);
  const whole = { header: { ...header, reduction: 1 }, payload: Uint8Array.from([1, 0, 2, 0]) };
  await loader.expect("a/1", Promise.resolve(whole));
  assert.deepEqual([loader.coarse("a/1"), loader.has("a/1")], [undefined, true]);
  await loader.expectCoarse("a/1", Promise.resolve({ header, payload: Uint8Array.from([7, 0, 8, 0]) }));
  assert.equal(loader.coarse("a/1"), undefined);
});

test("of a large image that is looked at few pixels are asked for first", async () => {
  const asked: string[] = [];
  const archive = {
    pixels: (path: { sop: string }, _: number, { coarse }: { coarse?: boolean }): Promise<Response> => {
      asked.push(coarse ? `${path.sop} coarse` : path.sop);
      const size = coarse ? "1" : "2";
      const headers = {
        "X-Martlet-Rows": size, "X-Martlet-Columns": size, "X-Martlet-Samples": "1", "X-Martlet-Bits-Allocated": "8",
        "X-Martlet-Photometric": "MONOCHROME2", "X-Martlet-Reduction": coarse ? "2" : "1",
      };
      return Promise.resolve(new Response(new Uint8Array(coarse ? 1 : 4), { headers }));
    },
  };
  const told: [string, boolean, boolean][] = [];
  const tell = (key: string): void => void told.push([key, loader.coarse(key) !== undefined, loader.has(key)]);
  const decoder = { isAvailable: false } as FrameDecoder;
  const loader = new FrameLoader(archive as unknown as Archive, new ByteCache(10_000), tell, decoder);
  const [shown, next] = ["a", "b"].map((sop): FrameSource =>
    ({ key: `${sop}/1`, path: { study: "s", series: "e", sop }, number: 1, isLarge: true }));
  loader.demand([shown], [next]);
  while (told.length < 3) await new Promise((done) => setTimeout(done, 1));
  assert.deepEqual(asked.filter((one) => one.startsWith("a")), ["a coarse", "a"]);
  assert.deepEqual(asked.filter((one) => one.startsWith("b")), ["b"]);
  assert.deepEqual(told.filter(([key]) => key === "a/1"), [["a/1", true, false], ["a/1", false, true]]);
});

test("the index is read before the image has come", async () => {
  const index = new TextEncoder().encode(JSON.stringify({ study: { studyUID: "1" }, first: null, series: [] }));
  const bytes = Uint8Array.from([...record(16, 0, index), ...record(0, 1, Uint8Array.from([1, 0, 2, 0]))]);
  let more: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({ start: (controller) => (more = controller) });
  more?.enqueue(bytes.subarray(0, bytes.length - 3));
  const { header, image } = await readOpening(body);
  assert.equal(header?.instance, 1);
  more?.enqueue(bytes.subarray(bytes.length - 3));
  more?.close();
  assert.deepEqual(Array.from((await image)?.payload ?? []), [1, 0, 2, 0]);
});

function streamed(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new Blob([bytes as BlobPart]).stream();
}

/** A worker that streams when told to. */
class HeldWorker {
  static all: HeldWorker[] = [];
  readonly asked: StreamRequest[] = [];
  onmessage: ((event: { data: DecodeResponse | StreamResponse }) => void) | null = null;

  constructor() {
    HeldWorker.all.push(this);
  }

  postMessage(request: StreamRequest): void {
    this.asked.push(request);
  }

  terminate(): void {
    this.asked.length = 0;
  }

  give(id: number, instance: number): void {
    const header = {
      form: 0, instance, frame: 0, rows: 1, columns: 2, samples: 1, bitsAllocated: 16, bitsStored: 16, signed: false,
      float: false, photometric: "MONOCHROME2", reduction: 1,
    };
    this.onmessage?.({ data: { id, header, samples: new ArrayBuffer(4) } });
  }
}

function streaming(): { alone: string[]; loader: FrameLoader; sources: FrameSource[]; worker(): HeldWorker } {
  HeldWorker.all = [];
  (globalThis as { Worker?: unknown }).Worker = HeldWorker;
  const alone: string[] = [];
  const archive = {
    pixels: (path: { sop: string }): Promise<Response> => {
      alone.push(path.sop);
      return new Promise(() => undefined);
    },
  };
  const loader = new FrameLoader(archive as unknown as Archive, new ByteCache<FramePixels>(10_000), () => undefined);
  const places = placesOf(series(30));
  const single = places.instances.filter((instance) => instance.isImage && instance.numberOfFrames === 1);
  const sources = single.map((instance): FrameSource => ({
    key: `${instance.sopInstanceUID}/1`, path: { study: "s", series: "e", sop: instance.sopInstanceUID }, number: 1,
    stream: { address: "/stream", places, number: places.starts.get(instance.sopInstanceUID) ?? 0 },
  }));
  return { alone, loader, sources, worker: () => HeldWorker.all[0] };
}

test("what is looked at comes alone, the rest as one stream in the order of demand", () => {
  const { alone, loader, sources, worker } = streaming();
  loader.demand([sources[0]], sources);
  assert.deepEqual(alone, ["1.2.1.1.1"]);
  assert.equal(HeldWorker.all.length, 1);
  assert.equal(worker().asked[0].address, "/stream?order=4-30&of=" + sources[0].stream?.places.mark);
  worker().give(worker().asked[0].id, 3);
  assert.ok(loader.has("1.2.1.1.4/1"));
});

test("a reader who jumps gets the stream anew from there", async () => {
  const { alone, loader, sources, worker } = streaming();
  loader.demand([sources[0]], sources);
  await new Promise((resolve) => setTimeout(resolve, 120));
  loader.demand([sources[20]], [...sources.slice(20), ...sources.slice(0, 20)]);
  assert.deepEqual(alone, ["1.2.1.1.1", "1.2.1.1.23"]);
  assert.equal(worker().asked[1].address, null);
  assert.ok(worker().asked[2].address?.startsWith("/stream?order=24-30,4-22"));
  // A late frame of the old stream harms nobody.
  worker().give(worker().asked[0].id, 3);
  assert.ok(!loader.has("1.2.1.1.4/1"));
});

test("where the server gives no stream, frames are asked for one by one; where it counts otherwise, it is told", () => {
  const { alone, loader, sources, worker } = streaming();
  let stale = 0;
  loader.onStale = () => { stale += 1; };
  loader.demand([sources[0]], sources);
  worker().onmessage?.({ data: { id: worker().asked[0].id, hasEnded: true, status: 409 } });
  assert.equal(stale, 1);
  assert.deepEqual(alone, ["1.2.1.1.1", "1.2.1.1.4", "1.2.1.1.5", "1.2.1.1.6"]);
});
