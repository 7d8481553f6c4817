// SPDX-License-Identifier: Apache-2.0

import { dateOf, dayOf, monday } from "../radiology/agenda/calendar";
import { Spread } from "./charts";

/** What `/api/v1/statistics` answers, and how it becomes plots. */

export interface Group {
  key: string;
  performed: number;
  validated: number;
  cancelled: number;
  noShows: number;
  waiting?: Spread | null;
  examination?: Spread | null;
  reporting?: Spread | null;
  whole?: Spread | null;
}

export type Measure = "waiting" | "examination" | "reporting" | "whole";

/** Longer periods are shown by weeks. */
const MOST_DAYS = 62;

const colours: Readonly<Record<string, string>> = {
  CT: "#5aa9e6", MR: "#a392f0", US: "#5fc4ae", DX: "#e9b04c", CR: "#d98f4a", MG: "#dd83c3", NM: "#e6d35a",
    PT: "#f08c5a",
  XA: "#ee8d84", RF: "#c8746c",
};
const others = ["#8fb8d8", "#b8a1d9", "#8fcfa8", "#d9c48f", "#d99aa8", "#9aa8b8"];

export function colourOf(key: string, index: number): string {
  return colours[key] ?? others[index % others.length];
}

/** Exams by day, or by week in long periods, and modality; each day between the first and the last stands. */
export function volumes(
  groups: readonly Group[], from: string, to: string,
): { names: string[]; modalities: string[]; values: number[][] } {
  const [first, last] = [dayOf(from), dayOf(to)];
  const byWeek = last - first >= MOST_DAYS;
  const bin = (day: number): number => (byWeek ? monday(day) : day);
  const names: number[] = [];
  for (let day = bin(first); day <= last; day += byWeek ? 7 : 1) names.push(day);
  const modalities = [...new Set(groups.map((each) => each.key.slice(9)))].sort();
  const values = names.map(() => modalities.map(() => 0));
  for (const group of groups) {
    const row = names.indexOf(bin(dayOf(group.key.slice(0, 8))));
    const column = modalities.indexOf(group.key.slice(9));
    if (row >= 0) values[row][column] += group.performed;
  }
  return { names: names.map(shortDay), modalities, values };
}

/** `11-21` */
export function shortDay(day: number): string {
  const date = dateOf(day);
  return `${date.slice(4, 6)}-${date.slice(6, 8)}`;
}

/** Exams by weekday and hour, as far as hours are used. */
export function workload(groups: readonly Group[]): { hours: string[]; values: number[][] } {
  const used = groups.filter((each) => each.performed > 0).map((each) => Number(each.key.slice(2)));
  const [first, last] = used.length > 0 ? [Math.min(...used, 7), Math.max(...used, 18)] : [7, 18];
  const hours = Array.from({ length: last - first + 1 }, (_, index) => String(first + index).padStart(2, "0"));
  const values = Array.from({ length: 7 }, () => hours.map(() => 0));
  for (const group of groups) {
    const column = hours.indexOf(group.key.slice(2));
    if (column >= 0) values[Number(group.key.slice(0, 1)) - 1][column] += group.performed;
  }
  return { hours, values };
}

export function scaled(spread: Spread | null | undefined, minutes: number): Spread | null {
  if (!spread) return null;
  return {
    count: spread.count, p25: spread.p25 / minutes, median: spread.median / minutes, p75: spread.p75 / minutes,
    p90: spread.p90 / minutes,
  };
}

export function total(groups: readonly Group[], of: (group: Group) => number): number {
  return groups.reduce((sum, each) => sum + of(each), 0);
}
