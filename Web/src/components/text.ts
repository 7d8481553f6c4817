// SPDX-License-Identifier: Apache-2.0

import { t } from "../i18n/i18n";

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

/** `YYYYMMDD` as `YYYY-MM-DD`; anything else as it is. */
export function date(value: string | null): string {
  const text = (value ?? "").trim();
  return /^\d{8}$/.test(text) ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}` : text;
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
  if (months >= 24) return `${Math.floor(months / 12)} y`;
  if (months >= 2) return `${months} mo`;
  const days = (Date.UTC(to.year, to.month - 1, to.day) - Date.UTC(from.year, from.month - 1, from.day)) / 86_400_000;
  return days < 0 ? "" : `${days} d`;
}

/** How long ago something came, in words that stay short. */
export function ago(microseconds: number, now: number): string {
  const seconds = Math.max(0, Math.floor(now / 1000 - microseconds / 1_000_000));
  if (seconds < 60) return t("just now");
  if (seconds < 3_600) return t("{n} min ago", { n: Math.floor(seconds / 60) });
  if (seconds < 86_400) return t("{n} h ago", { n: Math.floor(seconds / 3_600) });
  if (seconds < 30 * 86_400) return t("{n} d ago", { n: Math.floor(seconds / 86_400) });
  return new Date(microseconds / 1000).toISOString().slice(0, 10);
}

/** A number without needless digits. */
export function short(value: number, digits = 1): string {
  return String(Number(value.toFixed(digits)));
}
