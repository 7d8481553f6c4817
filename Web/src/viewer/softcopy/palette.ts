// SPDX-License-Identifier: Apache-2.0

import { DataSet, Element, numbers } from "../../dicom/data-set";

/** A Palette Color Lookup Table (PS3.3 §C.7.9): red, green and blue of each entry, 8 bits each. */
export interface Palette {
  readonly count: number;
  readonly colours: Uint8Array;
}

const MOST_ENTRIES = 65_536;

/** Null where it is not whole, or where its data are not here yet. */
export function paletteOf(state: DataSet, bytesOf: (element: Element) => Uint8Array | null): Palette | null {
  const [entries, , bits] = numbers(state, "00281101");
  if (entries === undefined || (bits !== 8 && bits !== 16)) return null;
  const count = entries === 0 ? MOST_ENTRIES : entries;
  const colours = new Uint8Array(count * 3);
  for (const channel of [0, 1, 2]) {
    const values = channelOf(state, channel + 1, count, bits, bytesOf);
    if (!values) return null;
    for (let i = 0; i < count; i += 1) colours[i * 3 + channel] = values[i] >> (bits - 8);
  }
  return { count, colours };
}

function channelOf(
  state: DataSet, channel: number, count: number, bits: number, bytesOf: (element: Element) => Uint8Array | null,
): Uint16Array | null {
  const plain = state[`0028120${channel}`];
  const segmented = state[`0028122${channel}`];
  const element = plain ?? segmented;
  const bytes = element ? bytesOf(element) : null;
  if (!bytes) return null;
  const isNarrow = bits === 8 && plain !== undefined && bytes.length < count * 2;
  const words = isNarrow ? Uint16Array.from(bytes)
    : Uint16Array.from({ length: bytes.length >> 1 }, (_, i) => bytes[2 * i] | (bytes[2 * i + 1] << 8));
  if (!plain) return expanded(words, count);
  return words.length >= count ? words : null;
}

/** Segmented data (PS3.3 §C.7.9.2): discrete, linear and indirect segments. Null where they are not so many entries. */
function expanded(words: Uint16Array, count: number): Uint16Array | null {
  const values: number[] = [];
  const segment = (at: number, isIndirect: boolean): number => {
    const [kind, length] = [words[at], words[at + 1]];
    if (length === undefined) return words.length;
    if (kind === 0) {
      for (let i = 0; i < length && values.length < count; i += 1) values.push(words[at + 2 + i] ?? 0);
      return at + 2 + length;
    }
    if (kind === 1) {
      const [from, to] = [values[values.length - 1] ?? 0, words[at + 2] ?? 0];
      for (let i = 1; i <= length && values.length < count; i += 1) {
        values.push(Math.round(from + ((to - from) * i) / length));
      }
      return at + 3;
    }
    if (kind !== 2 || isIndirect) return words.length;
    let place = ((words[at + 2] ?? 0) | ((words[at + 3] ?? 0) << 16)) >> 1;
    for (let i = 0; i < length && values.length < count; i += 1) place = segment(place, true);
    return at + 4;
  };
  for (let at = 0; at < words.length && values.length < count;) at = segment(at, false);
  return values.length === count ? Uint16Array.from(values) : null;
}
