// SPDX-License-Identifier: Apache-2.0

import { FramePixels } from "../data/pixels";
import { Presentation } from "../render/presentation";
import { ColourProfile } from "./colour-profile";
import { GreyTable, greyTable } from "./lut";
import { Palette } from "./palette";
import { Softcopy } from "./softcopy";

/** An image in other colours than it is stored in, and the name under which its texture is kept. */
export interface Coloured {
  readonly key: string;
  readonly pixels: FramePixels;
}

/** Makes the colours of images that a palette or an ICC profile gives them; the last ones are kept. */
export class Colouring {
  private readonly made = new Map<string, Coloured>();

  /** Null where the image has the colours that it is stored in. */
  of(frameKey: string, pixels: FramePixels, softcopy: Softcopy | null, shown: Presentation): Coloured | null {
    const { palette, profile, state } = softcopy ?? {};
    const isGrey = pixels.samples === 1;
    if (isGrey ? !palette : !profile || !(pixels.data instanceof Uint8Array)) return null;
    const look = isGrey ? JSON.stringify([shown.window, shown.voi, shown.inverted, shown.padding]) : "";
    const key = [frameKey, "coloured", state?.sop ?? "", look].join(" ");
    const known = this.made.get(key);
    if (known) return known;
    const data = palette && isGrey ? byPalette(pixels, palette, shown) : byProfile(pixels, profile);
    if (!data) return null;
    const coloured = { key, pixels: { ...pixels, samples: 3 as const, photometric: "RGB", data } };
    if (this.made.size >= MOST_KEPT) this.made.delete(Array.from(this.made.keys())[0]);
    this.made.set(key, coloured);
    return coloured;
  }
}

const MOST_KEPT = 4;

function byProfile({ data }: FramePixels, profile: ColourProfile | null | undefined): Uint8Array | null {
  return profile && data instanceof Uint8Array ? profile.convert(data) : null;
}

/** PS3.4 §N.2.4: the window's output is the place in the palette. */
function byPalette({ data }: FramePixels, palette: Palette, shown: Presentation): Uint8Array | null {
  const table: GreyTable | null = shown.table ?? (shown.window && greyTable(data, {
    slope: shown.slope, intercept: shown.intercept, modality: null, window: shown.window, voi: shown.voi, voiLut: null,
    presentation: null,
  }, ""));
  if (!table) return null;
  const colours = new Uint8Array(data.length * 3);
  const [low, high] = shown.padding ?? [Infinity, -Infinity];
  for (let i = 0; i < data.length; i += 1) {
    if (data[i] >= low && data[i] <= high) continue;
    const shade = table.shades[data[i] - table.first];
    const at = Math.round((shown.inverted ? 1 - shade : shade) * (palette.count - 1)) * 3;
    colours[3 * i] = palette.colours[at];
    colours[3 * i + 1] = palette.colours[at + 1];
    colours[3 * i + 2] = palette.colours[at + 2];
  }
  return colours;
}
