// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { FramePixels, SampleArray } from "../src/viewer/data/pixels";
import { Affine, apply, compose, quarterTurns, scaling, translation } from "../src/viewer/geometry/affine";
import { channelOf, Fineness, sampled, samplingOf } from "../src/viewer/render/sampling";
import { coloured, shaded, Shading } from "../src/viewer/render/shading";
import { GreyTable } from "../src/viewer/softcopy/lut";

const plain: Shading = { grey: [1 / 100, 0.5], sigmoid: false, inverted: false, table: null };
const grey = (shade: number): number => (0xff000000 | (shade << 16) | (shade << 8) | shade) >>> 0;

function image(columns: number, rows: number, data: SampleArray, samples: 1 | 3 = 1): FramePixels {
  return { columns, rows, samples, photometric: samples === 1 ? "MONOCHROME2" : "RGB", data };
}

const noise = image(23, 17, Int16Array.from({ length: 23 * 17 }, (_, at) => ((at * 7919) % 2003) - 1000));

/** One place as the shader has it, sample by sample. */
function looked({ columns, rows, data }: FramePixels, m: Affine, x: number, y: number, fineness: Fineness): number {
  const { taps, smoothed } = fineness;
  const stored = (column: number, row: number): number =>
    data[Math.max(0, Math.min(rows - 1, row)) * columns + Math.max(0, Math.min(columns - 1, column))];
  const middle = apply(m, { x: x + 0.5, y: y + 0.5 });
  if (middle.x < 0 || middle.y < 0 || middle.x >= columns || middle.y >= rows) return NaN;
  let total = 0;
  for (let row = 0; row < taps; row += 1) {
    for (let column = 0; column < taps; column += 1) {
      const at = apply(m, { x: x + (column + 0.5) / taps, y: y + (row + 0.5) / taps });
      const [left, top] = [at.x, at.y].map((one) => Math.floor(smoothed ? one - 0.5 : one));
      const [across, down] = smoothed ? [at.x - 0.5 - left, at.y - 0.5 - top] : [0, 0];
      const mix = (a: number, b: number, share: number): number => a + (b - a) * share;
      total += mix(
        mix(stored(left, top), stored(left + 1, top), across),
        mix(stored(left, top + 1), stored(left + 1, top + 1), across), down,
      );
    }
  }
  return total / taps ** 2;
}

test("what is seen at each place is what a shader looks up, however the image is turned, mirrored and scaled", () => {
  const [width, height] = [31, 37];
  for (const degrees of [0, 90, 180, 270]) {
    for (const [scale, mirror] of [[1.7, 1], [0.6, -1], [0.23, 1]]) {
      const turn = compose(quarterTurns(degrees), scaling(scale * mirror, scale * 1.3));
      const toScreen = compose(translation(15.3137, 18.8171), compose(turn, translation(-11.5, -8.5)));
      const determinant = toScreen.a * toScreen.d - toScreen.b * toScreen.c;
      const [a, b] = [toScreen.d / determinant, -toScreen.b / determinant];
      const [c, d] = [-toScreen.c / determinant, toScreen.a / determinant];
      const e = -(a * toScreen.e + c * toScreen.f);
      const m = { a, b, c, d, e, f: -(b * toScreen.e + d * toScreen.f) };
      for (const fineness of [{ taps: 1, smoothed: false }, { taps: 1, smoothed: true }, { taps: 2, smoothed: true },
        { taps: 4, smoothed: false }]) {
        const values = new Float32Array(width * height);
        sampled(noise, samplingOf(noise, m, width, height, fineness), null, values);
        let seen = 0;
        values.forEach((value, at) => {
          const expected = looked(noise, m, at % width, Math.floor(at / width), fineness);
          if (Number.isNaN(expected)) assert.ok(Number.isNaN(value));
          else assert.ok(Math.abs(value - expected) < 0.01, `${degrees} ${scale} ${value} ${expected}`);
          seen += Number(!Number.isNaN(value));
        });
        assert.ok(seen > 20);
      }
    }
  }
});

test("padding is nothing, by the sample under the middle", () => {
  const pixels = image(2, 2, Int16Array.from([-2000, 10, 20, -1500]));
  const values = new Float32Array(4);
  const sampling = samplingOf(pixels, scaling(1, 1), 2, 2, { taps: 1, smoothed: true });
  sampled(pixels, sampling, [-2000, -1600], values);
  assert.deepEqual(Array.from(values), [NaN, 10, 20, -1500]);
});

test("stored values of both signs become the shades of window, curve, table and inversion; nothing is black", () => {
  const values = Float32Array.from([-50, -20.3, 0, 30_000, NaN]);
  const words = new Uint32Array(values.length);
  const shades = (shading: Shading): number[] => {
    shaded(values, shading, words);
    return Array.from(words);
  };
  assert.deepEqual(shades(plain), [0, 76, 128, 255, 0].map(grey));
  assert.deepEqual(shades({ ...plain, inverted: true }), [255, 179, 128, 0, 0].map(grey));
  assert.deepEqual(shades({ ...plain, sigmoid: true }), [128, 146, 159, 255, 0].map(grey));
  const table = new GreyTable("", -21, Float32Array.from([0, 0.2, 1]));
  assert.deepEqual(shades({ ...plain, table }), [0, 36, 255, 255, 0].map(grey));
});

test("colours stay colours, of sixteen bits the upper eight, and are turned about when inverted", () => {
  const channels = (pixels: FramePixels): Float32Array[] =>
    [0, 1, 2].map((channel) => Float32Array.from(channelOf(pixels, channel).data));
  const words = new Uint32Array(2);
  const [red, green, blue] = channels(image(1, 2, Uint8Array.from([1, 2, 3, 255, 0, 10]), 3));
  coloured(red, green, blue, false, words);
  assert.deepEqual(Array.from(words), [0xff030201, 0xff0a00ff]);
  coloured(red, green, blue, true, words);
  assert.deepEqual(Array.from(words), [0xfffcfdfe, 0xfff5ff00]);
  const wide = channels(image(1, 1, Uint16Array.from([0x1234, 0xff00, 0x80]), 3));
  assert.deepEqual(wide.map(([one]) => one), [18, 255, 0]);
});
