// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { isOtherPatient } from "../src/viewer/identity-warning";
import { frameSets } from "../src/viewer/state/frame-set";
import { FILE_FORMAT, HungPane, imageFor, protocolsOfFile, readProtocols } from "../src/viewer/state/hanging";
import { usualHanging } from "../src/viewer/state/usual-hanging";
import { instance, series } from "./samples";

const pane: HungPane = {
  prior: 0, modality: "MG", description: "", bodyPart: "", laterality: "L", view: "CC", nth: 0, window: null,
  inverted: false,
};
const protocol = {
  name: "Mine", modality: "MG", bodyPart: "", procedure: "", layout: { rows: 1, columns: 2 }, panes: [pane, null],
};

function views(given: [string, string, string[]?][]): ReturnType<typeof instance>[] {
  return given.map(([laterality, viewPosition, patientOrientation], i) => instance({
    sopInstanceUID: `1.${i}`, number: i + 1, laterality, viewPosition, patientOrientation: patientOrientation ?? null,
    imageOrientation: null, imagePosition: null,
  }));
}

test("a file of arrangements must be one, and holds only what has their form", () => {
  const file = (protocols: unknown): string => JSON.stringify({ format: FILE_FORMAT, protocols });
  assert.deepEqual(protocolsOfFile(file([protocol])), [protocol]);
  assert.deepEqual(protocolsOfFile(file([{ ...protocol, panes: [{ ...pane, view: 7 }] }, protocol])), [protocol]);
  const wrong = [
    "", "{", "null", "[]", JSON.stringify({ protocols: [protocol] }), file([]), file(7),
    file([{ ...protocol, layout: { rows: 1.5, columns: 2 } }]), file([{ ...protocol, panes: [7] }]),
    file([{ ...protocol, panes: [{ ...pane, window: { center: null, width: 1, name: "" } }] }]),
  ];
  for (const text of wrong) assert.throws(() => protocolsOfFile(text), /holds no arrangements/);
  assert.deepEqual(readProtocols({}), []);
});

test("a pane finds the image of its side and view inside of a series", () => {
  const sets = frameSets("9", [series(views([["R", "CC"], ["R", "MLO"], ["L", "CC"]]), { modality: "MG" })]);
  const found = imageFor(pane, sets);
  assert.deepEqual([found?.set, found?.frame], [sets[0], 2]);
  assert.equal(imageFor({ ...pane, view: "ML" }, sets), null);
});

test("four mammograms hang with their chest walls in the middle, turned where they lie otherwise", () => {
  const given: [string, string, string[]][] = [
    ["L", "MLO", ["A", "FL"]], ["R", "CC", ["A", "L"]], ["L", "CC", ["A", "L"]], ["R", "MLO", ["P", "HR"]],
  ];
  const hung = usualHanging(frameSets("9", [series(views(given), { modality: "MG" })]));
  assert.deepEqual(hung?.layout, { rows: 2, columns: 2 });
  assert.deepEqual(hung?.images.map(({ frame, side, mirrored, upsideDown }) => [frame, side, mirrored, upsideDown]), [
    [1, "right", true, false], [2, "left", false, true], [3, "right", false, true], [0, "left", false, false],
  ]);
});

test("two radiographs hang side by side, frontal first; more of them, or with other images, do not", () => {
  const pair = series(views([["", "LL"], ["", "PA"]]), { modality: "DX" });
  assert.deepEqual(usualHanging(frameSets("9", [pair]))?.images.map(({ frame }) => frame), [1, 0]);
  const hands = series(views([["L", "PA"], ["R", "PA"]]), { modality: "CR" });
  assert.deepEqual(usualHanging(frameSets("9", [hands]))?.images.map(({ frame }) => frame), [1, 0]);
  const third = series(views([["", "AP"]]), { modality: "DX", seriesUID: "2" });
  assert.equal(usualHanging(frameSets("9", [pair, third])), null);
  assert.equal(usualHanging(frameSets("9", [pair, series([instance()], { seriesUID: "2" })])), null);
});

test("what disagrees in number, name, birth date or sex is of two patients; what one leaves open is not", () => {
  const anna = { patientID: "7", patientName: "Šímová^Anna", birthDate: "19700102", sex: "F" };
  for (const same of [{}, { patientName: "SIMOVA^ANNA^^" }, { birthDate: "" }, { sex: "" }, { patientName: "" }]) {
    assert.equal(isOtherPatient(anna, { ...anna, ...same }), false, JSON.stringify(same));
  }
  for (const other of [{ patientID: "70" }, { patientName: "Šímová^Eva" }, { birthDate: "19710102" }, { sex: "M" }]) {
    assert.equal(isOtherPatient(anna, { ...anna, ...other }), true, JSON.stringify(other));
  }
});
