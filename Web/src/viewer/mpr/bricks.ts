// SPDX-License-Identifier: Apache-2.0

import { FramePixels } from "../data/pixels";

/** The voxels of a volume in graphics memory, parted along the slices so that no texture is too large. */

/** Browsers and drivers fail with larger ones. */
const LARGEST_BRICK_BYTES = 128 * 1024 * 1024;
export const MOST_BRICKS = 8;
const REDUCTIONS = [1, 2, 4];

export interface BrickPlan {
  /** Slices in a brick; the last one of each is the first of the next, so that every pair of neighbours is in one. */
  readonly slices: number;
  readonly count: number;
  readonly bytes: number;
}

/** Null where the volume is larger than `budget`. */
export function planBricks(
  columns: number, rows: number, slices: number, sampleBytes: number, budget: number, mostSlices: number,
): BrickPlan | null {
  const slice = columns * rows * sampleBytes;
  const most = Math.min(mostSlices, Math.max(2, Math.floor(LARGEST_BRICK_BYTES / slice)));
  const each = Math.min(slices, most);
  const count = each >= slices ? 1 : Math.ceil((slices - 1) / (each - 1));
  const bytes = slice * (slices + count - 1);
  return count <= MOST_BRICKS && bytes <= budget ? { slices: each, count, bytes } : null;
}

/** Of how many pixels of an image, along each side, one voxel must be made so that the volume fits; null for none. */
export function planReduction(
  columns: number, rows: number, slices: number, sampleBytes: number, budget: number, mostSlices: number,
): { factor: number; plan: BrickPlan } | null {
  for (const factor of REDUCTIONS) {
    const [across, down] = [Math.floor(columns / factor), Math.floor(rows / factor)];
    if (across < 2 || down < 2 || across > mostSlices || down > mostSlices) continue;
    const plan = planBricks(across, down, slices, sampleBytes, budget, mostSlices);
    if (plan) return { factor, plan };
  }
  return null;
}

/** The pixels of an image, the middle of every `factor` × `factor` as one. */
export function reducedPixels(pixels: FramePixels, factor: number): FramePixels {
  if (factor === 1) return pixels;
  const [columns, rows] = [Math.floor(pixels.columns / factor), Math.floor(pixels.rows / factor)];
  const from = pixels.data;
  const data = new (from.constructor as new (length: number) => typeof from)(columns * rows);
  const count = factor * factor;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      let total = 0;
      for (let y = 0; y < factor; y += 1) {
        const start = (row * factor + y) * pixels.columns + column * factor;
        for (let x = 0; x < factor; x += 1) total += from[start + x];
      }
      data[row * columns + column] = Math.round(total / count);
    }
  }
  return { ...pixels, columns, rows, data };
}

/** In which bricks a slice is, and at which place. */
export function placesOf(plan: BrickPlan, slice: number): { brick: number; at: number }[] {
  if (plan.count === 1) return [{ brick: 0, at: slice }];
  const step = plan.slices - 1;
  const places = [];
  for (let brick = Math.max(0, Math.ceil(slice / step) - 1); brick < plan.count; brick += 1) {
    const at = slice - brick * step;
    if (at < 0) break;
    if (at < plan.slices) places.push({ brick, at });
  }
  return places;
}

interface Format {
  readonly internal: number;
  readonly type: number;
  readonly sampler: "isampler3D" | "usampler3D";
}

export class Bricks {
  readonly textures: WebGLTexture[] = [];
  private readonly uploaded = new Set<number>();
  private readonly format: Format;

  constructor(
    private readonly gl: WebGL2RenderingContext, readonly plan: BrickPlan, private readonly columns: number,
    private readonly rows: number, private readonly slices: number, like: FramePixels,
  ) {
    this.format = formatOf(gl, like);
    for (let brick = 0; brick < plan.count; brick += 1) this.textures.push(this.texture(this.slicesIn(brick)));
  }

  get sampler(): Format["sampler"] {
    return this.format.sampler;
  }

  get count(): number {
    return this.uploaded.size;
  }

  has(slice: number): boolean {
    return this.uploaded.has(slice);
  }

  /** Takes the pixels of a slice. False where they are of another form than those of the first. */
  upload(slice: number, pixels: FramePixels): boolean {
    const { gl, columns, rows } = this;
    if (pixels.columns !== columns || pixels.rows !== rows) return false;
    if (formatOf(gl, pixels).internal !== this.format.internal) return false;
    for (const { brick, at } of placesOf(this.plan, slice)) {
      gl.bindTexture(gl.TEXTURE_3D, this.textures[brick]);
      gl.texSubImage3D(
        gl.TEXTURE_3D, 0, 0, 0, at, columns, rows, 1, gl.RED_INTEGER, this.format.type, pixels.data as ArrayBufferView,
      );
    }
    this.uploaded.add(slice);
    return true;
  }

  dispose(): void {
    this.textures.forEach((texture) => this.gl.deleteTexture(texture));
  }

  private slicesIn(brick: number): number {
    return Math.min(this.plan.slices, this.slices - brick * (this.plan.slices - 1));
  }

  private texture(depth: number): WebGLTexture {
    const { gl } = this;
    const texture = gl.createTexture();
    if (!texture) throw new Error("The graphics memory is full.");
    gl.bindTexture(gl.TEXTURE_3D, texture);
    gl.texStorage3D(gl.TEXTURE_3D, 1, this.format.internal, this.columns, this.rows, depth);
    gl.texParameteri(gl.TEXTURE_3D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_3D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T, gl.TEXTURE_WRAP_R]) {
      gl.texParameteri(gl.TEXTURE_3D, side, gl.CLAMP_TO_EDGE);
    }
    return texture;
  }
}

function formatOf(gl: WebGL2RenderingContext, { data }: FramePixels): Format {
  if (data instanceof Int16Array) return { internal: gl.R16I, type: gl.SHORT, sampler: "isampler3D" };
  if (data instanceof Uint16Array) return { internal: gl.R16UI, type: gl.UNSIGNED_SHORT, sampler: "usampler3D" };
  if (data instanceof Int8Array) return { internal: gl.R8I, type: gl.BYTE, sampler: "isampler3D" };
  if (data instanceof Uint8Array) return { internal: gl.R8UI, type: gl.UNSIGNED_BYTE, sampler: "usampler3D" };
  throw new Error("Samples of more than 16 bits make no volume here.");
}
