// SPDX-License-Identifier: Apache-2.0

import type { ColourProfile } from "./colour-profile";
import { curveAt, fixed, letters, ProfileTags } from "./profile-tags";
import { encoded, toScreen } from "./screen-colour";

/** A profile of three curves and a matrix (ICC.1 §8.3.3). */
export class MatrixProfile implements ColourProfile {
  private constructor(
    private readonly curves: readonly Float32Array[], private readonly matrix: readonly number[],
  ) {}

  /** Null where the tags of such a profile are not all there. */
  static read(tags: ProfileTags): MatrixProfile | null {
    const curves = ["rTRC", "gTRC", "bTRC"].map((name) => bytesAsLight(tags, name));
    const columns = ["rXYZ", "gXYZ", "bXYZ"].map((name) => xyz(tags, name));
    if (!curves.every((one): one is Float32Array => one !== null)) return null;
    if (!columns.every((one): one is number[] => one !== null)) return null;
    const matrix = toScreen.flatMap((row) =>
      columns.map((column) => row[0] * column[0] + row[1] * column[1] + row[2] * column[2]));
    return new MatrixProfile(curves, matrix);
  }

  /** Red, green and blue one after another. */
  convert(samples: Uint8Array): Uint8Array {
    const converted = new Uint8Array(samples.length);
    const [reds, greens, blues] = this.curves;
    const m = this.matrix;
    for (let i = 0; i + 2 < samples.length; i += 3) {
      const [r, g, b] = [reds[samples[i]], greens[samples[i + 1]], blues[samples[i + 2]]];
      converted[i] = encoded(m[0] * r + m[1] * g + m[2] * b);
      converted[i + 1] = encoded(m[3] * r + m[4] * g + m[5] * b);
      converted[i + 2] = encoded(m[6] * r + m[7] * g + m[8] * b);
    }
    return converted;
  }
}

function xyz({ bytes, view, spans }: ProfileTags, name: string): number[] | null {
  const span = spans.get(name);
  if (!span || span.length < 20 || letters(bytes, span.start) !== "XYZ ") return null;
  return [0, 4, 8].map((offset) => fixed(view, span.start + 8 + offset));
}

/** What each byte is as linear light. */
function bytesAsLight(tags: ProfileTags, name: string): Float32Array | null {
  const span = tags.spans.get(name);
  const read = span && curveAt(tags, span);
  return read ? Float32Array.from({ length: 256 }, (_, i) => read.curve(i / 255)) : null;
}
