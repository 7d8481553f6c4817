// SPDX-License-Identifier: Apache-2.0

/** Round figures for axes, and units that fit. */

/** From 0 to the first round number at or above `most`, in about `count` steps. */
export function ticks(most: number, count = 5): number[] {
  if (!(most > 0)) return [0, 1];
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough - 1e-12) ?? power * 10;
  const steps = Math.ceil(most / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** Whole numbers only, for counts. */
export function countTicks(most: number, count = 5): number[] {
  if (most <= count) return Array.from({ length: Math.max(1, Math.ceil(most)) + 1 }, (_, index) => index);
  return ticks(most, count).map((each) => Math.round(each)).filter((each, index, all) => each !== all[index - 1]);
}

export interface TimeUnit {
  readonly minutes: number;
  readonly label: string;
}

const units: readonly TimeUnit[] = [
  { minutes: 1, label: "min" }, { minutes: 60, label: "h" }, { minutes: 1440, label: "days" },
];

/** The unit in which the longest of some times reads best. */
export function timeUnit(longest: number): TimeUnit {
  return longest < 180 ? units[0] : longest < 4320 ? units[1] : units[2];
}

/** `47 min`, `3.5 h`, `2.1 d` */
export function durationText(minutes: number): string {
  if (minutes < 1) return "< 1 min";
  if (minutes < 120) return `${Math.round(minutes)} min`;
  if (minutes < 2880) return `${(minutes / 60).toFixed(1)} h`;
  return `${(minutes / 1440).toFixed(1)} d`;
}
