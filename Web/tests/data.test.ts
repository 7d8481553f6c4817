// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { Archive } from "../src/api/archive";
import { ApiError } from "../src/api/problem";
import { ByteCache } from "../src/viewer/data/byte-cache";
import { FrameLoader, FrameSource } from "../src/viewer/data/loader";
import { firstPart } from "../src/viewer/data/multipart";
import { FramePixels, framePixels, pixelHeaders, storedColour, storedValue } from "../src/viewer/data/pixels";
import { interleaved, prefetchOrder } from "../src/viewer/data/prefetch";

test("prefetch begins here and goes mostly the way the reader goes", () => {
  assert.deepEqual(prefetchOrder(10, 4, 1), [4, 5, 6, 7, 3, 8, 9, 2, 1, 0]);
  assert.deepEqual(prefetchOrder(10, 4, -1), [4, 3, 2, 1, 5, 0, 6, 7, 8, 9]);
  assert.deepEqual(prefetchOrder(10, 4, 1, 3), [4, 5, 6]);
  assert.deepEqual(prefetchOrder(1, 0, 1), [0]);
  assert.deepEqual(prefetchOrder(0, 0, 1), []);
});

test("prefetch names every frame once", () => {
  for (let current = 0; current < 17; current += 1) {
    for (const direction of [1, -1] as const) {
      const order = prefetchOrder(17, current, direction);
      assert.deepEqual([...order].sort((p, q) => p - q), Array.from({ length: 17 }, (_, i) => i));
    }
  }
});

test("several panes take turns", () => {
  assert.deepEqual(interleaved([["a", "b", "c"], ["x"], ["a", "y"]]), ["a", "x", "b", "y", "c"]);
});

test("the cache drops what was used longest ago and never exceeds its bytes", () => {
  const released: string[] = [];
  const cache = new ByteCache<string>(100, (value) => released.push(value));
  cache.set("a", "A", 40);
  cache.set("b", "B", 40);
  cache.get("a");
  cache.set("c", "C", 40);
  assert.deepEqual(released, ["B"]);
  assert.deepEqual([cache.has("a"), cache.has("b"), cache.bytes], [true, false, 80]);
  cache.set("big", "BIG", 500);
  assert.deepEqual([cache.size, cache.get("big")], [1, "BIG"]);
});

function headers(values: Record<string, string>): { get(name: string): string | null } {
  return { get: (name) => values[name.replace("X-Martlet-", "")] ?? null };
}

const grey = { Rows: "2", Columns: "3", Samples: "1", "Bits-Allocated": "16", Signed: "1", Photometric: "MONOCHROME2" };

test("pixels become an array of the stored type", () => {
  const bytes = Int16Array.from([-1000, 0, 1, 2, 3, 4]).buffer;
  const pixels = framePixels(bytes, pixelHeaders(headers(grey)));
  assert.ok(pixels.data instanceof Int16Array);
  assert.equal(storedValue(pixels, 0.9, 0.2), -1000);
  assert.equal(storedValue(pixels, 2.5, 1.99), 4);
  assert.equal(storedValue(pixels, 3, 0), null);
  assert.equal(storedValue(pixels, -0.1, 0), null);
});

test("colour has no stored value but three", () => {
  const colour = { ...grey, Samples: "3", "Bits-Allocated": "8", Signed: "0", Photometric: "RGB" };
  const pixels = framePixels(Uint8Array.from({ length: 18 }, (_, i) => i).buffer, pixelHeaders(headers(colour)));
  assert.deepEqual(storedColour(pixels, 1, 1), [12, 13, 14]);
  assert.equal(storedValue(pixels, 1, 1), null);
});

test("pixels that are cut short or have no size are refused", () => {
  assert.throws(() => framePixels(new ArrayBuffer(10), pixelHeaders(headers(grey))), /10 of 12 bytes/);
  assert.throws(() => framePixels(new ArrayBuffer(10), pixelHeaders(headers({}))), /without their size/);
});

test("the first part of a multipart message is taken out, a plain body is kept", () => {
  const text = new TextEncoder();
  const body = text.encode("--b\r\nContent-Type: application/dicom\r\n\r\n\0\1--not\r\n--b--\r\n");
  const part = firstPart(body, 'multipart/related; type="application/dicom"; boundary="b"');
  assert.deepEqual(Array.from(part), Array.from(text.encode("\0\1--not")));
  assert.equal(firstPart(body, "application/dicom"), body);
  assert.throws(() => firstPart(text.encode("nothing"), "multipart/related; boundary=b"), /multipart/);
});

/** An archive that answers when told to. */
class HeldArchive {
  readonly asked: string[] = [];
  readonly aborted: string[] = [];
  private answers = new Map<string, { resolve(response: Response): void; reject(error: unknown): void }>();

  pixels(path: { sop: string }, _frame: number, options: { signal: AbortSignal }): Promise<Response> {
    this.asked.push(path.sop);
    return new Promise((resolve, reject) => {
      this.answers.set(path.sop, { resolve, reject });
      options.signal.addEventListener("abort", () => {
        this.aborted.push(path.sop);
        reject(new DOMException("aborted", "AbortError"));
      });
    });
  }

  async answer(sop: string): Promise<void> {
    const head = Object.fromEntries(Object.entries(grey).map(([name, value]) => [`X-Martlet-${name}`, value]));
    this.answers.get(sop)?.resolve(new Response(new ArrayBuffer(12), { headers: head }));
    await settled();
  }

  async fail(sop: string): Promise<void> {
    this.answers.get(sop)?.reject(new ApiError(500, "The server failed", ""));
    await settled();
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

function source(sop: string): FrameSource {
  return { key: sop, path: { study: "s", series: "e", sop }, number: 1 };
}

function loader(): { archive: HeldArchive; loader: FrameLoader } {
  const archive = new HeldArchive();
  const cache = new ByteCache<FramePixels>(1_000);
  return { archive, loader: new FrameLoader(archive as unknown as Archive, cache, () => undefined) };
}

test("the loader asks for a few at a time, the visible one first", async () => {
  const { archive, loader: frames } = loader();
  frames.demand([source("v")], ["v", "a", "b", "c", "d", "e"].map(source));
  assert.deepEqual(archive.asked, ["v", "a", "b", "c"]);
  await archive.answer("a");
  assert.deepEqual(archive.asked, ["v", "a", "b", "c", "d"]);
  assert.ok(frames.has("a") && !frames.has("v"));
});

test("a newly visible frame does not wait for the prefetch, and what nobody wants is given up", () => {
  const { archive, loader: frames } = loader();
  frames.demand([source("a")], ["a", "b", "c", "d"].map(source));
  frames.demand([source("x")], ["x", "a", "b", "c", "d"].map(source));
  assert.equal(archive.asked[archive.asked.length - 1], "x");
  frames.demand([source("x")], [source("x")]);
  assert.deepEqual(archive.aborted, ["a", "b", "c", "d"]);
});

test("a failure is kept with its frame until a retry", async () => {
  const { archive, loader: frames } = loader();
  frames.demand([source("a")], [source("a")]);
  await archive.fail("a");
  assert.ok(frames.error("a") instanceof ApiError);
  assert.equal(archive.asked.length, 1);
  frames.retry("a");
  assert.equal(archive.asked.length, 2);
  await archive.answer("a");
  assert.equal(frames.error("a"), undefined);
  assert.equal(frames.get("a")?.rows, 2);
});
