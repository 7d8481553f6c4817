// SPDX-License-Identifier: Apache-2.0

import { FramePixels, SampleArray } from "../data/pixels";
import { apply, invert } from "../geometry/affine";
import { DrawUniforms } from "./device";
import { PaneRect, Presentation } from "./presentation";

/** Of a larger image the part that is seen is taken, with at most so many pixels. */
const MOST_PIXELS = 265_000;
const BLACK = 0xff000000;

/** Which pixels of an image are shown: each `step`th of the columns and rows from `left` and `top` on. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly step: number;
  readonly columns: number;
  readonly rows: number;
}

/** Pixels that have a table of grey values, or are colours already. */
export function isQuick({ samples, data }: FramePixels): boolean {
  if (samples === 3) return data instanceof Uint8Array;
  return data.BYTES_PER_ELEMENT <= 2;
}

/** Every pixel of a small image, so that it can be moved as it is. */
export function partOf({ columns, rows }: FramePixels, { toScreen }: Presentation, pane: PaneRect): Part {
  const step = Math.max(1, Math.floor(1 / Math.hypot(toScreen.a, toScreen.b)));
  if (columns * rows <= MOST_PIXELS * step * step) {
    return { left: 0, top: 0, step, columns: Math.ceil(columns / step), rows: Math.ceil(rows / step) };
  }
  const toImage = invert(toScreen);
  const ends = [[0, 0], [pane.width, 0], [0, pane.height], [pane.width, pane.height]]
    .map(([x, y]) => apply(toImage, { x, y }));
  const within = (at: number, end: number): number => Math.max(0, Math.min(end, at));
  const left = within(Math.floor(Math.min(...ends.map((one) => one.x))), columns - 1);
  const top = within(Math.floor(Math.min(...ends.map((one) => one.y))), rows - 1);
  const width = within(Math.ceil(Math.max(...ends.map((one) => one.x))), columns) - left;
  const height = within(Math.ceil(Math.max(...ends.map((one) => one.y))), rows) - top;
  const coarse = Math.max(step, Math.ceil(Math.sqrt((width * height) / MOST_PIXELS)));
  return {
    left, top, step: coarse, columns: Math.max(1, Math.ceil(width / coarse)),
    rows: Math.max(1, Math.ceil(height / coarse)),
  };
}

/** The samples of a part: of several pixels the one in their middle. */
export function partSamples(pixels: FramePixels, part: Part): SampleArray {
  const { columns, rows, samples, data } = pixels;
  if (part.step === 1 && part.columns === columns && part.rows === rows) return data;
  const taken = data.slice(0, part.columns * part.rows * samples);
  const middle = part.step >> 1;
  let to = 0;
  for (let y = 0; y < part.rows; y += 1) {
    const row = Math.min(rows - 1, part.top + y * part.step + middle) * columns;
    for (let x = 0; x < part.columns; x += 1) {
      const from = (row + Math.min(columns - 1, part.left + x * part.step + middle)) * samples;
      for (let sample = 0; sample < samples; sample += 1) taken[to++] = data[from + sample];
    }
  }
  return taken;
}

/** What each stored value becomes on the screen, by its bits: what the shader computes. */
export function shadesOf(data: SampleArray, uniforms: DrawUniforms): Uint32Array {
  const { grey: [factor, offset], sigmoid, inverted, table, padding } = uniforms;
  const bits = 8 * data.BYTES_PER_ELEMENT;
  const isSigned = data instanceof Int8Array || data instanceof Int16Array;
  const shades = new Uint32Array(2 ** bits);
  const last = table ? table.shades.length - 1 : 0;
  for (let code = 0; code < shades.length; code += 1) {
    const value = isSigned && code >= shades.length / 2 ? code - shades.length : code;
    const line = value * factor + offset;
    const bright = table ? table.shades[Math.max(0, Math.min(last, value - table.first))]
      : sigmoid ? 1 / (1 + Math.exp(-line)) : line;
    const shade = Math.round(255 * Math.max(0, Math.min(1, inverted ? 1 - bright : bright)));
    shades[code] = BLACK | (shade << 16) | (shade << 8) | shade;
    if (padding && value >= padding[0] && value <= padding[1]) shades[code] = BLACK;
  }
  return shades;
}

/** Colours as they are, or grey values by their shades, into words of four bytes. */
export function paintSamples(
  words: Uint32Array, data: SampleArray, samples: 1 | 3, shades: Uint32Array, inverted: boolean,
): void {
  const flip = inverted ? 0xffffff : 0;
  if (samples === 3) {
    for (let i = 0, at = 0; i < words.length; i += 1, at += 3) {
      words[i] = BLACK | (((data[at + 2] << 16) | (data[at + 1] << 8) | data[at]) ^ flip);
    }
    return;
  }
  const mask = shades.length - 1;
  for (let i = 0; i < words.length; i += 1) words[i] = shades[data[i] & mask];
}
