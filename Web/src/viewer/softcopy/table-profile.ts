// SPDX-License-Identifier: Apache-2.0

import type { ColourProfile } from "./colour-profile";
import { Curve, curveAt, fixed, letters, ProfileTags, sampled, Span } from "./profile-tags";
import { gammaOf, lightnessOf, toScreen, white, xyzOf } from "./screen-colour";

type Triple = readonly [number, number, number];

/** Values from 0 to 1 to others. */
type Stage = (value: Triple) => Triple;

/** Points of the table that the whole profile becomes, in each direction. */
const POINTS = 33;

/** The most points in each direction of a profile's own table. */
const MOST_POINTS = 255;

/** The darkest colour of the perceptual intent's reference medium (ICC.1 §6.3.3). */
const PERCEPTUAL_BLACK: Triple = [0.00336, 0.0034731, 0.00287];

/** A profile whose colours stand in a table of three dimensions (A2B0, ICC.1 §10.10 to §10.12). */
export class TableProfile implements ColourProfile {
  private constructor(private readonly table: Table) {}

  /** Null where the tag is broken, or of another kind. */
  static read(tags: ProfileTags): TableProfile | null {
    const span = tags.spans.get("A2B0");
    const space = letters(tags.bytes, 20);
    if (!span || span.length < 32 || (space !== "XYZ " && space !== "Lab ")) return null;
    const kind = letters(tags.bytes, span.start);
    const [inputs, outputs] = [tags.bytes[span.start + 8], tags.bytes[span.start + 9]];
    if (inputs !== 3 || outputs !== 3) return null;
    const stages = kind === "mAB " ? elements(tags, span) : older(tags, span, kind);
    if (!stages) return null;
    const all = [...stages, connection(space, kind)];
    const xyz: Stage = (value) => all.reduce((now, stage) => stage(now), value);
    const dark = tags.bytes[8] >= 4 ? PERCEPTUAL_BLACK : darkest(xyz([0, 0, 0]));
    return new TableProfile(screenTable((value) => onScreen(lightened(xyz(value), dark))));
  }

  /** Red, green and blue one after another. */
  convert(samples: Uint8Array): Uint8Array {
    const converted = new Uint8Array(samples.length);
    const out = new Float32Array(3);
    for (let i = 0; i + 2 < samples.length; i += 3) {
      interpolate(this.table, samples[i] / 255, samples[i + 1] / 255, samples[i + 2] / 255, out);
      converted[i] = Math.round(out[0]);
      converted[i + 1] = Math.round(out[1]);
      converted[i + 2] = Math.round(out[2]);
    }
    return converted;
  }
}

/** Colours by red, green and blue; the last varies fastest. */
interface Table {
  readonly points: Triple;
  readonly values: Float32Array;
}

/** The value at a place by the four corners of the tetrahedron around it. */
function interpolate({ points, values }: Table, r: number, g: number, b: number, out: Float32Array): void {
  const place = [r * (points[0] - 1), g * (points[1] - 1), b * (points[2] - 1)];
  const low = place.map((one, i) => Math.min(Math.floor(one), Math.max(points[i] - 2, 0)));
  const [x, y, z] = place.map((one, i) => one - low[i]);
  const steps = [points[1] * points[2] * 3, points[2] * 3, 3].map((step, i) => (points[i] > 1 ? step : 0));
  const start = (low[0] * points[1] + low[1]) * points[2] * 3 + low[2] * 3;
  // The edges to walk along, the longest way first.
  const order = x >= y ? (y >= z ? FIRST.xyz : x >= z ? FIRST.xzy : FIRST.zxy)
    : x >= z ? FIRST.yxz : y >= z ? FIRST.yzx : FIRST.zyx;
  const parts = [x, y, z];
  for (let channel = 0; channel < 3; channel += 1) {
    let at = start + channel;
    let value = values[at];
    for (const axis of order) {
      const next = at + steps[axis];
      value += (values[next] - values[at]) * parts[axis];
      at = next;
    }
    out[channel] = value;
  }
}

const FIRST = {
  xyz: [0, 1, 2], xzy: [0, 2, 1], zxy: [2, 0, 1], yxz: [1, 0, 2], yzx: [1, 2, 0], zyx: [2, 1, 0],
} as const;

/** The whole way to the screen as one table of bytes. */
function screenTable(colour: Stage): Table {
  const values = new Float32Array(POINTS ** 3 * 3);
  let at = 0;
  for (let r = 0; r < POINTS; r += 1) {
    for (let g = 0; g < POINTS; g += 1) {
      for (let b = 0; b < POINTS; b += 1) {
        values.set(colour([r / (POINTS - 1), g / (POINTS - 1), b / (POINTS - 1)]), at);
        at += 3;
      }
    }
  }
  return { points: [POINTS, POINTS, POINTS], values };
}

function onScreen(xyz: Triple): Triple {
  const channel = (row: readonly number[]): number =>
    255 * gammaOf(row[0] * xyz[0] + row[1] * xyz[1] + row[2] * xyz[2]);
  return [channel(toScreen[0]), channel(toScreen[1]), channel(toScreen[2])];
}

/** The medium's black becomes that of the screen, white stays. */
function lightened(xyz: Triple, dark: Triple): Triple {
  const scaled = (i: 0 | 1 | 2): number => ((xyz[i] - dark[i]) / (white[i] - dark[i])) * white[i];
  return [scaled(0), scaled(1), scaled(2)];
}

/** The grey of a profile's darkest colour, which no older profile states. */
function darkest([, y]: Triple): Triple {
  const [x, grey, z] = xyzOf(Math.max(0, Math.min(50, lightnessOf(y))), 0, 0);
  return [x, grey, z];
}

/** Values from 0 to 1 in the connection space as XYZ. */
function connection(space: string, kind: string): Stage {
  if (space === "XYZ ") return (value) => each(value, (one) => (one * 65535) / 32768);
  // The older tables of 16 bits have 0xFF00 for 100 (ICC.1 §10.10).
  const [lightness, full] = kind === "mft2" ? [(65535 / 65280) * 100, 65535 / 256] : [100, 255];
  return ([l, a, b]) => {
    const [x, y, z] = xyzOf(l * lightness, a * full - 128, b * full - 128);
    return [x, y, z];
  };
}

function each([a, b, c]: Triple, change: (value: number, i: number) => number): Triple {
  return [change(a, 0), change(b, 1), change(c, 2)];
}

function byCurves(curves: readonly Curve[]): Stage {
  return (value) => each(value, (one, i) => clipped(curves[i](clipped(one))));
}

function clipped(value: number): number {
  return Math.max(0, Math.min(1, value));
}

function byTable(table: Table): Stage {
  const out = new Float32Array(3);
  return ([r, g, b]) => {
    interpolate(table, clipped(r), clipped(g), clipped(b), out);
    return [out[0], out[1], out[2]];
  };
}

/** Types lut8 and lut16: curves, a table, curves. Their matrix is for XYZ as input only. */
function older({ bytes, view }: ProfileTags, { start, length }: Span, kind: string): Stage[] | null {
  const size = kind === "mft1" ? 1 : kind === "mft2" ? 2 : 0;
  if (size === 0 || length < 52) return null;
  const points = bytes[start + 10];
  const [before, after] = size === 1 ? [256, 256] : [view.getUint16(start + 48), view.getUint16(start + 50)];
  let at = start + (size === 1 ? 48 : 52);
  const count = points ** 3 * 3;
  if (points < 2 || before < 2 || after < 2 || at + (3 * (before + after) + count) * size > start + length) return null;
  const read = (number: number): Float32Array => {
    const values = numbers(view, at, number, size);
    at += number * size;
    return values;
  };
  const curves = (entries: number): Curve[] => [read(entries), read(entries), read(entries)].map(sampled);
  const first = curves(before);
  const table = { points: [points, points, points] as const, values: read(count) };
  return [byCurves(first), byTable(table), byCurves(curves(after))];
}

/** Numbers of one or two bytes as parts of the largest. */
function numbers(view: DataView, at: number, count: number, size: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) =>
    (size === 1 ? view.getUint8(at + i) / 255 : view.getUint16(at + i * 2) / 65535));
}

/** Type lutAToB: curves A, a table, curves M, a matrix, curves B; all but the last may be left out. */
function elements(tags: ProfileTags, span: Span): Stage[] | null {
  const offset = (at: number): number => tags.view.getUint32(span.start + at);
  const stages: (Stage | null)[] = [];
  const addCurves = (from: number): void => {
    if (from > 0) stages.push(curvesAt(tags, span, from));
  };
  addCurves(offset(28));
  if (offset(24) > 0) stages.push(tableAt(tags, span, offset(24)));
  addCurves(offset(20));
  if (offset(16) > 0) stages.push(matrixAt(tags, span, offset(16)));
  if (offset(12) === 0) return null;
  addCurves(offset(12));
  return stages.every((one): one is Stage => one !== null) ? stages : null;
}

function curvesAt(tags: ProfileTags, span: Span, from: number): Stage | null {
  const curves: Curve[] = [];
  let at = from;
  for (let i = 0; i < 3; i += 1) {
    const read = at < span.length ? curveAt(tags, { start: span.start + at, length: span.length - at }) : null;
    if (!read) return null;
    curves.push(read.curve);
    at += Math.ceil(read.length / 4) * 4;
  }
  return byCurves(curves);
}

function tableAt({ bytes, view }: ProfileTags, { start, length }: Span, from: number): Stage | null {
  if (from + 20 > length) return null;
  const at = start + from;
  const points: Triple = [bytes[at], bytes[at + 1], bytes[at + 2]];
  const size = bytes[at + 16];
  const count = points[0] * points[1] * points[2] * 3;
  const isWhole = points.every((one) => one >= 2 && one <= MOST_POINTS) && (size === 1 || size === 2)
    && from + 20 + count * size <= length;
  return isWhole ? byTable({ points, values: numbers(view, at + 20, count, size) }) : null;
}

function matrixAt({ view }: ProfileTags, { start, length }: Span, from: number): Stage | null {
  if (from + 48 > length) return null;
  const m = Array.from({ length: 12 }, (_, i) => fixed(view, start + from + i * 4));
  return ([x, y, z]) => {
    const row = (i: number): number => clipped(m[3 * i] * x + m[3 * i + 1] * y + m[3 * i + 2] * z + m[9 + i]);
    return [row(0), row(1), row(2)];
  };
}
