// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { isValidated } from "../src/light/reports";
import { TouchGestures } from "../src/light/touch";

function recorded(): { gestures: TouchGestures; heard: string[] } {
  const heard: string[] = [];
  const figure = (value: number): number => Math.round(value * 100) / 100;
  return {
    heard,
    gestures: new TouchGestures({
      moved: (by) => heard.push(`moved ${by.x} ${by.y}`),
      pinched: (by, factor, at) => heard.push(`pinched ${by.x} ${by.y} by ${figure(factor)} at ${at.x} ${at.y}`),
      tappedTwice: () => heard.push("twice"),
    }),
  };
}

test("one finger moves", () => {
  const { gestures, heard } = recorded();
  gestures.down(1, { x: 10, y: 10 }, 0);
  gestures.move(1, { x: 10, y: 30 });
  gestures.move(1, { x: 15, y: 30 });
  assert.deepEqual(heard, ["moved 0 20", "moved 5 0"]);
});

test("two fingers zoom about their middle and move; the one that stays does nothing more", () => {
  const { gestures, heard } = recorded();
  gestures.down(1, { x: 0, y: 0 }, 0);
  gestures.down(2, { x: 100, y: 0 }, 5);
  gestures.move(2, { x: 200, y: 0 });
  gestures.up(2, { x: 200, y: 0 }, 500);
  gestures.move(1, { x: 50, y: 50 });
  assert.deepEqual(heard, ["pinched 50 0 by 2 at 100 0"]);
  gestures.up(1, { x: 50, y: 50 }, 600);
  gestures.down(3, { x: 0, y: 0 }, 700);
  gestures.move(3, { x: 0, y: 9 });
  assert.equal(heard[1], "moved 0 9");
});

test("two taps in one place and at one time are told once", () => {
  const { gestures, heard } = recorded();
  for (const at of [0, 200, 400, 1_500]) {
    gestures.down(1, { x: 5, y: 5 }, at);
    gestures.up(1, { x: 6, y: 5 }, at + 80);
  }
  assert.deepEqual(heard, ["twice"]);
});

test("only a report that somebody answers for is shown to who ordered it", () => {
  const report = (completion: string, verification: string): Parameters<typeof isValidated>[0] => ({
    "0040A491": { vr: "CS", Value: [completion] }, "0040A493": { vr: "CS", Value: [verification] },
  });
  assert.ok(isValidated(report("COMPLETE", "VERIFIED")));
  assert.ok(!isValidated(report("COMPLETE", "UNVERIFIED")));
  assert.ok(!isValidated(report("PARTIAL", "VERIFIED")));
});
