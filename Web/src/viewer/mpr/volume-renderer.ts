// SPDX-License-Identifier: Apache-2.0

import { FramePixels } from "../data/pixels";
import { voiLine } from "../state/window";
import { Bricks, planReduction, reducedPixels } from "./bricks";
import { Vector3 } from "./vectors";
import { PlaneDrawing, tooLarge, VolumeDrawer } from "./volume-drawer";
import { directionInVolume, inVolume, isEven, reduced, sliceAt, VolumeGeometry } from "./volume-geometry";
import { VolumePrograms } from "./volume-programs";

const CURVE_ENTRIES = 4096;

interface Ready {
  readonly gl: WebGL2RenderingContext;
  /** As it is in graphics memory. */
  readonly volume: VolumeGeometry;
  readonly factor: number;
  readonly bricks: Bricks;
  readonly programs: VolumePrograms;
  readonly curve: WebGLTexture;
  readonly isEven: boolean;
}

/** Draws planes of one volume. Everything in graphics memory is made anew when the context was lost. */
export class VolumeRenderer implements VolumeDrawer {
  readonly canvas = document.createElement("canvas");
  failure: string | null = null;
  /** Counts graphics contexts. */
  generation = 0;
  readonly keepsSamples = false;
  readonly movingSamples = 20_000_000;
  private ready: Ready | null = null;

  constructor(
    private readonly volume: VolumeGeometry, private readonly budget: number, private readonly changed: () => void,
  ) {
    this.canvas.className = "gl";
    this.canvas.setAttribute("aria-hidden", "true");
    this.canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      this.ready = null;
      this.changed();
    });
    this.canvas.addEventListener("webglcontextrestored", () => {
      this.generation += 1;
      this.changed();
    });
  }

  get uploaded(): number {
    return this.ready?.bricks.count ?? 0;
  }

  /** Of graphics memory. */
  get bytes(): number {
    return this.ready?.bricks.plan.bytes ?? 0;
  }

  /** How many pixels of an image, along each side, one voxel stands for. */
  get factor(): number {
    return this.ready?.factor ?? 1;
  }

  readonly gives = false;

  has(slice: number): boolean {
    return this.ready?.bricks.has(slice) ?? false;
  }

  /** Graphics memory gives nothing back. */
  give(): Promise<void> {
    return Promise.resolve();
  }

  /** Puts a slice into graphics memory. False where that is not possible; `failure` says why. */
  upload(slice: number, pixels: FramePixels): boolean {
    const ready = this.ready ?? this.open(pixels);
    if (!ready) return false;
    if (ready.bricks.upload(slice, reducedPixels(pixels, ready.factor))) return true;
    this.failure = "Images of different kinds make no volume.";
    return false;
  }

  draw(planes: readonly PlaneDrawing[], _isMoving: boolean, drawn: () => void): void {
    const { ready } = this;
    if (!ready) return;
    this.clear(ready);
    for (const plane of planes) this.drawPlane(ready, plane);
    drawn();
  }

  dispose(): void {
    this.ready?.bricks.dispose();
    this.ready?.gl.getExtension("WEBGL_lose_context")?.loseContext();
    this.ready = null;
  }

  private clear({ gl }: Ready): void {
    gl.disable(gl.SCISSOR_TEST);
    gl.clearColor(0, 0, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.SCISSOR_TEST);
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
  }

  private drawPlane(ready: Ready, plane: PlaneDrawing): void {
    const { gl, volume, bricks, curve } = ready;
    const { left, bottom, width, height } = plane.rect;
    const { program, at, bricks: places } = ready.programs.get({
      bricks: bricks.textures.length, sampler: bricks.sampler, isEven: ready.isEven, isNearest: plane.isNearest,
      projection: plane.samples > 1 ? plane.projection : null, sigmoid: plane.voi === "SIGMOID",
    });
    gl.useProgram(program);
    bricks.textures.forEach((texture, i) => {
      gl.activeTexture(gl.TEXTURE0 + i);
      gl.bindTexture(gl.TEXTURE_3D, texture);
      gl.uniform1i(places[i], i);
    });
    gl.activeTexture(gl.TEXTURE0 + bricks.textures.length);
    gl.bindTexture(gl.TEXTURE_2D, curve);
    gl.uniform1i(at.curve, bricks.textures.length);
    const [right, up] = [directionInVolume(volume, plane.right), directionInVolume(volume, plane.up)];
    const start = inVolume(volume, plane.corner);
    const corner = start.map((value, i) => value - right[i] * left - up[i] * bottom) as unknown as Vector3;
    gl.uniform3f(at.corner, ...this.slices(ready, corner));
    gl.uniform3f(at.right, ...this.slices(ready, right));
    gl.uniform3f(at.down, ...this.slices(ready, up));
    gl.uniform3f(at.depth, ...this.slices(ready, directionInVolume(volume, plane.depth)));
    gl.uniform3i(at.size, volume.columns, volume.rows, volume.heights.length);
    gl.uniform1i(at.brickSlices, bricks.plan.slices);
    gl.uniform1i(at.samples, plane.samples);
    gl.uniform2f(at.heights, 0, volume.heights[volume.heights.length - 1]);
    const line = voiLine(plane.window, plane.voi);
    gl.uniform2f(at.grey, plane.slope * line.scale, plane.intercept * line.scale + line.offset);
    gl.uniform1i(at.inverted, Number(plane.inverted));
    gl.scissor(left, bottom, width, height);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  /** Millimetres along the normal as slices, where these are evenly spaced. */
  private slices({ volume, isEven: even }: Ready, [x, y, z]: Vector3): [number, number, number] {
    const last = volume.heights.length - 1;
    return [x, y, even ? (z * last) / volume.heights[last] : z];
  }

  private open(like: FramePixels): Ready | null {
    const gl = this.canvas.getContext("webgl2", { alpha: false, antialias: false, depth: false });
    if (!gl || gl.isContextLost()) {
      if (!gl) this.failure = "This browser offers no WebGL 2.";
      return null;
    }
    const { columns, rows, heights } = this.volume;
    const most = gl.getParameter(gl.MAX_3D_TEXTURE_SIZE) as number;
    const bytes = like.data.BYTES_PER_ELEMENT;
    const planned = planReduction(columns, rows, heights.length, bytes, this.budget, most);
    if (!planned) {
      this.failure = tooLarge(this.volume, bytes, this.budget);
      return null;
    }
    try {
      this.ready = this.make(gl, planned, like);
      this.failure = null;
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
    return this.ready;
  }

  private make(
    gl: WebGL2RenderingContext, { factor, plan }: NonNullable<ReturnType<typeof planReduction>>, like: FramePixels,
  ): Ready {
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.bindVertexArray(gl.createVertexArray());
    gl.disable(gl.DITHER);
    const volume = reduced(this.volume, factor);
    const bricks = new Bricks(gl, plan, volume.columns, volume.rows, volume.heights.length, like);
    return {
      gl, volume, factor, bricks, programs: new VolumePrograms(gl), curve: this.curve(gl),
      isEven: isEven(volume),
    };
  }

  /** The slice at each of many heights. */
  private curve(gl: WebGL2RenderingContext): WebGLTexture {
    const texture = gl.createTexture();
    if (!texture) throw new Error("The graphics memory is full.");
    const end = this.volume.heights[this.volume.heights.length - 1];
    const values = Float32Array.from(
      { length: CURVE_ENTRIES }, (_, i) => sliceAt(this.volume, (end * i) / (CURVE_ENTRIES - 1)),
    );
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, CURVE_ENTRIES, 1, 0, gl.RED, gl.FLOAT, values);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    return texture;
  }
}
