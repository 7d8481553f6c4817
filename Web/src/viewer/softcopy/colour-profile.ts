// SPDX-License-Identifier: Apache-2.0

/** An ICC profile of three curves and a matrix (ICC.1 §8.3.3), as what takes 8-bit colours to those of the screen. */
export class ColourProfile {
  private constructor(
    private readonly curves: readonly Float32Array[], private readonly matrix: readonly number[],
  ) {}

  /** Null for profiles of other kinds, and for those that change nothing that an eye could see. */
  static read(bytes: Uint8Array): ColourProfile | null {
    if (bytes.length < 132 || letters(bytes, 16) !== "RGB " || letters(bytes, 20) !== "XYZ ") return null;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const tags = tagTable(view, bytes);
    const curves = ["rTRC", "gTRC", "bTRC"].map((name) => curve(view, bytes, tags.get(name)));
    const columns = ["rXYZ", "gXYZ", "bXYZ"].map((name) => xyz(view, bytes, tags.get(name)));
    if (!curves.every((one): one is Float32Array => one !== null)) return null;
    if (!columns.every((one): one is number[] => one !== null)) return null;
    const matrix = toScreen.flatMap((row) =>
      columns.map((column) => row[0] * column[0] + row[1] * column[1] + row[2] * column[2]));
    const profile = new ColourProfile(curves, matrix);
    return profile.isPlain ? null : profile;
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

  private get isPlain(): boolean {
    const steps = [0, 64, 128, 192, 255];
    const probe = Uint8Array.from(steps.flatMap((r) => steps.flatMap((g) => steps.flatMap((b) => [r, g, b]))));
    return this.convert(probe).every((value, i) => Math.abs(value - probe[i]) <= 1);
  }
}

/** XYZ under D50 to linear sRGB, by Bradford's adaptation. */
const toScreen = [
  [3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.033454], [0.0719453, -0.2289914, 1.4052427],
];

const STEPS = 4095;
const encoding = Uint8Array.from({ length: STEPS + 1 }, (_, i) => {
  const linear = i / STEPS;
  return Math.round(255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055));
});

function encoded(linear: number): number {
  return encoding[Math.round(Math.max(0, Math.min(1, linear)) * STEPS)];
}

const MOST_TAGS = 200;

function letters(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

interface Span {
  readonly start: number;
  readonly length: number;
}

function tagTable(view: DataView, bytes: Uint8Array): Map<string, Span> {
  const tags = new Map<string, Span>();
  const count = Math.min(view.getUint32(128), MOST_TAGS);
  for (let i = 0; i < count && 144 + i * 12 <= bytes.length; i += 1) {
    const [start, length] = [view.getUint32(136 + i * 12), view.getUint32(140 + i * 12)];
    if (start + length <= bytes.length) tags.set(letters(bytes, 132 + i * 12), { start, length });
  }
  return tags;
}

function fixed(view: DataView, at: number): number {
  return view.getInt32(at) / 65536;
}

function xyz(view: DataView, bytes: Uint8Array, span: Span | undefined): number[] | null {
  if (!span || span.length < 20 || letters(bytes, span.start) !== "XYZ ") return null;
  return [0, 4, 8].map((offset) => fixed(view, span.start + 8 + offset));
}

/** What a byte is as linear light. */
function curve(view: DataView, bytes: Uint8Array, span: Span | undefined): Float32Array | null {
  if (!span || span.length < 12) return null;
  const at = span.start;
  const from = (light: (value: number) => number): Float32Array =>
    Float32Array.from({ length: 256 }, (_, i) => light(i / 255));
  if (letters(bytes, at) === "para") return parametric(view, span, from);
  if (letters(bytes, at) !== "curv") return null;
  const count = view.getUint32(at + 8);
  if (count === 0) return from((value) => value);
  if (12 + count * 2 > span.length) return null;
  if (count === 1) return from((value) => value ** (view.getUint16(at + 12) / 256));
  return from((value) => {
    const place = value * (count - 1);
    const low = Math.min(Math.floor(place), count - 2);
    const [p, q] = [view.getUint16(at + 12 + low * 2), view.getUint16(at + 14 + low * 2)];
    return (p + (q - p) * (place - low)) / 65535;
  });
}

/** ICC.1 §10.18: five forms. */
function parametric(
  view: DataView, span: Span, from: (light: (value: number) => number) => Float32Array,
): Float32Array | null {
  const form = view.getUint16(span.start + 8);
  const count = [1, 3, 4, 5, 7][form];
  if (count === undefined || 12 + count * 4 > span.length) return null;
  const given = Array.from({ length: count }, (_, i) => fixed(view, span.start + 12 + i * 4));
  const [g, a = 1, b = 0] = given;
  switch (form) {
    case 0: return from((x) => x ** g);
    case 1: return from((x) => (x >= -b / a ? (a * x + b) ** g : 0));
    case 2: return from((x) => (x >= -b / a ? (a * x + b) ** g : 0) + given[3]);
    case 3: return from((x) => (x >= given[4] ? (a * x + b) ** g : given[3] * x));
    default: return from((x) => (x >= given[4] ? (a * x + b) ** g + given[5] : given[3] * x + given[6]));
  }
}
