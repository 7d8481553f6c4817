// SPDX-License-Identifier: Apache-2.0

import { ReportContent } from "./types";

/** A run of words that stands in both texts, or only in the newer, or only in the older one. */
export interface Piece {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
}

/** More words than this are compared as a whole. */
const MOST_WORDS = 3_000;

/** What became of a text, word by word: the longest common sequence stays. */
export function differences(older: string, newer: string): Piece[] {
  if (older === newer) return older ? [{ kind: "same", text: older }] : [];
  const [from, to] = [words(older), words(newer)];
  if (from.length > MOST_WORDS || to.length > MOST_WORDS) return whole(older, newer);
  const lengths = commonLengths(from, to);
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      add(pieces, "same", from[i]);
      i += 1;
      j += 1;
    } else if (i < from.length && (j >= to.length || lengths[i + 1][j] >= lengths[i][j + 1])) {
      add(pieces, "removed", from[i]);
      i += 1;
    } else {
      add(pieces, "added", to[j]);
      j += 1;
    }
  }
  return pieces;
}

/** Words, each with the space before it. */
function words(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

function whole(older: string, newer: string): Piece[] {
  const pieces: Piece[] = [];
  add(pieces, "removed", older);
  add(pieces, "added", newer);
  return pieces;
}

function add(pieces: Piece[], kind: Piece["kind"], text: string): void {
  const last = pieces[pieces.length - 1];
  if (!text) return;
  if (last?.kind === kind) pieces[pieces.length - 1] = { kind, text: last.text + text };
  else pieces.push({ kind, text });
}

/** `lengths[i][j]`: of the longest common sequence of the words from i and from j on. */
function commonLengths(from: readonly string[], to: readonly string[]): Uint16Array[] {
  const lengths = Array.from({ length: from.length + 1 }, () => new Uint16Array(to.length + 1));
  for (let i = from.length - 1; i >= 0; i -= 1) {
    for (let j = to.length - 1; j >= 0; j -= 1) {
      lengths[i][j] = from[i] === to[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}

/** The sections of a report, and its fields as one, with what became of each. */
export function reportDifferences(
  older: ReportContent | null, newer: ReportContent,
): { title: string; pieces: Piece[] }[] {
  const used = new Set<number>();
  const sections = newer.sections.map((section) => {
    const at = (older?.sections ?? []).findIndex((one, index) => one.key === section.key && !used.has(index));
    if (at >= 0) used.add(at);
    return { title: section.title, pieces: differences(older?.sections[at]?.text ?? "", section.text) };
  });
  const gone = (older?.sections ?? []).filter((_, index) => !used.has(index))
    .map((section) => ({ title: section.title, pieces: differences(section.text, "") }));
  const fields = differences(fieldText(older), fieldText(newer));
  const all = [...sections, ...gone, ...(fields.length > 0 ? [{ title: "", pieces: fields }] : [])];
  return all.filter((one) => one.pieces.length > 0);
}

function fieldText(content: ReportContent | null): string {
  return (content?.fields ?? []).filter((field) => field.value)
    .map((field) => `${field.key}: ${[field.code?.meaning ?? field.value, field.unit].filter(Boolean).join(" ")}`)
    .join("\n");
}
