// SPDX-License-Identifier: Apache-2.0

import { minuteOf, weekday } from "./calendar";
import { Appointment, Resource } from "./types";

/** What of an agenda can be computed without a screen: open times, what stands beside what, what is in the way. */

export interface Interval {
  readonly from: number;
  /** Not in it. */
  readonly to: number;
}

/** When a resource is open on a day, in minutes since 1970-01-01. */
export function openTimes(resource: Resource, day: number): Interval[] {
  if (!resource.isActive) return [];
  const start = day * 1440;
  let open = resource.openings.filter((each) => each.weekday === weekday(day))
    .map((each) => ({ from: start + each.from, to: start + each.to }));
  for (const closure of resource.closures) {
    const [from, to] = [minuteOf(closure.from), minuteOf(closure.to)];
    open = open.flatMap((each) => [
      { from: each.from, to: Math.min(each.to, from) }, { from: Math.max(each.from, to), to: each.to },
    ].filter((piece) => piece.from < piece.to && each.from <= piece.from && piece.to <= each.to));
  }
  return merged(open);
}

function merged(all: Interval[]): Interval[] {
  const result: { from: number; to: number }[] = [];
  for (const each of [...all].sort((one, other) => one.from - other.from)) {
    const last = result[result.length - 1];
    if (last && each.from <= last.to) last.to = Math.max(last.to, each.to);
    else result.push({ ...each });
  }
  return result;
}

/** The rest of a day beside its open times. */
export function closedTimes(open: Interval[], within: Interval): Interval[] {
  const closed: Interval[] = [];
  let at = within.from;
  for (const each of open) {
    if (each.from > at) closed.push({ from: at, to: Math.min(each.from, within.to) });
    at = Math.max(at, each.to);
  }
  if (at < within.to) closed.push({ from: at, to: within.to });
  return closed;
}

export interface Placed<T> {
  readonly item: T;
  readonly from: number;
  readonly to: number;
  /** Which of `lanes` beside each other it has. */
  lane: number;
  lanes: number;
}

/** Puts what overlaps beside each other. */
export function lanes<T>(items: readonly { item: T; from: number; to: number }[]): Placed<T>[] {
  const sorted = [...items].sort((one, other) => one.from - other.from || other.to - one.to);
  const placed: Placed<T>[] = [];
  let group: Placed<T>[] = [];
  let ends: number[] = [];
  let groupEnd = -Infinity;
  const close = (): void => {
    group.forEach((each) => (each.lanes = ends.length));
    [group, ends, groupEnd] = [[], [], -Infinity];
  };
  for (const each of sorted) {
    if (each.from >= groupEnd) close();
    const free = ends.findIndex((end) => end <= each.from);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = each.to;
    groupEnd = Math.max(groupEnd, each.to);
    const entry = { ...each, lane, lanes: 1 };
    group.push(entry);
    placed.push(entry);
  }
  close();
  return placed;
}

/** What keeps resources from being booked then: others' appointments, and resources that are closed. */
export function obstacles(
  resources: readonly Resource[], appointments: readonly Appointment[], start: number, minutes: number, except: number,
): { taken: Appointment[]; closed: Resource[] } {
  const end = start + minutes;
  const wanted = new Set(resources.map((each) => each.id));
  const taken = appointments.filter(({ booking }) => {
    const from = minuteOf(booking.start);
    return (except === 0 || booking.exam !== except) && !booking.isOverbooked && from < end
      && start < from + booking.minutes && booking.resources.some((id) => wanted.has(id));
  });
  const closed = resources.filter((each) => {
    return !openTimes(each, Math.floor(start / 1440)).some((open) => open.from <= start && end <= open.to);
  });
  return { taken, closed };
}

/** Full hours that a day must show: all that is open or booked, else from seven to seven. */
export function shownHours(open: readonly Interval[], booked: readonly Interval[]): { from: number; to: number } {
  const all = [...open, ...booked];
  if (all.length === 0) return { from: 7 * 60, to: 19 * 60 };
  const ofDay = all.map((each) => {
    const start = Math.floor(each.from / 1440) * 1440;
    return { from: each.from - start, to: Math.min(each.to - start, 1440) };
  });
  const first = Math.floor(Math.min(...ofDay.map((each) => each.from)) / 60) * 60;
  const last = Math.ceil(Math.max(...ofDay.map((each) => each.to)) / 60) * 60;
  return { from: Math.max(0, first), to: Math.min(1440, Math.max(last, first + 240)) };
}

/** Total of open minutes and of those that are booked. */
export function load(open: readonly Interval[], booked: readonly Interval[]): { open: number; booked: number } {
  const length = (all: readonly Interval[]): number => all.reduce((sum, each) => sum + each.to - each.from, 0);
  return { open: length(open), booked: length(merged([...booked])) };
}
