// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { CineClock, cineRate } from "../src/viewer/cine/clock";
import { frameSets } from "../src/viewer/state/frame-set";
import { describeMeasurement } from "../src/viewer/overlay/describe-measurement";
import { Measurements } from "../src/viewer/state/measurement";
import { Pane } from "../src/viewer/state/pane";
import { initialView, resetView, toFrame } from "../src/viewer/state/view-state";
import {
  autoWindow, ctPresets, draggedWindow, headerWindows, presetsFor, voiLine, widened,
} from "../src/viewer/state/window";
import { spacingOf } from "../src/viewer/geometry/spacing";
import { instance, series } from "./samples";

function slices(places: number[], given: (index: number) => object = () => ({})): ReturnType<typeof instance>[] {
  return places.map((z, i) =>
    instance({ sopInstanceUID: `1.${i}`, number: i + 1, imagePosition: [-70, -48, z], ...given(i) }));
}

test("axial slices go from head to feet, whatever their numbers", () => {
  const [set] = frameSets("9", [series(slices([0, 10, 5, -5]))]);
  assert.deepEqual(set.frames.map((frame) => frame.instance.imagePosition?.[2]), [10, 5, 0, -5]);
});

test("sagittal slices go from right to left, coronal ones from front to back", () => {
  const sagittal = slices(
    [0, 0, 0], (i) => ({ imageOrientation: [0, 1, 0, 0, 0, -1], imagePosition: [[5, -5, 0][i], 0, 0] }),
  );
  const xs = frameSets("9", [series(sagittal)])[0].frames.map((frame) => frame.instance.imagePosition?.[0]);
  assert.deepEqual(xs, [-5, 0, 5]);
  const coronal = slices(
    [0, 0, 0], (i) => ({ imageOrientation: [1, 0, 0, 0, 0, -1], imagePosition: [0, [5, -5, 0][i], 0] }),
  );
  const ys = frameSets("9", [series(coronal)])[0].frames.map((frame) => frame.instance.imagePosition?.[1]);
  assert.deepEqual(ys, [-5, 0, 5]);
});

test("without places the numbers decide, and the UID where there are none", () => {
  const images = [3, 1, 2, null].map(
    (number, i) => instance({ sopInstanceUID: `1.${i}`, number, imagePosition: null }),
  );
  const [set] = frameSets("9", [series(images)]);
  assert.deepEqual(set.frames.map((frame) => frame.instance.sopInstanceUID), ["1.1", "1.2", "1.0", "1.3"]);
});

test("a scout and a stack in one series become two sets", () => {
  const scout = instance({ sopInstanceUID: "1.99", imageOrientation: [1, 0, 0, 0, 0, -1] });
  const sets = frameSets("9", [series([scout, ...slices([0, 5, 10])])]);
  assert.deepEqual(sets.map((set) => set.frames.length), [1, 3]);
  assert.deepEqual(sets.map((set) => set.part), ["1 of 2", "2 of 2"]);
  assert.equal(new Set(sets.map((set) => set.id)).size, 2);
});

test("two passes through the same places become two sets", () => {
  const sets = frameSets("9", [series(slices([0, 5, 10, 0, 5, 10]))]);
  assert.deepEqual(sets.map((set) => set.frames.map((frame) => frame.instance.number)), [[3, 2, 1], [6, 5, 4]]);
});

test("a loop stands alone with all its frames", () => {
  const loop = instance({ sopInstanceUID: "2.1", numberOfFrames: 30, imagePosition: null });
  const still = instance({ sopInstanceUID: "2.2", imagePosition: null });
  const sets = frameSets("9", [series([loop, still])]);
  assert.deepEqual(sets.map((set) => set.frames.length), [30, 1]);
  assert.equal(sets[0].frames[29].key, "2.1/30");
});

test("a series without images still has its set", () => {
  const [set] = frameSets("9", [series([instance({ isImage: false })])]);
  assert.deepEqual([set.frames.length, set.others.length], [0, 1]);
});

test("VOI LINEAR maps the ends of the window to black and white", () => {
  const { scale, offset } = voiLine({ center: 40, width: 400, name: "" }, "LINEAR");
  assert.ok(Math.abs((40 - 0.5 - 399 / 2) * scale + offset) < 1e-12);
  assert.ok(Math.abs((40 - 0.5 + 399 / 2) * scale + offset - 1) < 1e-12);
  const exact = voiLine({ center: 40, width: 400, name: "" }, "LINEAR_EXACT");
  assert.equal(-160 * exact.scale + exact.offset, 0);
  const threshold = voiLine({ center: 10, width: 1, name: "" }, "LINEAR");
  assert.ok(9 * threshold.scale + threshold.offset <= 0 && 10 * threshold.scale + threshold.offset >= 1);
  const sigmoid = voiLine({ center: 40, width: 400, name: "" }, "SIGMOID");
  assert.equal(40 * sigmoid.scale + sigmoid.offset, 0);
});

test("windows of the header need a centre and a width that is one", () => {
  assert.deepEqual(headerWindows([40, 600, 1], [400, 0], ["Body"]), [{ center: 40, width: 400, name: "Body" }]);
  assert.deepEqual(headerWindows(null, [1], null), []);
  const ownFirst = presetsFor(headerWindows([40], [400], null), "CT");
  assert.deepEqual(ownFirst.slice(0, 2).map((window) => window.name), ["DICOM", ctPresets[0].name]);
  assert.deepEqual(presetsFor([], "MR"), []);
});

test("the automatic window covers the values but not a few outliers or the padding", () => {
  const values = Int16Array.from({ length: 10_000 }, (_, i) => (i === 0 ? 30_000 : i < 2_000 ? -2_000 : i % 1_000));
  const window = autoWindow(values, 2, -10, -2_000);
  const [low, high] = [window.center - window.width / 2, window.center + window.width / 2];
  assert.ok(low >= -10 && low < 30, `low ${low}`);
  assert.ok(high <= 1_988 && high > 1_950, `high ${high}`);
  assert.deepEqual(autoWindow(new Int16Array(9).fill(7), 1, 0), { center: 7.5, width: 1, name: "Auto" });
  assert.deepEqual(widened({ center: 5, width: 10, name: "" }, { center: 20, width: 10, name: "Auto" }), {
    center: 12.5, width: 25, name: "Auto",
  });
});

test("dragging right widens, up lowers the centre", () => {
  const start = { center: 40, width: 400, name: "Brain" };
  assert.ok(draggedWindow(start, 20, 0).width > 400);
  assert.ok(draggedWindow(start, -20, 0).width < 400);
  assert.ok(draggedWindow(start, 0, -20).center < 40);
  assert.equal(draggedWindow(start, 1, 0).name, "");
  assert.ok(draggedWindow({ center: 0, width: 2, name: "" }, -4_000, 0).width >= 1);
});

test("a view stays within its frames and reset keeps the frame", () => {
  assert.equal(toFrame(initialView, 99, 40).frame, 39);
  assert.equal(toFrame(initialView, -1, 40).frame, 0);
  assert.equal(toFrame(initialView, 3, 0).frame, 0);
  const moved = { ...initialView, frame: 7, zoom: 3, inverted: true };
  assert.deepEqual(resetView(moved), { ...initialView, frame: 7 });
});

test("a pane stays at its image when more images come", () => {
  const pane = new Pane(0);
  const [first] = frameSets("9", [series(slices([0, 10]))]);
  pane.open(first);
  pane.scrollTo(1);
  const [more] = frameSets("9", [series(slices([0, 10, 5, 20]))]);
  pane.renew(more);
  assert.equal(pane.frame?.instance.sopInstanceUID, "1.0");
  assert.equal(pane.view.peek().frame, 3);
});

test("a pane knows which way the reader went", () => {
  const pane = new Pane(0);
  pane.open(frameSets("9", [series(slices([0, 5, 10]))])[0]);
  pane.scrollBy(2);
  assert.equal(pane.direction, 1);
  pane.scrollBy(-1);
  assert.equal(pane.direction, -1);
});

test("cine counts by elapsed time and starts over", () => {
  const clock = new CineClock(25, 10);
  clock.start(8, 1_000);
  assert.equal(clock.frameAt(1_039), 8);
  assert.equal(clock.frameAt(1_040), 9);
  assert.equal(clock.frameAt(1_080), 0);
  assert.equal(clock.frameAt(11_000), (8 + 250) % 10);
});

test("cine takes the rate of the object", () => {
  assert.equal(cineRate(instance({ frameTime: 40, numberOfFrames: 20 })), 25);
  assert.equal(cineRate(instance({ frameTime: 40, recommendedDisplayFrameRate: 15 })), 15);
  assert.equal(cineRate(instance({ numberOfFrames: 20 })), 25);
  assert.equal(cineRate(instance({ frameTime: 0.1 })), 60);
});

test("a measurement can be drawn, moved, deleted and brought back", () => {
  const list = new Measurements();
  const id = list.add("length", "1.1/1", [{ x: 0, y: 0 }, { x: 0, y: 0 }]);
  list.move(id, [{ x: 0, y: 0 }, { x: 8, y: 6 }]);
  assert.equal(describeMeasurement(list.all.peek()[0], spacingOf([1, 1], null, "CT")), "10.0 mm");
  assert.equal(list.on("1.1/2").length, 0);
  list.remove(id);
  assert.equal(list.all.peek().length, 0);
  list.undo();
  assert.equal(list.all.peek().length, 1);
  list.undo();
  assert.equal(list.all.peek().length, 0);
});

test("a drawing that is given up leaves nothing to undo", () => {
  const list = new Measurements();
  list.add("length", "a", [{ x: 0, y: 0 }, { x: 1, y: 1 }]);
  const id = list.add("angle", "a", [{ x: 0, y: 0 }]);
  list.abandon(id);
  assert.equal(list.all.peek().length, 1);
  list.undo();
  assert.equal(list.all.peek().length, 0);
});

test("an object that claims absurdly many frames does not fill the memory", () => {
  const [set] = frameSets("9", [series([instance({ numberOfFrames: 2_147_483_647 })])]);
  assert.equal(set.frames.length, 20_000);
});
