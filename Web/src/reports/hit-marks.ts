// SPDX-License-Identifier: Apache-2.0

import { h } from "../components/dom";

/** A text with those of its words marked that are in the list; the list is in small letters. */
export function marked(text: string, words: readonly string[]): (HTMLElement | string)[] {
  if (words.length === 0) return [text];
  const wanted = new Set(words);
  return (text.match(/[\p{L}\p{N}]+|[^\p{L}\p{N}]+/gu) ?? []).reduce<(HTMLElement | string)[]>((parts, piece) => {
    if (wanted.has(piece.toLowerCase())) return [...parts, h("mark", { text: piece })];
    const last = parts[parts.length - 1];
    if (typeof last === "string") return [...parts.slice(0, -1), last + piece];
    return [...parts, piece];
  }, []);
}

/** The lines of a text that hold a word of the list, at most so many; the first lines where none does. */
export function linesWith(text: string, words: readonly string[], most: number): string[] {
  const wanted = new Set(words);
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  const holds = (line: string): boolean =>
    (line.match(/[\p{L}\p{N}]+/gu) ?? []).some((word) => wanted.has(word.toLowerCase()));
  const found = lines.filter(holds);
  return (found.length > 0 ? found : lines).slice(0, most);
}
