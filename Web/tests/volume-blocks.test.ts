// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { Projection } from "../src/viewer/mpr/planes";
import {
  BLOCK_SLICES, BlockShape, gather, ownerOf, PlanePart, sharesOf, VolumeBlocks,
} from "../src/viewer/mpr/volume-blocks";

const [columns, rows, slices] = [19, 23, 50];
const voxels = Int16Array.from({ length: columns * rows * slices }, (_, at) => ((at * 7919) % 4001) - 2000);

function filled(shares: number, heights: readonly number[] | null = null, count = slices): VolumeBlocks[] {
  return Array.from({ length: shares }, (_, share) => {
    const shape: BlockShape = { columns, rows, slices: count, kind: "Int16Array", heights, share, shares };
    const blocks = new VolumeBlocks(shape);
    for (let slice = 0; slice < count; slice += 1) {
      const start = slice * columns * rows;
      if (sharesOf(slice, shares).includes(share)) blocks.put(slice, voxels.subarray(start, start + columns * rows));
    }
    return blocks;
  });
}

/** Trilinear between voxels; half a voxel beyond the outermost centres belongs to the volume. */
function valueAt(at: readonly number[]): number {
  const sizes = [columns, rows, slices];
  if (at.some((one, axis) => one < -0.5 || one > sizes[axis] - 0.5)) return NaN;
  const within = at.map((one, axis) => Math.max(0, Math.min(sizes[axis] - 1, one)));
  const base = within.map((one, axis) => Math.min(Math.floor(one), sizes[axis] - 2));
  let value = 0;
  for (let corner = 0; corner < 8; corner += 1) {
    const step = [corner & 1, (corner >> 1) & 1, corner >> 2];
    const weight = step.reduce((all, one, axis) =>
      all * (one === 1 ? within[axis] - base[axis] : 1 - within[axis] + base[axis]), 1);
    const [x, y, z] = base.map((one, axis) => one + step[axis]);
    value += weight * voxels[(z * rows + y) * columns + x];
  }
  return value;
}

function expected(part: PlanePart, sliceAt: (height: number) => number): number[] {
  const { width, height, start, right, down, depth, samples, projection } = part;
  return Array.from({ length: width * height }, (_, pixel) => {
    const [column, row] = [pixel % width, Math.floor(pixel / width)];
    const found = Array.from({ length: samples }, (_, i) => {
      const at = start.map((one, axis) =>
        one + right[axis] * column + down[axis] * row + depth[axis] * (i - (samples - 1) / 2));
      return valueAt([at[0], at[1], sliceAt(at[2])]);
    }).filter((one) => !Number.isNaN(one));
    if (found.length === 0) return NaN;
    if (projection === "average") return found.reduce((sum, one) => sum + one) / found.length;
    return projection === "maximum" ? Math.max(...found) : Math.min(...found);
  });
}

function cut(blocks: readonly VolumeBlocks[], part: PlanePart): Float32Array {
  const values = new Float32Array(part.width * part.height).fill(NaN);
  const counts = new Float32Array(part.width * part.height).fill(NaN);
  for (const one of blocks) {
    const given = one.sample(part);
    if (given) gather(part.projection, values, given.values, 0);
    if (given?.counts) gather("average", counts, given.counts, 0);
  }
  return part.projection === "average" ? values.map((value, at) => value / counts[at]) : values;
}

function compare(blocks: readonly VolumeBlocks[], part: PlanePart, sliceAt = (height: number): number => height): void {
  const values = cut(blocks, part);
  let inside = 0;
  expected(part, sliceAt).forEach((one, at) => {
    assert.equal(Number.isNaN(values[at]), Number.isNaN(one), `pixel ${at} of ${JSON.stringify(part)}`);
    if (Number.isNaN(one)) return;
    inside += 1;
    assert.ok(Math.abs(values[at] - one) < 0.5, `${values[at]} for ${one} at ${at} of ${JSON.stringify(part)}`);
  });
  assert.ok(inside > 50);
}

const directions: readonly Pick<PlanePart, "start" | "right" | "down" | "depth">[] = [
  { start: [-1.2113, -1.3071, 20.3], right: [0.7, 0, 0], down: [0, 0.8, 0], depth: [0, 0, 0.5] },
  { start: [-1.2113, 9.3071, 51.3071], right: [0.7, 0, 0], down: [0, 0, -1.4], depth: [0, 0.5, 0] },
  { start: [9.2171, 24.3117, 51.3071], right: [0, -0.9, 0], down: [0, 0, -1.4], depth: [-0.5, 0, 0] },
  { start: [9.2171, 24.3117, 51.3071], right: [0, 0, -1.4], down: [0, -0.9, 0], depth: [-0.5, 0, 0] },
  { start: [2.0123, 3.0171, 10.0229], right: [0.5, 0.1, 0.2], down: [-0.1, 0.5, 0.4], depth: [0.1, -0.2, 0.5] },
];

test("planes along the volume and across it, thin and thick, are what lies between the voxels", () => {
  for (const shares of [1, 2, 3]) {
    const blocks = filled(shares);
    for (const direction of directions) {
      for (const [samples, projection] of [
        [1, "maximum"], [21, "maximum"], [20, "minimum"], [9, "average"],
      ] as [number, Projection][]) {
        compare(blocks, { ...direction, width: 31, height: 39, samples, projection });
      }
    }
  }
});

test("uneven slices lie at their heights", () => {
  const heights = Array.from({ length: slices }, (_, i) => (i < 25 ? i : 25 + (i - 25) * 2));
  const sliceAt = (height: number): number => (height <= 25 ? height : 25 + (height - 25) / 2);
  const blocks = filled(2, heights);
  for (const { start, right, down, depth } of directions) {
    const stretched = { start: [start[0], start[1], start[2] * 1.4] as const, right, down, depth };
    // The table of the heights of a turned plane is as fine as a hundredth of a slice.
    const part = { ...stretched, width: 31, height: 39, samples: 5, projection: "average" as const };
    const values = cut(blocks, part);
    const differences = expected(part, sliceAt).map((one, at) => Math.abs(values[at] - one))
      .filter((one) => !Number.isNaN(one));
    assert.ok(differences.length > 50 && Math.max(...differences) < 40, `${Math.max(...differences)}`);
  }
});

test("every pair of neighbouring slices is with one worker", () => {
  for (const shares of [1, 2, 4]) {
    for (let slice = 0; slice < 3 * BLOCK_SLICES; slice += 1) {
      const owner = Math.floor(slice / BLOCK_SLICES) % shares;
      assert.ok(sharesOf(slice, shares).includes(owner) && sharesOf(slice + 1, shares).includes(owner));
    }
  }
});

test("every slice can be had back as it was put", () => {
  for (const shares of [1, 2, 3]) {
    for (const count of [slices, 2 * BLOCK_SLICES + 1, 2]) {
      const blocks = filled(shares, null, count);
      for (let slice = 0; slice < count; slice += 1) {
        const start = slice * columns * rows;
        const back = blocks[ownerOf(slice, count, shares)].get(slice);
        assert.deepEqual(back, voxels.slice(start, start + columns * rows), `${shares} ${count} ${slice}`);
      }
    }
  }
});
