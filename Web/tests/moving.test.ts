// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { DrawUniforms } from "../src/viewer/render/device";
import { isQuick, paintSamples, partOf, partSamples, shadesOf } from "../src/viewer/render/moving-samples";
import { Presentation } from "../src/viewer/render/presentation";
import { FramePixels, SampleArray } from "../src/viewer/data/pixels";
import { GreyTable } from "../src/viewer/softcopy/lut";

const plain: DrawUniforms = {
  toImage: [1, 0, 0, 1], origin: [0, 0], grey: [1 / 100, 0.5], sigmoid: false, inverted: false, smoothed: false,
  taps: 1, table: null, padding: null,
};
const grey = (shade: number): number => (0xff000000 | (shade << 16) | (shade << 8) | shade) >>> 0;

function image(columns: number, rows: number, data: SampleArray, samples: 1 | 3 = 1): FramePixels {
  return { columns, rows, samples, photometric: samples === 1 ? "MONOCHROME2" : "RGB", data };
}

function shown(scale: number, left = 0, top = 0): Presentation {
  return { toScreen: { a: scale, b: 0, c: 0, d: scale, e: left, f: top } } as Presentation;
}

test("stored values of both signs become the shades of window, curve, inversion and background", () => {
  const signed = new Int16Array(1);
  const code = (value: number): number => value & 0xffff;
  const line = shadesOf(signed, plain);
  assert.deepEqual([-50, 0, 50, 30000].map((one) => line[code(one)]), [0, 128, 255, 255].map(grey));
  assert.equal(shadesOf(signed, { ...plain, inverted: true })[code(-50)], grey(255));
  assert.equal(shadesOf(signed, { ...plain, sigmoid: true })[code(-50)], grey(128));
  const padded = shadesOf(signed, { ...plain, inverted: true, padding: [-2000, -1000] });
  assert.deepEqual([padded[code(-1500)], padded[code(-999)]], [grey(0), grey(255)]);
  const table = new GreyTable("", 10, Float32Array.from([0, 0.2, 1]));
  const looked = shadesOf(new Uint8Array(1), { ...plain, table });
  assert.equal(looked.length, 256);
  assert.deepEqual([0, 11, 12, 200].map((one) => looked[one]), [0, 51, 255, 255].map(grey));
});

test("a small image is taken whole, of a large one what is seen", () => {
  const pane = { left: 0, top: 0, width: 800, height: 600 };
  const small = image(512, 512, new Int16Array(0));
  assert.deepEqual(partOf(small, shown(3, -200, -200), pane), { left: 0, top: 0, step: 1, columns: 512, rows: 512 });
  const large = image(4096, 5120, new Uint16Array(0));
  const whole = partOf(large, shown(1 / 9), pane);
  assert.deepEqual([whole.left, whole.top, whole.step], [0, 0, 9]);
  const near = partOf(large, shown(2, -2000, -4000), pane);
  assert.deepEqual(near, { left: 1000, top: 2000, step: 1, columns: 400, rows: 300 });
  const middle = partOf(large, shown(0.5, -500, 0), pane);
  assert.deepEqual([middle.left, middle.top], [1000, 0]);
  assert.ok(middle.columns * middle.rows <= 265_000 && middle.columns * middle.step >= 1600);
});

test("samples of a part keep their kind and their places", () => {
  const data = Int16Array.from({ length: 36 }, (_, at) => at);
  const pixels = image(6, 6, data);
  const part = { left: 1, top: 2, step: 2, columns: 2, rows: 2 };
  assert.deepEqual(Array.from(partSamples(pixels, part)), [20, 22, 32, 34]);
  const every = { left: 0, top: 0, step: 1, columns: 6, rows: 6 };
  assert.equal(partSamples(pixels, every), data);
  const last = partSamples(pixels, { left: 4, top: 4, step: 3, columns: 1, rows: 1 });
  assert.deepEqual(Array.from(last), [35]);
});

test("colours stay colours, and are turned about when inverted", () => {
  const words = new Uint32Array(2);
  const data = Uint8Array.from([1, 2, 3, 255, 0, 10]);
  paintSamples(words, data, 3, new Uint32Array(0), false);
  assert.deepEqual(Array.from(words), [0xff030201, 0xff0a00ff]);
  paintSamples(words, data, 3, new Uint32Array(0), true);
  assert.deepEqual(Array.from(words), [0xfffcfdfe, 0xfff5ff00]);
  assert.ok(isQuick(image(1, 2, data, 3)) && !isQuick(image(1, 1, new Float32Array(1))));
});
