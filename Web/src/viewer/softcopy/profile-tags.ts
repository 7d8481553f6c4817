// SPDX-License-Identifier: Apache-2.0

/** The tags of an ICC profile (ICC.1 §7.3) and the curves in them. Nothing is read beyond the bytes that there are. */
export interface ProfileTags {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly spans: ReadonlyMap<string, Span>;
}

/** Where a tag's data stands in the profile. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/** What a curve makes of a value from 0 to 1. */
export type Curve = (value: number) => number;

const HEADER = 132;
const MOST_TAGS = 200;

/** Null for what is too short to be a profile. */
export function profileTags(bytes: Uint8Array): ProfileTags | null {
  if (bytes.length < HEADER) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const spans = new Map<string, Span>();
  const count = Math.min(view.getUint32(128), MOST_TAGS);
  for (let i = 0; i < count && 144 + i * 12 <= bytes.length; i += 1) {
    const [start, length] = [view.getUint32(136 + i * 12), view.getUint32(140 + i * 12)];
    if (start + length <= bytes.length) spans.set(letters(bytes, HEADER + i * 12), { start, length });
  }
  return { bytes, view, spans };
}

export function letters(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** A number of the type s15Fixed16. */
export function fixed(view: DataView, at: number): number {
  return view.getInt32(at) / 65536;
}

/** A curve of the types `curv` and `para` (ICC.1 §10.6, §10.18), and how many bytes it takes. */
export function curveAt(
  { bytes, view }: ProfileTags, { start, length }: Span,
): { readonly curve: Curve; readonly length: number } | null {
  if (length < 12) return null;
  if (letters(bytes, start) === "para") return parametric(view, start, length);
  if (letters(bytes, start) !== "curv") return null;
  const count = view.getUint32(start + 8);
  const taken = 12 + count * 2;
  if (count === 0) return { curve: (value) => value, length: taken };
  if (taken > length) return null;
  if (count === 1) {
    const gamma = view.getUint16(start + 12) / 256;
    return { curve: (value) => value ** gamma, length: taken };
  }
  const values = Float32Array.from({ length: count }, (_, i) => view.getUint16(start + 12 + i * 2) / 65535);
  return { curve: sampled(values), length: taken };
}

/** Between samples at equal distances from 0 to 1. */
export function sampled(values: Float32Array): Curve {
  const last = values.length - 1;
  return (value) => {
    const place = Math.max(0, Math.min(1, value)) * last;
    const low = Math.min(Math.floor(place), Math.max(last - 1, 0));
    return values[low] + (values[Math.min(low + 1, last)] - values[low]) * (place - low);
  };
}

/** ICC.1 §10.18: five forms. */
function parametric(
  view: DataView, start: number, length: number,
): { readonly curve: Curve; readonly length: number } | null {
  const form = view.getUint16(start + 8);
  const count = [1, 3, 4, 5, 7][form];
  const taken = 12 + (count ?? 0) * 4;
  if (count === undefined || taken > length) return null;
  const given = Array.from({ length: count }, (_, i) => fixed(view, start + 12 + i * 4));
  const [g, a = 1, b = 0] = given;
  const forms: Curve[] = [
    (x) => x ** g,
    (x) => (x >= -b / a ? (a * x + b) ** g : 0),
    (x) => (x >= -b / a ? (a * x + b) ** g : 0) + given[3],
    (x) => (x >= given[4] ? (a * x + b) ** g : given[3] * x),
    (x) => (x >= given[4] ? (a * x + b) ** g + given[5] : given[3] * x + given[6]),
  ];
  return { curve: forms[form], length: taken };
}
