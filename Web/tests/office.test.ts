// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { atMinute, clock, dateOf, dayOf, minuteOf, minutesOfClock, monday,
  weekday } from "../src/radiology/agenda/calendar";
import { closedTimes, lanes, load, obstacles, openTimes, shownHours } from "../src/radiology/agenda/plan";
import { hoursText, parseHours } from "../src/radiology/agenda/resource-dialog";
import { Appointment, Resource } from "../src/radiology/agenda/types";
import { joinedName, nameParts } from "../src/radiology/patients/patient-form";

const day = dayOf("20261123");
const resource: Resource = {
  id: 1, name: "CT 1", kind: "machine", aeTitle: "CT1", modality: "CT", location: "", isActive: true,
  openings: [{ weekday: 1, from: 480, to: 720 }, { weekday: 1, from: 780, to: 1020 }],
  closures: [{ from: atMinute(day * 1440 + 840), to: atMinute(day * 1440 + 900), reason: "Service" }],
};

function booked(exam: number, from: number, minutes: number, resources = [1], isOverbooked = false): Appointment {
  const start = atMinute(day * 1440 + from);
  return {
    booking: { id: exam, exam, step: 0, resources, start, minutes, title: "", isOverbooked, bookedBy: "" },
      commands: [],
  };
}

test("days and minutes are those of the calendar", () => {
  assert.equal(weekday(day), 1);
  assert.equal(monday(dayOf("20261129")), day);
  assert.equal(dateOf(dayOf("20240229") + 1), "20240301");
  for (const at of [{ date: "20261123", time: "081500" }, { date: "20000101", time: "000000" }]) {
    assert.deepEqual(atMinute(minuteOf(at)), at);
  }
  assert.equal(clock(day * 1440 + 495), "08:15");
  assert.deepEqual(["8:05", "24:00", "24:01", "7:60", "x"].map(minutesOfClock), [485, 1440, null, null, null]);
});

test("closures take time away from opening hours", () => {
  const start = day * 1440;
  const open = openTimes(resource, day);
  assert.deepEqual(open.map((each) => [each.from - start, each.to - start]), [[480, 720], [780, 840], [900, 1020]]);
  assert.deepEqual(openTimes(resource, day + 1), []);
  assert.deepEqual(openTimes({ ...resource, isActive: false }, day), []);
  const closed = closedTimes(open, { from: start + 420, to: start + 1080 });
  assert.deepEqual(closed.map((each) => [each.from - start, each.to - start]), [
    [420, 480], [720, 780], [840, 900], [1020, 1080],
  ]);
  assert.deepEqual(shownHours(open, []), { from: 480, to: 1020 });
  assert.deepEqual(shownHours([], []), { from: 420, to: 1140 });
});

test("what overlaps stands side by side, and nothing else", () => {
  const items = [[0, 30], [10, 20], [20, 40], [40, 50]].map(([from, to]) => ({ item: from, from, to }));
  assert.deepEqual(lanes(items).map((each) => [each.item, each.lane, each.lanes]), [
    [0, 0, 2], [10, 1, 2], [20, 1, 2], [40, 0, 1],
  ]);
});

test("what is in the way of a time is named", () => {
  const at = day * 1440 + 600;
  const all = [booked(5, 590, 20), booked(6, 620, 20), booked(7, 600, 20, [2]), booked(8, 600, 20, [1], true)];
  assert.deepEqual(obstacles([resource], all, at, 20, 0).taken.map((each) => each.booking.exam), [5]);
  assert.deepEqual(obstacles([resource], all, at, 20, 5).taken, []);
  assert.deepEqual(obstacles([resource], all, at, 130, 0).closed, [resource]);
  assert.deepEqual(load([{ from: 0, to: 100 }], [{ from: 0, to: 30 }, { from: 20, to: 40 }]),
    { open: 100, booked: 40 });
});

test("opening hours are read as they are written", () => {
  const hours = parseHours(1, "8:00-12:00, 13:00–17:00");
  assert.deepEqual(hours, [{ weekday: 1, from: 480, to: 720 }, { weekday: 1, from: 780, to: 1020 }]);
  assert.equal(hoursText(hours, 1), "08:00–12:00, 13:00–17:00");
  assert.deepEqual(parseHours(2, " "), []);
  for (const text of ["8-12", "12:00-8:00", "8:00", "8:00-9:00-10:00"]) assert.throws(() => parseHours(1, text));
});

test("a name's other components stay when it is edited", () => {
  const parts = nameParts("Lind^Anna^B^Dr^Jr=林^安");
  assert.deepEqual([parts.family, parts.given], ["Lind", "Anna"]);
  assert.equal(joinedName("Lund", "Anna", parts.rest), "Lund^Anna^B^Dr^Jr=林^安");
  assert.equal(joinedName("Lind", "", nameParts("Lind^Anna").rest), "Lind");
});
