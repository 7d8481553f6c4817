// SPDX-License-Identifier: Apache-2.0

import { DrawUniforms } from "./device";

export type Shading = Pick<DrawUniforms, "grey" | "sigmoid" | "inverted" | "table">;

export const BLACK = 0xff000000;
const WHITEST = 255;
/** Each grey as the four bytes of a pixel. */
const greys = Uint32Array.from({ length: WHITEST + 1 }, (_, shade) => BLACK | (shade << 16) | (shade << 8) | shade);

/** Brightness from 0 to 1, inverted where asked, as the pixels of a picture; nothing (NaN) is black. */
function shadedBy(
  values: Float32Array, words: Uint32Array, inverted: boolean, brightness: (value: number) => number,
): void {
  for (let i = 0; i < words.length; i += 1) {
    const value = values[i];
    if (value !== value) {
      words[i] = BLACK;
      continue;
    }
    const bright = Math.max(0, Math.min(1, brightness(value)));
    words[i] = greys[Math.round((inverted ? 1 - bright : bright) * WHITEST)];
  }
}

/** What the shader makes of stored values: by a line, a curve, or a table. */
export function shaded(values: Float32Array, { grey, sigmoid, inverted, table }: Shading, words: Uint32Array): void {
  const [factor, offset] = grey;
  if (table) {
    const { shades, first } = table;
    const last = shades.length - 1;
    shadedBy(values, words, inverted, (value) => {
      const at = value - first;
      const base = Math.floor(at);
      const low = shades[Math.max(0, Math.min(last, base))];
      return low + (shades[Math.max(0, Math.min(last, base + 1))] - low) * (at - base);
    });
    return;
  }
  if (sigmoid) {
    shadedBy(values, words, inverted, (value) => 1 / (1 + Math.exp(-(value * factor + offset))));
    return;
  }
  const sign = inverted ? -WHITEST : WHITEST;
  const scale = factor * sign;
  const shift = offset * sign + (inverted ? WHITEST : 0) + 0.5;
  for (let i = 0; i < words.length; i += 1) {
    const shade = values[i] * scale + shift;
    words[i] = shade >= 0.5 ? greys[shade >= WHITEST ? WHITEST : shade | 0] : BLACK;
  }
}

/** Red, green and blue from 0 to 255 as the pixels of a picture. */
export function coloured(
  red: Float32Array, green: Float32Array, blue: Float32Array, inverted: boolean, words: Uint32Array,
): void {
  const flip = inverted ? 0xffffff : 0;
  for (let i = 0; i < words.length; i += 1) {
    words[i] = red[i] !== red[i] ? BLACK
      : BLACK | ((((blue[i] + 0.5) << 16) | ((green[i] + 0.5) << 8) | (red[i] + 0.5)) ^ flip);
  }
}
