// SPDX-License-Identifier: Apache-2.0

import { currentLanguage } from "../../i18n/i18n";
import { LocalDateTime } from "../types";

/** The department's wall clock as numbers: days and minutes since 1970-01-01, without time zones. */

const DAY = 1440;

export function dayOf(date: string): number {
  const [year, month, day] = [Number(date.slice(0, 4)), Number(date.slice(4, 6)), Number(date.slice(6, 8))];
  return Math.round(Date.UTC(year, month - 1, day) / 86_400_000);
}

export function dateOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10).replaceAll("-", "");
}

export function minuteOf(at: LocalDateTime): number {
  return dayOf(at.date) * DAY + Number(at.time.slice(0, 2)) * 60 + Number(at.time.slice(2, 4));
}

export function atMinute(minute: number): LocalDateTime {
  const ofDay = ((minute % DAY) + DAY) % DAY;
  return { date: dateOf((minute - ofDay) / DAY), time: `${two(Math.floor(ofDay / 60))}${two(ofDay % 60)}00` };
}

/** 1 for Monday to 7 for Sunday. */
export function weekday(day: number): number {
  return ((day + 3) % 7) + 1;
}

export function monday(day: number): number {
  return day - weekday(day) + 1;
}

/** `08:15` of a minute of the day. */
export function clock(minute: number): string {
  const ofDay = ((minute % DAY) + DAY) % DAY;
  return `${two(Math.floor(ofDay / 60))}:${two(ofDay % 60)}`;
}

/** Minutes of the day of `08:15`; null where it is no time. `24:00` ends a day. */
export function minutesOfClock(text: string): number | null {
  const found = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (!found || Number(found[2]) > 59 || Number(found[1]) * 60 + Number(found[2]) > DAY) return null;
  return Number(found[1]) * 60 + Number(found[2]);
}

/** Today and now on this screen's clock. */
export function nowMinute(now = new Date()): number {
  const day = Math.round(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / 86_400_000);
  return day * DAY + now.getHours() * 60 + now.getMinutes();
}

export function today(): number {
  return Math.floor(nowMinute() / DAY);
}

export function dayText(day: number, style: "short" | "long" = "short"): string {
  const options: Intl.DateTimeFormatOptions = style === "long"
    ? { weekday: "long", day: "numeric", month: "long", year: "numeric" }
    : { weekday: "short", day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(currentLanguage(), { ...options, timeZone: "UTC" })
    .format(new Date(day * 86_400_000));
}

export function weekdayText(number: number): string {
  // The first of January 2024 was a Monday.
  return new Intl.DateTimeFormat(currentLanguage(), { weekday: "long", timeZone: "UTC" })
    .format(new Date(Date.UTC(2024, 0, number)));
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
