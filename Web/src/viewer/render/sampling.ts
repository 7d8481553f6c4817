// SPDX-License-Identifier: Apache-2.0

import { FramePixels, SampleArray } from "../data/pixels";
import { Affine } from "../geometry/affine";

/** Which samples of an image are seen at the places along one side of a picture, and with which weight. */
export interface Axis {
  /** Samples for each place. */
  readonly count: number;
  readonly at: Int32Array;
  readonly weight: Float32Array;
  /** The sample under the middle of each place. */
  readonly middle: Int32Array;
  /** The places from here to there, exclusively, are in the image. */
  readonly from: number;
  readonly to: number;
  /** The samples that are looked at. */
  readonly first: number;
  readonly last: number;
}

export interface Fineness {
  /** Samples of a place along each side. */
  readonly taps: number;
  /** Between the pixels, not the nearest. */
  readonly smoothed: boolean;
}

/**
 * Places of one pixel of the screen each, from `start` on, `step` samples apart; as the shader does it, samples beyond
 * the end are those at the end.
 */
export function axisOf(start: number, step: number, places: number, size: number, fineness: Fineness): Axis {
  const { taps, smoothed } = fineness;
  const count = taps * (smoothed ? 2 : 1);
  const at = new Int32Array(places * count);
  const weight = new Float32Array(places * count);
  const middle = new Int32Array(places);
  let [from, to, first, last] = [places, 0, size - 1, 0];
  const within = (sample: number): number => Math.max(0, Math.min(size - 1, sample));
  for (let place = 0; place < places; place += 1) {
    const point = start + step * (place + 0.5);
    if (!(point >= 0 && point < size)) continue;
    from = Math.min(from, place);
    to = place + 1;
    middle[place] = Math.floor(point);
    for (let tap = 0, to = place * count; tap < taps; tap += 1) {
      const looked = point + step * ((tap + 0.5) / taps - 0.5);
      const base = Math.floor(smoothed ? looked - 0.5 : looked);
      const part = smoothed ? looked - 0.5 - base : 0;
      for (let next = 0; next < (smoothed ? 2 : 1); next += 1, to += 1) {
        at[to] = within(base + next);
        weight[to] = (next === 0 ? 1 - part : part) / taps;
        first = Math.min(first, at[to]);
        last = Math.max(last, at[to]);
      }
    }
  }
  return { count, at, weight, middle, from: Math.min(from, to), to, first, last };
}

/** A picture of `width` × `height` places of an image. */
export interface Sampling {
  readonly width: number;
  readonly height: number;
  /** Along the columns of the image, and along its rows. */
  readonly across: Axis;
  readonly down: Axis;
  /** The rows of the image stand upright in the picture. */
  readonly isTurned: boolean;
}

/** `toImage` takes places of the picture to pixels of the image: turned by quarters at most. */
export function samplingOf(
  { columns, rows }: FramePixels, toImage: Affine, width: number, height: number, fineness: Fineness,
): Sampling {
  const isTurned = Math.abs(toImage.b) > Math.abs(toImage.a);
  const { a, b, c, d, e, f } = toImage;
  return {
    width, height, isTurned,
    across: axisOf(e, isTurned ? c : a, isTurned ? height : width, columns, fineness),
    down: axisOf(f, isTurned ? b : d, isTurned ? width : height, rows, fineness),
  };
}

/** One row of the image as it is seen, put together of several. */
function gathered(
  line: Float32Array, data: SampleArray, columns: number, down: Axis, place: number, from: number, to: number,
): void {
  const { count, at, weight } = down;
  const start = place * count;
  const row = at[start] * columns;
  const first = weight[start];
  if (count === 2) {
    const [next, second] = [at[start + 1] * columns, weight[start + 1]];
    for (let x = from; x <= to; x += 1) line[x] = data[row + x] * first + data[next + x] * second;
    return;
  }
  for (let x = from; x <= to; x += 1) line[x] = data[row + x] * first;
  for (let i = 1; i < count; i += 1) {
    const [other, share] = [at[start + i] * columns, weight[start + i]];
    for (let x = from; x <= to; x += 1) line[x] += data[other + x] * share;
  }
}

function spread(line: Float32Array, across: Axis, values: Float32Array, start: number, step: number): void {
  const { count, at, weight, from, to } = across;
  let target = start + from * step;
  if (count === 1) {
    for (let place = from; place < to; place += 1, target += step) values[target] = line[at[place]];
    return;
  }
  if (count === 2) {
    for (let place = from, i = from * 2; place < to; place += 1, i += 2, target += step) {
      values[target] = line[at[i]] * weight[i] + line[at[i + 1]] * weight[i + 1];
    }
    return;
  }
  for (let place = from, i = from * count; place < to; place += 1, target += step) {
    let value = 0;
    for (let tap = 0; tap < count; tap += 1, i += 1) value += line[at[i]] * weight[i];
    values[target] = value;
  }
}

/** Stored values as they are seen at each place of a picture; nothing (NaN) beside the image and where padding is. */
export function sampled(
  { columns, data }: FramePixels, sampling: Sampling, padding: readonly [number, number] | null,
  values: Float32Array,
): void {
  const { across, down, width, isTurned } = sampling;
  values.fill(NaN);
  const line = new Float32Array(columns);
  for (let place = down.from; place < down.to; place += 1) {
    gathered(line, data, columns, down, place, across.first, across.last);
    const [start, step] = isTurned ? [place, width] : [place * width, 1];
    spread(line, across, values, start, step);
    if (!padding) continue;
    const row = down.middle[place] * columns;
    for (let at = across.from; at < across.to; at += 1) {
      const here = data[row + across.middle[at]];
      if (here >= padding[0] && here <= padding[1]) values[start + at * step] = NaN;
    }
  }
}

/** One colour of an image as an image of its own: 0 red, 1 green, 2 blue; of more than eight bits the upper ones. */
export function channelOf({ columns, rows, data, photometric }: FramePixels, channel: number): FramePixels {
  const single = new Uint8Array(columns * rows);
  const shift = 8 * (data.BYTES_PER_ELEMENT - 1);
  for (let i = 0, from = channel; i < single.length; i += 1, from += 3) single[i] = data[from] >> shift;
  return { columns, rows, samples: 1, photometric, data: single };
}
