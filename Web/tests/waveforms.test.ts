// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { inColumns, inRows, leadName } from "../src/viewer/objects/waveform-layout";

const leads = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];

test("leads are known by their codes and by their words", () => {
  assert.equal(leadName("2:62", "augmented"), "aVR");
  assert.equal(leadName("", "Lead AVF"), "aVF");
  assert.equal(leadName("", "aVL, augmented voltage, left"), "aVL");
  assert.equal(leadName("", "Pressure"), "Pressure");
});

test("twelve leads stand in three rows of four, a quarter of the time each, over the rhythm", () => {
  const made = inColumns(leads, 5000, 500);
  assert.deepEqual([made?.rows, made?.seconds, made?.strips.length], [4, 10, 13]);
  const places = (made?.strips ?? []).map(({ channel, row, from, to, at }) => [leads[channel], row, from, to, at]);
  assert.deepEqual(places[0], ["I", 0, 0, 1250, 0]);
  assert.deepEqual(places[4], ["aVL", 1, 1250, 2500, 2.5]);
  assert.deepEqual(places[11], ["V6", 2, 3750, 5000, 7.5]);
  assert.deepEqual(places[12], ["II", 3, 0, 5000, 0]);
});

test("a longer recording goes on below, and without a lead there are no columns", () => {
  const made = inColumns(leads, 6000, 500);
  assert.deepEqual([made?.rows, made?.strips.length], [8, 26]);
  assert.deepEqual(made?.strips[25], { channel: 1, row: 7, from: 5000, to: 6000, at: 0 });
  assert.equal(inColumns(leads.slice(1), 5000, 500), null);
  assert.deepEqual(inRows([100, 200], 100), {
    rows: 2, seconds: 2, strips: [
      { channel: 0, row: 0, from: 0, to: 100, at: 0 }, { channel: 1, row: 1, from: 0, to: 200, at: 0 },
    ],
  });
});
