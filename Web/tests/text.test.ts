// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { errorFrom } from "../src/api/problem";
import { parseRoute, studyAddress } from "../src/app/router";
import { passwordProblem } from "../src/app/setup-page";
import { age, ago, date, personName, time } from "../src/components/text";
import { batch, effect, Signal } from "../src/signals/signal";
import { bindingFor, bindings, keyLabel, KeyPress } from "../src/viewer/keymap";
import { valueUnit } from "../src/viewer/overlay/readout";
import { corners } from "../src/viewer/overlay/corners";
import { presentation } from "../src/viewer/render/presentation";
import { frameSets } from "../src/viewer/state/frame-set";
import { kindOf } from "../src/viewer/objects/other-objects";
import { spacingOf } from "../src/viewer/geometry/spacing";
import { initialView } from "../src/viewer/state/view-state";
import { instance, series, study } from "./samples";

test("names read family first", () => {
  assert.equal(personName("Phantom^Geometry"), "Phantom, Geometry");
  assert.equal(personName("Adams^John Robert Quincy^^Rev.^B.A. M.Div."), "Adams, Rev. John Robert Quincy B.A. M.Div.");
  assert.equal(personName("Yamada^Tarou=山田^太郎=やまだ^たろう"), "Yamada, Tarou (山田, 太郎)");
  assert.equal(personName("=山田^太郎"), "山田, 太郎");
  assert.equal(personName(""), "");
});

test("dates and times are unambiguous, and wrong ones stay as they are", () => {
  assert.equal(date("20240229"), "2024-02-29");
  assert.equal(date("2024.02.29"), "2024.02.29");
  assert.equal(time("235959.999999", true), "23:59:59");
  assert.equal(time("2359"), "23:59");
  assert.equal(date(null), "");
});

test("age counts years, months for infants, days for newborns", () => {
  assert.equal(age("19700102", "20240101"), "53 y");
  assert.equal(age("19700102", "20240102"), "54 y");
  assert.equal(age("20231215", "20240820"), "8 mo");
  assert.equal(age("20240227", "20240301"), "3 d");
  assert.equal(age("", "20240301"), "");
  assert.equal(age("20250101", "20240301"), "");
});

test("ago stays short", () => {
  const now = Date.UTC(2026, 0, 2);
  const before = (seconds: number): string => ago(now * 1000 - seconds * 1e6, now);
  assert.deepEqual([5, 65, 7_300, 200_000].map(before), ["just now", "1 min ago", "2 h ago", "2 d ago"]);
  assert.equal(before(90 * 86_400), "2025-10-04");
});

test("an address names its page", () => {
  assert.deepEqual(parseRoute(studyAddress("1.2.3")), {
    page: "study", studyUID: "1.2.3", query: new URLSearchParams(),
  });
  assert.deepEqual(parseRoute("#/setup?token=a%2Bb"), { page: "setup", token: "a+b" });
  assert.equal(parseRoute("").page, "list");
  assert.equal(parseRoute("#/admin/nodes").page, "unknown");
  assert.equal(parseRoute("#/study/%E0%A4%A").page, "study");
});

test("an error of the server becomes a plain sentence", async () => {
  const body = JSON.stringify({ title: "Busy", detail: "Try again.", status: 503 });
  const problem = await errorFrom(
    new Response(body, { status: 503, headers: { "Content-Type": "application/problem+json" } }),
  );
  assert.deepEqual([problem.status, problem.title, problem.detail], [503, "Busy", "Try again."]);
  const bare = await errorFrom(new Response("<html>", { status: 404 }));
  assert.equal(bare.title, "Not found");
});

test("a first password is long enough and typed twice alike", () => {
  assert.ok(passwordProblem("short", "short")?.includes("10"));
  assert.ok(passwordProblem("long enough words", "other words here")?.includes("differ"));
  assert.equal(passwordProblem("long enough words", "long enough words"), null);
});

test("effects follow what they read, once for a batch", () => {
  const [a, b] = [new Signal(1), new Signal(2)];
  const seen: number[] = [];
  const stop = effect(() => seen.push(a.get() + b.get()));
  batch(() => {
    a.set(10);
    b.set(20);
  });
  a.set(10);
  stop();
  a.set(0);
  assert.deepEqual(seen, [3, 30]);
});

function press(key: string, given: Partial<KeyPress> = {}): KeyPress {
  return {
    key, code: `Key${key.toUpperCase()}`, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...given,
  };
}

test("keys are found with exactly their modifiers", () => {
  assert.equal(bindingFor(press("w"))?.label, "Window / level");
  assert.equal(bindingFor(press("I", { shiftKey: true }))?.label, "Invert");
  assert.equal(bindingFor(press("i"))?.label, "Texts: full, few, none");
  assert.equal(bindingFor(press("˙", { code: "KeyH", altKey: true }))?.label, "Flip left and right");
  assert.equal(bindingFor(press("z", { ctrlKey: true }))?.label, "Undo");
  assert.equal(bindingFor(press("w", { ctrlKey: true })), undefined);
  assert.equal(bindingFor(press("3", { code: "Digit3" }))?.label, "Window 3");
});

test("no key does two things", () => {
  const labels = bindings.map(keyLabel);
  assert.equal(new Set(labels).size, labels.length);
});

test("values have the unit that the image says", () => {
  assert.equal(valueUnit("HU", "CT"), "HU");
  assert.equal(valueUnit(null, "CT"), "HU");
  assert.equal(valueUnit("US", "CT"), "");
  assert.equal(valueUnit(null, "MR"), "");
  assert.equal(valueUnit("BQML", "PT"), "BQML");
});

test("objects without images are called by what they are", () => {
  assert.equal(kindOf(instance({ sopClassUID: "1.2.840.10008.5.1.4.1.1.104.1" })), "PDF document");
  assert.equal(kindOf(instance({ sopClassUID: "1.2.840.10008.5.1.4.1.1.88.33" })), "structured report");
  assert.equal(kindOf(instance({ transferSyntaxUID: "1.2.840.10008.1.2.4.102" })), "video");
  assert.equal(kindOf(instance({ sopClassUID: "1.2.3" })), "object without an image");
});

test("the corners say who, what, where and how", () => {
  const [set] = frameSets("9", [series([instance({ lossy: true, laterality: "L" })], { description: "Thin" })]);
  const pixels = { columns: 112, rows: 96, samples: 1 as const, photometric: "MONOCHROME1", data: new Uint16Array(1) };
  const shown = { frame: set.frames[0], index: 0, pixels };
  const view = { ...initialView, rotation: 90 as const, mirrored: true };
  const shownAs = presentation({
    instance: shown.frame.instance, pixels, view, window: { center: 40, width: 400, name: "Brain" },
    spacing: spacingOf([1, 1.25], null, "CT"), viewport: { width: 800, height: 600 },
  });
  assert.equal(shownAs.inverted, true);
  const input = { study: study(), set, shown, view, presentation: shownAs, magnification: 2 };
  const full = corners({ ...input, level: "full" });
  const words = (lines: readonly { text: string }[]): string[] => lines.map((line) => line.text);
  assert.deepEqual(words(full.topLeft), ["Phantom, Geometry", "PHANTOM", "* 1970-01-02  O  54 y"]);
  assert.deepEqual(words(full.topRight), ["Geometry phantom", "Acc ACC1", "2024-02-29  23:59:59"]);
  assert.deepEqual(
    words(full.bottomLeft), ["1 / 1", "W 400  L 40  Brain", "Zoom 200 %", "90°  mirrored", "Lossy compressed"],
  );
  assert.equal(full.bottomRight[0].text, "L");
  assert.deepEqual(words(corners({ ...input, level: "minimal" }).bottomLeft), ["1 / 1", "Lossy compressed"]);
  assert.deepEqual(corners({ ...input, level: "none" }).topLeft, []);
});
