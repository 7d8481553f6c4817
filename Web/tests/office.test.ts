// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { atMinute, clock, dateOf, dayOf, minuteOf, minutesOfClock, monday,
  weekday } from "../src/radiology/agenda/calendar";
import { closedTimes, lanes, load, obstacles, openTimes, shownHours } from "../src/radiology/agenda/plan";
import { hoursText, parseHours } from "../src/radiology/agenda/resource-dialog";
import { Appointment, Resource } from "../src/radiology/agenda/types";
import { acknowledgement, segments } from "../src/administration/segments";
import { csv } from "../src/components/csv";
import { joinedName, nameParts } from "../src/radiology/patients/patient-form";
import { byUrgency } from "../src/radiology/words";
import { Group, volumes, workload } from "../src/statistics/figures";
import { countTicks, durationText, ticks, timeUnit } from "../src/statistics/scale";

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

test("axes end at round figures and times have the unit that fits", () => {
  assert.deepEqual(ticks(23), [0, 5, 10, 15, 20, 25]);
  assert.deepEqual(ticks(0.9), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(countTicks(3), [0, 1, 2, 3]);
  assert.deepEqual(countTicks(26), [0, 10, 20, 30]);
  assert.deepEqual([90, 600, 9_000].map((each) => timeUnit(each).label), ["min", "h", "days"]);
  assert.deepEqual([0.2, 47, 210, 3_000].map(durationText), ["< 1 min", "47 min", "3.5 h", "2.1 d"]);
});

test("every day of a period stands, and long periods are weeks", () => {
  const group = (key: string, performed: number): Group => ({ key, performed, validated: 0, cancelled: 0, noShows: 0 });
  const groups = [group("20261121 CT", 3), group("20261119 MR", 2), group("20261119 CT", 1)];
  assert.deepEqual(volumes(groups, "20261118", "20261121"), {
    names: ["11-18", "11-19", "11-20", "11-21"], modalities: ["CT", "MR"], values: [[0, 0], [1, 2], [0, 0], [3, 0]],
  });
  const long = volumes(groups, "20260901", "20261122");
  assert.deepEqual([long.names.length, long.values[long.values.length - 1]], [12, [4, 2]]);
  assert.deepEqual(workload([group("1 06", 2), group("7 19", 1)]).hours.length, 14);
  assert.equal(workload([group("1 06", 2)]).values[0][0], 2);
});

test("messages are read by the names of their fields", () => {
  const [header, patient] = segments("MSH|^~\\&|HIS|HOSP\rPID|1||P1^^^HOSP||Lind^Anna\r");
  assert.deepEqual(header.fields[1], { place: "MSH-3", name: "Sending Application", value: "HIS" });
  assert.deepEqual(patient.fields.map((each) => each.place), ["PID-1", "PID-3", "PID-5"]);
  assert.equal(patient.fields[2].name, "Patient Name");
  assert.deepEqual(acknowledgement("MSH|^~\\&|A\rMSA|AE|1|no patient\r"), { code: "AE", text: "no patient" });
  assert.equal(acknowledgement(""), null);
});

test("a spreadsheet gets text as text", () => {
  assert.equal(csv([["a", "b,c", "d\"e"], [1, null, "=1+1"]]), "a,\"b,c\",\"d\"\"e\"\r\n1,,'=1+1\r\n");
});

test("what is to be scheduled comes urgent first, then what waits the longest", () => {
  const asked = [
    { name: "d", priority: "ROUTINE", since: 5 }, { name: "a", priority: "STAT", since: 9 },
    { name: "c", priority: "ROUTINE", since: 1 }, { name: "b", priority: "HIGH", since: 7 },
    { name: "e", priority: "LOW", since: 0 },
  ] as const;
  assert.equal([...asked].sort(byUrgency).map((each) => each.name).join(""), "abcde");
});
