// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, compose, invert, quarterTurns, scaling, translation } from "../src/viewer/geometry/affine";
import {
  describePoint, edgeLetters, letters, orientationFrom, patientPoint, plane, projectionLetters, Vector3,
} from "../src/viewer/geometry/orientation";
import { angleAt, describeLength, lengthBetween, rulerLength, spacingOf } from "../src/viewer/geometry/spacing";
import { fitScale, imageToScreen, screenToImageDirection, zoomedAt } from "../src/viewer/geometry/viewport-transform";
import { flipHorizontal, flipVertical, initialView, rotate, ViewState } from "../src/viewer/state/view-state";

const axial = orientationFrom([1, 0, 0, 0, 1, 0]);
const shape = { columns: 112, rows: 96, aspect: 1 / 1.25 };
const pane = { width: 800, height: 600 };

function near(actual: number, expected: number, message = ""): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${message} ${actual} is not ${expected}`);
}

function edges(view: ViewState): string {
  if (!axial) return "";
  const { left, right, top, bottom } = edgeLetters(axial, screenToImageDirection(view));
  return `${left}${right}${top}${bottom}`;
}

test("an affine map and its inverse undo each other", () => {
  const map = compose(translation(5, -7), compose(quarterTurns(90), scaling(2, 3)));
  const there = apply(map, { x: 11, y: 13 });
  const back = apply(invert(map), there);
  near(back.x, 11);
  near(back.y, 13);
  assert.deepEqual(there, { x: -34, y: 15 });
});

test("letters name the axes of the patient, the strongest first", () => {
  const directions: [Vector3, string][] = [
    [[1, 0, 0], "L"], [[-1, 0, 0], "R"], [[0, 1, 0], "P"], [[0, -1, 0], "A"], [[0, 0, 1], "H"], [[0, 0, -1], "F"],
    [[0.9, 0.43, 0], "LP"], [[0.1, -0.6, -0.79], "FA"], [[0.98, 0.19, 0], "L"], [[-0.5, 0.6, 0.62], "HPR"],
  ];
  for (const [direction, expected] of directions) assert.equal(letters(direction), expected);
});

test("an axial image has right at the left and anterior at the top", () => {
  assert.equal(edges(initialView), "RLAP");
});

test("letters follow every turn and flip as they are seen", () => {
  const right = rotate(initialView, true);
  assert.equal(edges(right), "PARL");
  assert.equal(edges(rotate(right, false)), "RLAP");
  assert.equal(edges(flipHorizontal(initialView)), "LRAP");
  assert.equal(edges(flipVertical(initialView)), "RLPA");
  assert.equal(edges(flipHorizontal(right)), "APRL");
  assert.equal(edges(flipVertical(right)), "PALR");
  assert.equal(edges(flipVertical(flipHorizontal(initialView))), edges(rotate(rotate(initialView, true), true)));
});

test("a flip that is repeated is undone, whatever the turn", () => {
  let view = initialView;
  for (let turn = 0; turn < 4; turn += 1) {
    assert.deepEqual(flipHorizontal(flipHorizontal(view)).rotation, view.rotation);
    assert.deepEqual(flipVertical(flipVertical(view)).mirrored, view.mirrored);
    view = rotate(view, true);
  }
  assert.equal(view.rotation, 0);
});

test("letters of a projection come from Patient Orientation", () => {
  const turn = screenToImageDirection(initialView);
  assert.deepEqual(projectionLetters(["L", "F"], turn), { left: "R", right: "L", top: "H", bottom: "F" });
  const flipped = screenToImageDirection(flipHorizontal(initialView));
  assert.deepEqual(projectionLetters(["A", "FR"], flipped), { left: "A", right: "P", top: "HL", bottom: "FR" });
  assert.equal(projectionLetters(["", "F"], turn), null);
});

test("orientations that are no unit vectors are not believed", () => {
  assert.equal(orientationFrom([1, 0, 0, 0, 0.5, 0]), null);
  assert.equal(orientationFrom([1, 0, 0, 0, 1]), null);
  assert.equal(orientationFrom(null), null);
  const coronal = orientationFrom([1, 0, 0, 0, 0, -1]);
  const sagittal = orientationFrom([0, 1, 0, 0, 0, -1]);
  assert.equal(coronal && plane(coronal), "coronal");
  assert.equal(sagittal && plane(sagittal), "sagittal");
});

test("the middle of the first pixel is the image position", () => {
  if (!axial) return;
  const spacing = { row: 1, column: 1.25 };
  assert.deepEqual(patientPoint({ x: 0.5, y: 0.5 }, [-70, -48, 5], axial, spacing), [-70, -48, 5]);
  assert.deepEqual(patientPoint({ x: 40.5, y: 58.5 }, [-70, -48, 5], axial, spacing), [-20, 10, 5]);
  assert.equal(describePoint([-20, 10, 5]), "R 20.0  P 10.0  H 5.0");
});

test("the image fits the pane in its true proportion", () => {
  const scale = fitScale(shape, pane, initialView);
  near(scale, 800 / 112);
  const sideways = fitScale(shape, pane, rotate(initialView, true));
  near(sideways, 600 / 112);
  const map = imageToScreen(shape, pane, initialView);
  const [corner, opposite] = [apply(map, { x: 0, y: 0 }), apply(map, { x: 112, y: 96 })];
  near(opposite.x - corner.x, 800);
  near(opposite.y - corner.y, 96 * 0.8 * scale);
  near(corner.x, 0);
});

test("zooming at a point leaves that point where it is", () => {
  const before = { ...initialView, pan: { x: 30, y: -12 }, rotation: 90 as const, mirrored: true };
  const at = { x: 120, y: 480 };
  const image = apply(invert(imageToScreen(shape, pane, before)), at);
  const after = zoomedAt(before, 2.5, at, pane, [0.1, 40]);
  const now = apply(imageToScreen(shape, pane, after), image);
  near(now.x, at.x);
  near(now.y, at.y);
  assert.equal(zoomedAt(before, 1e6, at, pane, [0.1, 40]).zoom, 40);
});

test("lengths use the spacing of rows and of columns", () => {
  const spacing = spacingOf([1, 1.25], null, "CT");
  near(lengthBetween({ x: 0, y: 0 }, { x: 10, y: 0 }, spacing), 12.5);
  near(lengthBetween({ x: 0, y: 0 }, { x: 0, y: 10 }, spacing), 10);
  near(lengthBetween({ x: 1, y: 1 }, { x: 3.4, y: 5 }, spacing), 5);
  assert.equal(describeLength(12.5, spacing), "12.5 mm");
});

test("a length says in which plane it was measured", () => {
  assert.equal(describeLength(8, spacingOf(null, [0.2, 0.2], "DX")), "8.0 mm at detector");
  assert.equal(describeLength(8, spacingOf([0.2, 0.2], [0.2, 0.2], "DX")), "8.0 mm at detector");
  assert.equal(describeLength(8, spacingOf([0.18, 0.18], [0.2, 0.2], "DX")), "8.0 mm");
  assert.equal(describeLength(8, spacingOf(null, null, "US")), "8.0 px");
  assert.equal(describeLength(8, spacingOf([0, 1], null, "CT")), "8.0 px");
});

test("angles are measured in millimetres, not in pixels", () => {
  const square = spacingOf([1, 1], null, "CT");
  near(angleAt({ x: 0, y: 0 }, { x: 5, y: 0 }, { x: 0, y: 3 }, square), 90);
  near(angleAt({ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 1, y: 1 }, spacingOf([Math.sqrt(3), 1], null, "CT")), 60);
});

test("the ruler has a round length", () => {
  assert.deepEqual([7, 12, 49, 50, 230, 0.7].map(rulerLength), [5, 10, 20, 50, 200, 0.5]);
});
