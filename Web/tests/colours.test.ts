// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { DataSet, Element } from "../src/dicom/data-set";
import { readProfile } from "../src/viewer/softcopy/colour-profile";
import { hasEmbedded } from "../src/viewer/softcopy/overlay-planes";
import { paletteOf } from "../src/viewer/softcopy/palette";

/** A profile of one gamma for all channels and three columns of a matrix. */
function profile(gamma: number, columns: readonly (readonly number[])[]): Uint8Array {
  const bytes = new Uint8Array(132 + 6 * 12 + 3 * 16 + 3 * 20);
  const view = new DataView(bytes.buffer);
  const write = (at: number, text: string): void => bytes.set(Array.from(text, (one) => one.charCodeAt(0)), at);
  write(16, "RGB XYZ ");
  view.setUint32(128, 6);
  let place = 132 + 6 * 12;
  ["rTRC", "gTRC", "bTRC", "rXYZ", "gXYZ", "bXYZ"].forEach((name, i) => {
    const length = i < 3 ? 16 : 20;
    write(132 + i * 12, name);
    view.setUint32(136 + i * 12, place);
    view.setUint32(140 + i * 12, length);
    if (i < 3) {
      write(place, "para");
      view.setInt32(place + 12, Math.round(gamma * 65536));
    } else {
      write(place, "XYZ ");
      columns[i - 3].forEach((value, j) => view.setInt32(place + 8 + 4 * j, Math.round(value * 65536)));
    }
    place += length;
  });
  return bytes;
}

const srgb = [[0.43607, 0.22249, 0.01392], [0.38515, 0.71687, 0.09708], [0.14307, 0.06061, 0.7141]];

test("a profile is read, or known to be none, whatever its bytes are", () => {
  const steep = readProfile(profile(1, srgb));
  // Linear light of a half is 188 on the screen.
  assert.deepEqual(Array.from(steep?.convert(Uint8Array.of(0, 0, 0, 128, 128, 128, 255, 255, 255)) ?? []), [
    0, 0, 0, 188, 188, 188, 255, 255, 255,
  ]);
  const whole = profile(1, srgb);
  for (let length = 0; length < whole.length; length += 7) readProfile(whole.subarray(0, length));
  for (let at = 0; at < whole.length; at += 3) {
    const broken = Uint8Array.from(whole);
    broken[at] = 255;
    readProfile(broken);
  }
  assert.equal(readProfile(new Uint8Array(200)), null);
});

/** A profile of a table of eight colours (lut8, ICC.1 §10.11): the lightness is that of green, nothing has a hue. */
function tableProfile(): Uint8Array {
  const length = 48 + 768 + 24 + 768;
  const bytes = new Uint8Array(144 + length);
  const view = new DataView(bytes.buffer);
  const write = (at: number, text: string): void => bytes.set(Array.from(text, (one) => one.charCodeAt(0)), at);
  const curves = Uint8Array.from({ length: 768 }, (_, i) => i % 256);
  bytes[8] = 2;
  write(16, "RGB Lab ");
  view.setUint32(128, 1);
  write(132, "A2B0");
  view.setUint32(136, 144);
  view.setUint32(140, length);
  write(144, "mft1");
  bytes.set([3, 3, 2], 152);
  bytes.set(curves, 192);
  for (let corner = 0; corner < 8; corner += 1) bytes.set([corner & 2 ? 255 : 0, 128, 128], 960 + 3 * corner);
  bytes.set(curves, 984);
  return bytes;
}

test("a profile of a table is applied, or known to be broken, whatever its bytes are", () => {
  const whole = tableProfile();
  const samples = Uint8Array.of(255, 0, 255, 0, 255, 0, 90, 128, 7);
  const grey = Array.from(readProfile(whole)?.convert(samples) ?? []);
  assert.deepEqual(grey.slice(0, 6), [0, 0, 0, 255, 255, 255]);
  // L* of 50.2 has 18.6 % of the light of white, which is 119 on the screen.
  assert.ok(grey.slice(6).every((one) => Math.abs(one - 119) <= 1), String(grey));
  for (let length = 0; length < whole.length; length += 13) assert.equal(readProfile(whole.subarray(0, length)), null);
  for (const at of [16, 20, 133, 137, 141, 144, 152, 153, 154]) {
    const broken = Uint8Array.from(whole);
    broken[at] = 77;
    assert.equal(readProfile(broken), null, String(at));
  }
});

test("a palette is read from words, from bytes and from segments", () => {
  const words = (values: readonly number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer);
  const state = (bits: number, count: number, tags: readonly string[]): DataSet => ({
    "00281101": { vr: "US", Value: [count, 0, bits] },
    ...Object.fromEntries(tags.map((tag) => [tag, { vr: "OW", InlineBinary: "" }])),
  });
  const plain = ["00281201", "00281202", "00281203"];
  const read = (set: DataSet, bytes: Uint8Array): number[] | undefined => {
    const found = paletteOf(set, (_: Element) => bytes);
    return found ? Array.from(found.colours) : undefined;
  };
  assert.deepEqual(read(state(16, 2, plain), words([0, 65535])), [0, 0, 0, 255, 255, 255]);
  assert.deepEqual(read(state(8, 2, plain), Uint8Array.of(7, 9)), [7, 7, 7, 9, 9, 9]);
  const segmented = ["00281221", "00281222", "00281223"];
  // One entry, then three more up to the end.
  assert.deepEqual(read(state(16, 4, segmented), words([0, 1, 0, 1, 3, 0x3000])), [
    0, 0, 0, 16, 16, 16, 32, 32, 32, 48, 48, 48,
  ]);
  assert.equal(read(state(16, 4, segmented), words([0, 1, 0])), undefined);
  assert.equal(read(state(16, 4, segmented), words([2, 60000, 0, 0])), undefined);
  assert.equal(read(state(12, 2, plain), words([0, 1])), undefined);
});

test("an overlay stands in the pixels where it has a bit of theirs and no data of its own", () => {
  const us = (value: number): Element => ({ vr: "US", Value: [value] });
  const image = { "00280100": us(16), "60000100": us(16), "60000102": us(15) };
  assert.equal(hasEmbedded(image, "6000"), true);
  assert.equal(hasEmbedded({ ...image, "60003000": { vr: "OW" } }, "6000"), false);
  assert.equal(hasEmbedded({ ...image, "60000100": us(1), "60000102": us(0) }, "6000"), false);
  assert.equal(hasEmbedded({ ...image, "00280100": us(8) }, "6000"), false);
});
