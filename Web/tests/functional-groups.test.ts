// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { DataSet, Element } from "../src/dicom/data-set";
import { suvFactor } from "../src/dicom/suv";
import { frameSets } from "../src/viewer/state/frame-set";
import { frameInfos } from "../src/viewer/state/functional-groups";
import { instance, series } from "./samples";

function sequence(...items: DataSet[]): Element {
  return { vr: "SQ", Value: items };
}

function numbers(vr: string, ...Value: number[]): Element {
  return { vr, Value };
}

function frame(z: number, stack: string): DataSet {
  return {
    "00209113": sequence({ "00200032": numbers("DS", 0, 0, z) }),
    "00209111": sequence({ "00209056": { vr: "SH", Value: [stack] } }),
  };
}

const enhanced = instance({ sopInstanceUID: "5.1", numberOfFrames: 4, imagePosition: null, imageOrientation: null });

function dataSet(...frames: DataSet[]): DataSet {
  return {
    "52009229": sequence({
      "00209116": sequence({ "00200037": numbers("DS", 1, 0, 0, 0, 1, 0) }),
      "00289110": sequence({ "00280030": numbers("DS", 0.5, 0.5), "00180050": numbers("DS", 3) }),
    }),
    "52009230": sequence(...frames),
  };
}

test("frames of an enhanced object are sorted by place and parted by stack", () => {
  const infos = frameInfos(enhanced, dataSet(frame(0, "a"), frame(9, "b"), frame(5, "a"), frame(2, "a")));
  assert.ok(infos);
  const known = new Map([["5.1", infos ?? []]]);
  const sets = frameSets("9", [series([enhanced])], known);
  assert.deepEqual(sets.map((set) => set.frames.map((one) => one.number)), [[3, 4, 1], [2]]);
  assert.deepEqual(sets[0].frames[0].instance.pixelSpacing, [0.5, 0.5]);
  assert.equal(sets[0].frames[0].instance.sliceThickness, 3);
});

test("an object without functional groups keeps the order of its frames and claims no place", () => {
  assert.equal(frameInfos(enhanced, {}), null);
  const loop = instance({ sopInstanceUID: "6.1", numberOfFrames: 3 });
  const [set] = frameSets("9", [series([loop])]);
  assert.deepEqual(
    set.frames.map((one) => [one.number, one.instance.imagePosition]), [[1, null], [2, null], [3, null]]
  );
});

test("planes of a dose grid lie at their offsets", () => {
  const dose = instance({ sopInstanceUID: "7.1", numberOfFrames: 3, imagePosition: [1, 2, 3] });
  const infos = frameInfos(dose, { "3004000C": numbers("DS", 0, 2.5, 5) });
  assert.deepEqual(infos?.map((one) => one.imagePosition), [[1, 2, 3], [1, 2, 5.5], [1, 2, 8]]);
});

function text(vr: string, ...Value: string[]): Element {
  return { vr, Value };
}

const pet: DataSet = {
  "00541001": text("CS", "BQML"), "00280051": text("CS", "ATTN", "DECY"), "00541102": text("CS", "START"),
  "00101030": numbers("DS", 70), "00080021": text("DA", "20240229"), "00080031": text("TM", "120000"),
  "00080022": text("DA", "20240229"), "00080032": text("TM", "120100"),
  "00540016": sequence({
    "00181072": text("TM", "110000"), "00181074": numbers("DS", 370e6), "00181075": numbers("DS", 6586.2),
  }),
};

test("SUV needs all that it takes, and says what is missing", () => {
  const { factor } = suvFactor(pet);
  const expected = (70 * 1000) / (370e6 * 2 ** (-3600 / 6586.2));
  assert.ok(factor !== null && Math.abs(factor / expected - 1) < 1e-12);
  const without = (tag: string): DataSet => Object.fromEntries(Object.entries(pet).filter(([name]) => name !== tag));
  for (const tag of ["00541001", "00280051", "00541102", "00101030", "00540016", "00080031"]) {
    assert.equal(suvFactor(without(tag)).factor, null, tag);
  }
  assert.equal(suvFactor({ ...pet, "00541001": text("CS", "CNTS") }).reason, "Units is not BQML");
  // Images that were made before the series begun: the times are those of something else.
  assert.equal(suvFactor({ ...pet, "00080032": text("TM", "113000") }).factor, null);
});
