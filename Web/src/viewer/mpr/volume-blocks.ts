// SPDX-License-Identifier: Apache-2.0

import { SampleArray } from "../data/pixels";
import { Projection } from "./planes";
import { Vector3 } from "./vectors";

/** The voxels of a volume in the memory of several workers, and planes cut out of what each has. */

/** Slices that stand together; the first of the next ones is with them too, so that every pair of neighbours is. */
export const BLOCK_SLICES = 16;
const CURVE_ENTRIES = 4096;
/** Directions that turn less than so many voxels over a picture are straight. */
const STRAIGHT = 1e-3;

export type SampleKind = "Int16Array" | "Uint16Array" | "Int8Array" | "Uint8Array";

const arrays = { Int16Array, Uint16Array, Int8Array, Uint8Array };

export interface BlockShape {
  readonly columns: number;
  readonly rows: number;
  readonly slices: number;
  readonly kind: SampleKind;
  /** Millimetres along the normal to each slice where these are not evenly spaced. */
  readonly heights: readonly number[] | null;
  /** Which one of how many workers this is. */
  readonly share: number;
  readonly shares: number;
}

/** Which workers need a slice. */
export function sharesOf(slice: number, shares: number): number[] {
  const block = Math.floor(slice / BLOCK_SLICES);
  const isFirst = slice % BLOCK_SLICES === 0 && block > 0;
  return Array.from(new Set([block % shares, ...(isFirst ? [(block - 1) % shares] : [])]));
}

/** The worker that has a slice with the next one, or with the one before where it is the last. */
export function ownerOf(slice: number, slices: number, shares: number): number {
  return Math.floor(Math.min(slice, slices - 2) / BLOCK_SLICES) % shares;
}

/** Some rows of a plane. Columns and rows of voxels, slices (millimetres where these are uneven). */
export interface PlanePart {
  readonly width: number;
  readonly height: number;
  /** The middle of the first pixel; of a slab in the middle of its depth. */
  readonly start: Vector3;
  readonly right: Vector3;
  readonly down: Vector3;
  /** From one sample to the next. */
  readonly depth: Vector3;
  readonly samples: number;
  readonly projection: Projection;
}

/** Stored values; nothing (NaN) where no sample is. */
export interface PartValues {
  readonly values: Float32Array;
  /** Of an average, whose values are sums: of how many samples. */
  readonly counts: Float32Array | null;
}

/** Places along one direction of a straight plane: between which voxels, counted in samples of the memory. */
interface Places {
  readonly count: number;
  /** -1 outside of the volume, or where another worker has it. */
  readonly at: Int32Array;
  readonly next: number;
  readonly part: Float32Array;
}

export class VolumeBlocks {
  private readonly data: SampleArray;
  /** Where each slice begins; -1 where another worker has it and the next one. */
  private readonly begin: Int32Array;
  /** The slice at each of many heights. */
  private readonly curve: Float32Array | null;
  private readonly size: Vector3;

  constructor(private readonly shape: BlockShape) {
    const { columns, rows, slices, share, shares } = shape;
    const slice = columns * rows;
    this.size = [columns, rows, slices];
    this.begin = new Int32Array(slices).fill(-1);
    let end = 0;
    for (let block = share; block * BLOCK_SLICES < slices - 1; block += shares) {
      const first = block * BLOCK_SLICES;
      const count = Math.min(BLOCK_SLICES, slices - 1 - first);
      for (let i = 0; i < count; i += 1) this.begin[first + i] = end + i * slice;
      end += (count + 1) * slice;
    }
    this.data = new arrays[shape.kind](end);
    const { heights } = shape;
    this.curve = heights && Float32Array.from({ length: CURVE_ENTRIES }, (_, i) =>
      this.sliceAt((heights[heights.length - 1] * i) / (CURVE_ENTRIES - 1)));
  }

  put(slice: number, pixels: SampleArray): void {
    if (this.begin[slice] >= 0) this.data.set(pixels, this.begin[slice]);
    const before = slice > 0 ? this.begin[slice - 1] : -1;
    if (before >= 0) this.data.set(pixels, before + this.shape.columns * this.shape.rows);
  }

  /** A slice as it was put; null where another worker has it. */
  get(slice: number): SampleArray | null {
    const size = this.shape.columns * this.shape.rows;
    const before = slice > 0 ? this.begin[slice - 1] : -1;
    const at = this.begin[slice] >= 0 ? this.begin[slice] : before >= 0 ? before + size : -1;
    return at >= 0 ? this.data.slice(at, at + size) : null;
  }

  /** What this worker's voxels give to a part of a plane; null where that is nothing. */
  sample(part: PlanePart): PartValues | null {
    const straight = this.straight(part);
    if (straight === null) return this.turned(part);
    return straight.some(({ at }) => at.every((one) => one < 0)) ? null : this.cut(part, straight);
  }

  /** The slice at a height, both counted from the first. */
  private sliceAt(height: number): number {
    const { heights } = this.shape;
    if (!heights) return height;
    const last = heights.length - 1;
    let above = heights.findIndex((one) => one >= height);
    above = above < 0 ? last : Math.max(1, above);
    return above - 1 + (height - heights[above - 1]) / (heights[above] - heights[above - 1]);
  }

  /** Columns, rows and samples of a plane whose sides run along those of the volume; null for any other. */
  private straight(part: PlanePart): [Places, Places, Places] | null {
    const { width, height, samples, right, down, depth, start } = part;
    const reach = [width, height, samples];
    const axes = [right, down, depth].map((direction, i) => {
      const reaches = direction.map((one) => Math.abs(one) * reach[i]);
      const axis = reaches.indexOf(Math.max(...reaches));
      return reaches.every((one, k) => k === axis || one < STRAIGHT) ? axis : -1;
    });
    if (samples === 1) axes[2] = 3 - axes[0] - axes[1];
    if ([0, 1, 2].some((axis) => !axes.includes(axis))) return null;
    return [right, down, depth].map((direction, i) => {
      const axis = axes[i];
      const first = start[axis] - (i === 2 ? depth[axis] * (samples - 1) * 0.5 : 0);
      return this.places(axis, first, direction[axis], reach[i]);
    }) as [Places, Places, Places];
  }

  private places(axis: number, first: number, step: number, count: number): Places {
    const size = this.size[axis];
    const next = [1, this.shape.columns, this.shape.columns * this.shape.rows][axis];
    const at = new Int32Array(count).fill(-1);
    const part = new Float32Array(count);
    for (let i = 0; i < count; i += 1) {
      const place = first + step * i;
      const voxel = axis === 2 ? this.sliceAt(place) : place;
      if (!(voxel >= -0.5 && voxel <= size - 0.5)) continue;
      const within = Math.max(0, Math.min(size - 1, voxel));
      const base = Math.min(Math.floor(within), size - 2);
      part[i] = within - base;
      at[i] = axis === 2 ? this.begin[base] : base * next;
    }
    return { count, at, next, part };
  }

  /** A straight plane: lines of voxels are put together once for all samples between them. */
  private cut(part: PlanePart, [columns, rows, depths]: [Places, Places, Places]): PartValues {
    const { width, height, projection } = part;
    const values = new Float32Array(width * height).fill(NaN);
    // What runs along is never the slices: these may be another worker's.
    const isAlong = columns.next !== this.shape.columns * this.shape.rows;
    const [along, others] = isAlong ? [columns, rows] : [rows, columns];
    const [step, stride] = isAlong ? [1, width] : [width, 1];
    const line = new LineCutter(this.data, along);
    const counts = projection === "average" ? new Float32Array(width * height).fill(NaN) : null;
    const owned = depths.at.reduce((sum, at) => sum + Number(at >= 0), 0);
    for (let other = 0; other < others.count; other += 1) {
      if (others.at[other] < 0) continue;
      line.begin(others.at[other], others.next, others.part[other], projection);
      for (let i = 0; i < depths.count; i += 1) {
        if (depths.at[i] >= 0) line.add(depths.at[i], depths.next, depths.part[i], projection);
      }
      line.write(values, other * stride, step);
      if (counts) line.count(counts, other * stride, step, owned);
    }
    return { values, counts };
  }

  /** Any plane, sample by sample. */
  private turned(part: PlanePart): PartValues {
    const { width, height, start, right, down, depth, samples, projection } = part;
    const values = new Float32Array(width * height).fill(NaN);
    const counts = projection === "average" ? new Float32Array(width * height).fill(NaN) : null;
    const half = (samples - 1) * 0.5;
    for (let row = 0, at = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1, at += 1) {
        const x = start[0] + right[0] * column + down[0] * row - depth[0] * half;
        const y = start[1] + right[1] * column + down[1] * row - depth[1] * half;
        const z = start[2] + right[2] * column + down[2] * row - depth[2] * half;
        this.ray(x, y, z, depth, samples, projection);
        if (this.found === 0) continue;
        values[at] = this.result;
        if (counts) counts[at] = this.found;
      }
    }
    return { values, counts };
  }

  private result = 0;
  private found = 0;

  /** The samples along the depth of one pixel. */
  private ray(
    x: number, y: number, z: number, [dx, dy, dz]: Vector3, samples: number, projection: Projection,
  ): void {
    const { data, begin, curve } = this;
    const { columns, rows, slices } = this.shape;
    const slice = columns * rows;
    const [mostX, mostY, mostZ] = [columns - 1, rows - 1, slices - 1];
    const isMaximum = projection === "maximum";
    const isAverage = projection === "average";
    let result = isAverage ? 0 : isMaximum ? -Infinity : Infinity;
    let found = 0;
    for (let i = 0; i < samples; i += 1) {
      let [vx, vy, vz] = [x + dx * i, y + dy * i, z + dz * i];
      if (curve) vz = this.curved(vz);
      if (vx < -0.5 || vy < -0.5 || vz < -0.5 || vx > mostX + 0.5 || vy > mostY + 0.5 || vz > mostZ + 0.5) continue;
      vx = vx < 0 ? 0 : vx > mostX ? mostX : vx;
      vy = vy < 0 ? 0 : vy > mostY ? mostY : vy;
      vz = vz < 0 ? 0 : vz > mostZ ? mostZ : vz;
      let [bx, by, bz] = [vx | 0, vy | 0, vz | 0];
      if (bx === mostX) bx -= 1;
      if (by === mostY) by -= 1;
      if (bz === mostZ) bz -= 1;
      const first = begin[bz];
      if (first < 0) continue;
      const at = first + by * columns + bx;
      const [px, py, pz] = [vx - bx, vy - by, vz - bz];
      const low = between(data, at, columns, px, py);
      const value = low + (between(data, at + slice, columns, px, py) - low) * pz;
      found += 1;
      if (isAverage) result += value;
      else if (isMaximum ? value > result : value < result) result = value;
    }
    this.result = result;
    this.found = found;
  }

  private curved(height: number): number {
    const { curve, shape: { heights } } = this;
    if (!curve || !heights) return height;
    const last = CURVE_ENTRIES - 1;
    const at = (height / heights[heights.length - 1]) * last;
    const base = Math.max(0, Math.min(last - 1, Math.floor(at)));
    return curve[base] + (curve[base + 1] - curve[base]) * (at - base);
  }
}

/** Between four voxels of a slice. */
function between(data: SampleArray, at: number, columns: number, x: number, y: number): number {
  const above = data[at] + (data[at + 1] - data[at]) * x;
  const below = data[at + columns] + (data[at + columns + 1] - data[at + columns]) * x;
  return above + (below - above) * y;
}

/** One line of a straight plane: its pixels in the voxels' own layers, and what becomes of the samples between two. */
class LineCutter {
  private readonly result: Float32Array;
  private readonly voxels: Float32Array;
  private near: Float32Array;
  private far: Float32Array;
  private nearAt = -1;
  private farAt = -1;
  private readonly from: number;
  private readonly to: number;
  private readonly base: Int32Array;
  private readonly first: number;
  private readonly last: number;
  private other = 0;
  private otherNext = 0;
  private otherPart = 0;

  constructor(private readonly data: SampleArray, private readonly along: Places) {
    const { count, at, next } = along;
    this.result = new Float32Array(count);
    this.near = new Float32Array(count);
    this.far = new Float32Array(count);
    this.from = Math.max(0, at.findIndex((one) => one >= 0));
    this.to = count;
    while (this.to > this.from && at[this.to - 1] < 0) this.to -= 1;
    const inside = at.subarray(this.from, this.to);
    const [low, high] = inside.reduce(([low, high], one) => [Math.min(low, one), Math.max(high, one)], [Infinity, 0]);
    this.first = Number.isFinite(low) ? low : 0;
    this.last = high + next;
    this.base = Int32Array.from(at, (one) => Math.max(0, (one - this.first) / next));
    this.voxels = new Float32Array((this.last - this.first) / next + 1);
  }

  begin(at: number, next: number, part: number, projection: Projection): void {
    [this.other, this.otherNext, this.otherPart] = [at, next, part];
    this.nearAt = this.farAt = -1;
    this.result.fill(projection === "average" ? 0 : projection === "maximum" ? -Infinity : Infinity);
  }

  /** A sample between two layers. */
  add(at: number, next: number, part: number, projection: Projection): void {
    this.look(at, next);
    const { near, far, result, from, to } = this;
    if (projection === "maximum") {
      for (let i = from; i < to; i += 1) {
        const value = near[i] + (far[i] - near[i]) * part;
        if (value > result[i]) result[i] = value;
      }
    } else if (projection === "minimum") {
      for (let i = from; i < to; i += 1) {
        const value = near[i] + (far[i] - near[i]) * part;
        if (value < result[i]) result[i] = value;
      }
    } else {
      for (let i = from; i < to; i += 1) result[i] += near[i] + (far[i] - near[i]) * part;
    }
  }

  write(values: Float32Array, start: number, step: number): void {
    const { result, from, to } = this;
    for (let i = from, at = start + from * step; i < to; i += 1, at += step) values[at] = result[i];
  }

  count(counts: Float32Array, start: number, step: number, owned: number): void {
    for (let i = this.from, at = start + this.from * step; i < this.to; i += 1, at += step) counts[at] = owned;
  }

  /** Has both layers at hand: often one of them is from the sample before. */
  private look(at: number, next: number): void {
    if (this.nearAt === at && this.farAt === at + next) return;
    if (this.farAt === at || this.nearAt === at + next) {
      [this.near, this.far] = [this.far, this.near];
      [this.nearAt, this.farAt] = [this.farAt, this.nearAt];
    }
    if (this.nearAt !== at) this.layer(at, this.near);
    if (this.farAt !== at + next) this.layer(at + next, this.far);
    [this.nearAt, this.farAt] = [at, at + next];
  }

  private layer(at: number, into: Float32Array): void {
    const { data, along, voxels, from, to, base, otherPart } = this;
    const { next, part } = along;
    const start = at + this.other + this.first;
    const beside = start + this.otherNext;
    for (let i = 0, from = 0; i < voxels.length; i += 1, from += next) {
      const value = data[start + from];
      voxels[i] = value + (data[beside + from] - value) * otherPart;
    }
    for (let i = from; i < to; i += 1) {
      const value = voxels[base[i]];
      into[i] = value + (voxels[base[i] + 1] - value) * part[i];
    }
  }
}

/** Puts together what several workers give to one part of a plane. */
export function gather(projection: Projection, into: Float32Array, more: Float32Array, start: number): void {
  const { length } = more;
  if (projection === "average") {
    for (let i = 0, at = start; i < length; i += 1, at += 1) {
      if (into[at] !== into[at]) into[at] = more[i];
      else if (more[i] === more[i]) into[at] += more[i];
    }
  } else if (projection === "maximum") {
    for (let i = 0, at = start; i < length; i += 1, at += 1) {
      if (more[i] > into[at] || into[at] !== into[at]) into[at] = more[i];
    }
  } else {
    for (let i = 0, at = start; i < length; i += 1, at += 1) {
      if (more[i] < into[at] || into[at] !== into[at]) into[at] = more[i];
    }
  }
}
