// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { part10 } from "../src/dicom/part10";
import { crc32, zip } from "../src/viewer/export/zip";
import { placesOf, planBricks, planReduction, reducedPixels } from "../src/viewer/mpr/bricks";
import { inVolume, irregularity, isEven, reduced, sliceAt, volumeGeometry } from "../src/viewer/mpr/volume-geometry";
import { frameSets } from "../src/viewer/state/frame-set";
import { areaOf, spans } from "../src/viewer/geometry/shapes";
import { spacingOf } from "../src/viewer/geometry/spacing";
import { instance, series } from "./samples";

function stack(places: [number, number, number][]): ReturnType<typeof frameSets>[number] {
  return frameSets("9", [series(places.map((imagePosition, i) =>
    instance({ sopInstanceUID: `1.${i}`, number: i + 1, imagePosition })))])[0];
}

test("a stack is a volume in the order of its normal", () => {
  const volume = volumeGeometry(stack([[0, 0, 0], [0, 0, 5], [0, 0, 2.5]]));
  assert.ok(typeof volume !== "string");
  if (typeof volume === "string") return;
  assert.deepEqual(volume.heights, [0, 2.5, 5]);
  assert.deepEqual(inVolume(volume, [1.25, 3, 2.5]), [1, 3, 2.5]);
  assert.deepEqual(irregularity(volume), { gap: null, tilt: null });
});

test("uneven distances and a tilted gantry are found, irregular shifts are refused", () => {
  const uneven = volumeGeometry(stack([[0, 0, 0], [0, 0, 2], [0, 0, 4], [0, 0, 9]]));
  assert.ok(typeof uneven !== "string" && irregularity(uneven).gap === 5);
  if (typeof uneven !== "string") assert.equal(sliceAt(uneven, 6.5), 2.5);
  const tilted = volumeGeometry(stack([[0, 0, 0], [0, 1, 5], [0, 2, 10]]));
  assert.ok(typeof tilted !== "string" && Math.abs((irregularity(tilted).tilt ?? 0) - 11.31) < 0.01);
  assert.equal(volumeGeometry(stack([[0, 0, 0], [0, 3, 5], [0, 2, 10]])), "images that are shifted irregularly");
  assert.equal(volumeGeometry(stack([[0, 0, 0], [0, 0, 5]])), "too few images");
});

test("bricks share a slice with their neighbours and stay within the budget", () => {
  assert.deepEqual(planBricks(512, 512, 100, 2, 2 ** 30, 2048), { slices: 100, count: 1, bytes: 512 * 512 * 2 * 100 });
  const plan = planBricks(512, 512, 600, 2, 2 ** 30, 2048);
  assert.ok(plan && plan.count === 3 && plan.slices === 256);
  if (!plan) return;
  for (let slice = 0; slice < 599; slice += 1) {
    const bricks = placesOf(plan, slice).map((place) => place.brick);
    const next = placesOf(plan, slice + 1).map((place) => place.brick);
    assert.ok(bricks.some((brick) => next.includes(brick)), `slices ${slice} and ${slice + 1} are in no common brick`);
  }
  assert.equal(planBricks(512, 512, 600, 2, 2 ** 28, 2048), null);
});

test("a volume that is too large is made of fewer voxels, which lie where their pixels were", () => {
  assert.equal(planReduction(512, 512, 500, 2, 576 * 2 ** 20, 2048)?.factor, 1);
  assert.equal(planReduction(512, 512, 2000, 2, 576 * 2 ** 20, 2048)?.factor, 2);
  assert.equal(planReduction(4096, 4096, 2000, 2, 576 * 2 ** 20, 2048), null);
  const data = Int16Array.from([1, 3, 10, 10, 1, 3, 10, 14, -5, -5, 0, 0, -5, -5, 0, 0, 9, 9, 9, 9]);
  const small = reducedPixels({ columns: 4, rows: 5, samples: 1, photometric: "MONOCHROME2", data }, 2);
  assert.deepEqual([small.columns, small.rows, ...small.data], [2, 2, 2, 11, -5, 0]);
  assert.ok(small.data instanceof Int16Array);
  const volume = volumeGeometry(stack([[0, 0, 0], [0, 0, 2], [0, 0, 4]]));
  assert.ok(typeof volume !== "string");
  if (typeof volume === "string") return;
  const half = reduced(volume, 2);
  assert.deepEqual([half.across, half.down], [volume.across * 2, volume.down * 2]);
  // The middle of the first two by two pixels is the first voxel.
  const middle: [number, number, number] = [volume.across / 2, volume.down / 2, 2];
  assert.deepEqual(inVolume(half, middle), [0, 0, 2]);
});

test("slices at equal distances need no table of their heights", () => {
  const even = volumeGeometry(stack([[0, 0, 0], [0, 0, 2], [0, 0, 4.001]]));
  const uneven = volumeGeometry(stack([[0, 0, 0], [0, 0, 2], [0, 0, 4.2]]));
  assert.ok(typeof even !== "string" && isEven(even));
  assert.ok(typeof uneven !== "string" && !isEven(uneven));
});

test("areas and the lines through them", () => {
  const spacing = spacingOf([1, 0.5], null, "CT");
  const box = [{ x: 2, y: 3 }, { x: 12, y: 9 }];
  assert.equal(areaOf("rectangle", box, spacing), 30);
  assert.ok(Math.abs(areaOf("ellipse", box, spacing) - (Math.PI / 4) * 30) < 1e-9);
  assert.equal(areaOf("freehand", [{ x: 0, y: 0 }, { x: 4, y: 0 }, { x: 4, y: 4 }], spacing), 4);
  assert.deepEqual(spans("rectangle", box, 5), [[2, 12]]);
  assert.deepEqual(spans("ellipse", box, 6), [[2, 12]]);
  assert.deepEqual(spans("rectangle", box, 2.9), []);
});

test("lengths on a detector say so, and how they were calibrated", () => {
  assert.equal(spacingOf(null, [0.2, 0.2], "DX").plane, "detector");
  assert.equal(spacingOf([0.2, 0.2], [0.2, 0.2], "DX").plane, "detector");
  assert.equal(spacingOf([0.15, 0.15], [0.2, 0.2], "DX").plane, "patient");
  const fiducial = spacingOf([0.15, 0.15], [0.2, 0.2], "DX", { calibrationType: "FIDUCIAL" });
  assert.equal(fiducial.plane, "fiducial");
  const magnified = spacingOf(null, [0.2, 0.2], "MG", { magnification: 1.25 });
  assert.deepEqual([magnified.plane, magnified.row], ["magnification", 0.16]);
  assert.equal(spacingOf(null, null, "SC", { nominalScannedPixelSpacing: [0.1, 0.1] }).plane, "nominal");
  assert.equal(spacingOf(null, null, "OT").plane, "none");
});

test("files begin with their meta information, values are padded to even lengths", () => {
  const file = part10({
    "00080016": { vr: "UI", Value: ["1.2.3"] }, "00080018": { vr: "UI", Value: ["1.2.34"] },
    "00100010": { vr: "PN", Value: [{ Alphabetic: "Ä^B" }] }, "0040A730": { vr: "SQ", Value: [{}] },
  });
  assert.equal(String.fromCharCode(...file.subarray(128, 132)), "DICM");
  const words = new TextDecoder("latin1").decode(file);
  assert.ok(words.includes("ISO_IR 192") && words.includes("1.2.840.10008.1.2.1"));
  assert.ok(words.includes("PN\u0004\u0000") && new TextDecoder().decode(file).includes("Ä^B"));
  assert.deepEqual(Array.from(file.subarray(-16)), [83, 81, 0, 0, 8, 0, 0, 0, 254, 255, 0, 224, 0, 0, 0, 0]);
});

test("archives have the checksums of their files", () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
  const parts = zip([{ name: "a.txt", bytes: new TextEncoder().encode("hello") }], new Date(2026, 0, 2));
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  assert.equal(size, 30 + 5 + 5 + 46 + 5 + 22);
});
