// SPDX-License-Identifier: Apache-2.0

import { currentLanguage, t } from "../i18n/i18n";

/** How values of the archive read on the screen. */

function components(group: string): string {
  const [family = "", given = "", middle = "", prefix = "", suffix = ""] = group.split("^").map((part) => part.trim());
  const first = [prefix, given, middle].filter(Boolean).join(" ");
  const name = [family, first].filter(Boolean).join(", ");
  return suffix ? `${name} ${suffix}` : name;
}

/** PS3.5 §6.2: `family^given^middle^prefix^suffix`, groups alphabetic=ideographic=phonetic. */
export function personName(value: string): string {
  const [alphabetic = "", ideographic = ""] = value.split("=");
  const first = components(alphabetic);
  const second = components(ideographic);
  if (!first) return second;
  return second ? `${first} (${second})` : first;
}

/** Days as they are written in a language; English has two ways that contradict each other, so it gets the ISO one. */
const dayForms: Readonly<Record<string, (year: string, month: string, day: string) => string>> = {
  es: (year, month, day) => `${day}/${month}/${year}`, fr: (year, month, day) => `${day}/${month}/${year}`,
  it: (year, month, day) => `${day}/${month}/${year}`, cs: (year, month, day) => `${day}.${month}.${year}`,
};

/** `YYYYMMDD` as a day of the language; anything else as it is. */
export function date(value: string | null): string {
  const text = (value ?? "").trim();
  if (!/^\d{8}$/.test(text)) return text;
  const parts: [string, string, string] = [text.slice(0, 4), text.slice(4, 6), text.slice(6, 8)];
  return dayForms[currentLanguage()]?.(...parts) ?? parts.join("-");
}

/** The day of a time of this machine's clock, `YYYYMMDD`. */
export function dayAt(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
}

/** `HHMMSS.FFFFFF` as `HH:MM`, or with seconds. */
export function time(value: string | null, seconds = false): string {
  const text = (value ?? "").trim();
  if (!/^\d{4}/.test(text)) return text;
  const short = `${text.slice(0, 2)}:${text.slice(2, 4)}`;
  return seconds && /^\d{6}/.test(text) ? `${short}:${text.slice(4, 6)}` : short;
}

interface Day {
  year: number;
  month: number;
  day: number;
}

function parse(value: string): Day | null {
  if (!/^\d{8}$/.test(value)) return null;
  return { year: Number(value.slice(0, 4)), month: Number(value.slice(4, 6)), day: Number(value.slice(6, 8)) };
}

/** Age on a day: years, below two years months, below two months days. Empty when it cannot be known. */
export function age(birth: string, on: string): string {
  const from = parse(birth);
  const to = parse(on);
  if (!from || !to) return "";
  const months = (to.year - from.year) * 12 + to.month - from.month - (to.day < from.day ? 1 : 0);
  if (months < 0) return "";
  if (months >= 24) return t("{n} y", { n: Math.floor(months / 12) });
  if (months >= 2) return t("{n} mo", { n: months });
  const days = (Date.UTC(to.year, to.month - 1, to.day) - Date.UTC(from.year, from.month - 1, from.day)) / 86_400_000;
  return days < 0 ? "" : t("{n} d", { n: days });
}

/** How long ago something came, in words that stay short. */
export function ago(microseconds: number, now: number): string {
  const seconds = Math.max(0, Math.floor(now / 1000 - microseconds / 1_000_000));
  if (seconds < 60) return t("just now");
  if (seconds < 3_600) return t("{n} min ago", { n: Math.floor(seconds / 60) });
  if (seconds < 86_400) return t("{n} h ago", { n: Math.floor(seconds / 3_600) });
  if (seconds < 30 * 86_400) return t("{n} d ago", { n: Math.floor(seconds / 86_400) });
  return date(dayAt(new Date(microseconds / 1000)));
}

/** A number without needless digits. */
export function short(value: number, digits = 1): string {
  return String(Number(value.toFixed(digits)));
}
