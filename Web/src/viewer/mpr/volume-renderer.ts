// SPDX-License-Identifier: Apache-2.0

import { FramePixels } from "../data/pixels";
import { Window } from "../state/view-state";
import { VOIFunction, voiLine } from "../state/window";
import { Bricks, BrickPlan, planBricks } from "./bricks";
import { Projection } from "./planes";
import { Vector3 } from "./vectors";
import { directionInVolume, inVolume, sliceAt, VolumeGeometry } from "./volume-geometry";
import { projectionNumber, volumeShader } from "./volume-shader";
import { vertexShader } from "../render/shaders";

const CURVE_ENTRIES = 4096;
const uniformNames = [
  "curve", "corner", "right", "down", "depth", "size", "brickSlices", "samples", "projection", "heights", "rescale",
  "grey", "sigmoid", "inverted",
] as const;
type UniformName = (typeof uniformNames)[number];

/** One plane in one part of the canvas: places and directions in the patient, lengths for one device pixel. */
export interface PlaneDrawing {
  /** In device pixels from the lower left. */
  readonly rect: { left: number; bottom: number; width: number; height: number };
  /** The place at the lower left corner. */
  readonly corner: Vector3;
  readonly right: Vector3;
  /** Upwards on the screen. */
  readonly up: Vector3;
  /** From one sample of the slab to the next. */
  readonly depth: Vector3;
  readonly samples: number;
  readonly projection: Projection;
  readonly window: Window;
  readonly voi: VOIFunction;
  readonly slope: number;
  readonly intercept: number;
  readonly inverted: boolean;
}

interface Ready {
  readonly gl: WebGL2RenderingContext;
  readonly bricks: Bricks;
  readonly program: WebGLProgram;
  readonly at: Record<UniformName, WebGLUniformLocation | null>;
  readonly curve: WebGLTexture;
}

/** Draws planes of one volume. Everything in graphics memory is made anew when the context was lost. */
export class VolumeRenderer {
  readonly canvas = document.createElement("canvas");
  failure: string | null = null;
  /** Counts graphics contexts. */
  generation = 0;
  private ready: Ready | null = null;

  constructor(
    private readonly volume: VolumeGeometry, private readonly budget: number, private readonly changed: () => void,
  ) {
    this.canvas.className = "gl";
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

  has(slice: number): boolean {
    return this.ready?.bricks.has(slice) ?? false;
  }

  /** Puts a slice into graphics memory. False where that is not possible; `failure` says why. */
  upload(slice: number, pixels: FramePixels): boolean {
    const ready = this.ready ?? this.open(pixels);
    if (!ready) return false;
    if (ready.bricks.upload(slice, pixels)) return true;
    this.failure = "Images of different kinds make no volume.";
    return false;
  }

  draw(planes: readonly PlaneDrawing[]): void {
    const { ready } = this;
    if (!ready) return;
    const { gl, program } = ready;
    gl.disable(gl.SCISSOR_TEST);
    gl.clearColor(0, 0, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.SCISSOR_TEST);
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.useProgram(program);
    ready.bricks.textures.forEach((texture, i) => {
      gl.activeTexture(gl.TEXTURE0 + i);
      gl.bindTexture(gl.TEXTURE_3D, texture);
      gl.uniform1i(gl.getUniformLocation(program, `brick${i}`), i);
    });
    for (const plane of planes) this.drawPlane(ready, plane);
  }

  dispose(): void {
    this.ready?.bricks.dispose();
    this.ready?.gl.getExtension("WEBGL_lose_context")?.loseContext();
    this.ready = null;
  }

  private drawPlane({ gl, at, bricks, curve }: Ready, plane: PlaneDrawing): void {
    const { volume } = this;
    const { left, bottom, width, height } = plane.rect;
    gl.scissor(left, bottom, width, height);
    const right = directionInVolume(volume, plane.right);
    const up = directionInVolume(volume, plane.up);
    const start = inVolume(volume, plane.corner);
    const corner = start.map((value, i) => value - right[i] * left - up[i] * bottom) as unknown as Vector3;
    gl.activeTexture(gl.TEXTURE0 + bricks.textures.length);
    gl.bindTexture(gl.TEXTURE_2D, curve);
    gl.uniform1i(at.curve, bricks.textures.length);
    gl.uniform3f(at.corner, ...corner);
    gl.uniform3f(at.right, ...right);
    gl.uniform3f(at.down, ...up);
    gl.uniform3f(at.depth, ...directionInVolume(volume, plane.depth));
    gl.uniform3i(at.size, volume.columns, volume.rows, volume.heights.length);
    gl.uniform1i(at.brickSlices, bricks.plan.slices);
    gl.uniform1i(at.samples, plane.samples);
    gl.uniform1i(at.projection, projectionNumber[plane.projection]);
    gl.uniform2f(at.heights, 0, volume.heights[volume.heights.length - 1]);
    gl.uniform2f(at.rescale, plane.slope, plane.intercept);
    const line = voiLine(plane.window, plane.voi);
    gl.uniform2f(at.grey, line.scale, line.offset);
    gl.uniform1i(at.sigmoid, Number(plane.voi === "SIGMOID"));
    gl.uniform1i(at.inverted, Number(plane.inverted));
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  private open(like: FramePixels): Ready | null {
    const gl = this.canvas.getContext("webgl2", { alpha: false, antialias: false, depth: false });
    if (!gl || gl.isContextLost()) {
      if (!gl) this.failure = "This browser offers no WebGL 2.";
      return null;
    }
    const { columns, rows, heights } = this.volume;
    const most = gl.getParameter(gl.MAX_3D_TEXTURE_SIZE) as number;
    const plan = planBricks(columns, rows, heights.length, like.data.BYTES_PER_ELEMENT, this.budget, most);
    if (!plan || columns > most || rows > most) {
      const needed = Math.ceil((columns * rows * heights.length * like.data.BYTES_PER_ELEMENT) / 2 ** 20);
      this.failure = `The volume takes ${needed} MB; ${Math.floor(this.budget / 2 ** 20)} MB are allowed here.`;
      return null;
    }
    try {
      this.ready = this.make(gl, plan, like);
      this.failure = null;
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
    return this.ready;
  }

  private make(gl: WebGL2RenderingContext, plan: BrickPlan, like: FramePixels): Ready {
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.bindVertexArray(gl.createVertexArray());
    gl.disable(gl.DITHER);
    const { columns, rows, heights } = this.volume;
    const bricks = new Bricks(gl, plan, columns, rows, heights.length, like);
    const program = linked(gl, volumeShader(plan.count, bricks.sampler));
    const at = Object.fromEntries(uniformNames.map((name) => [name, gl.getUniformLocation(program, name)]));
    return { gl, bricks, program, at: at as Ready["at"], curve: this.curve(gl) };
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

function linked(gl: WebGL2RenderingContext, fragment: string): WebGLProgram {
  const program = gl.createProgram();
  if (!program) throw new Error("The graphics driver gives no program.");
  for (const [type, source] of [[gl.VERTEX_SHADER, vertexShader], [gl.FRAGMENT_SHADER, fragment]] as const) {
    const shader = gl.createShader(type);
    if (!shader) throw new Error("The graphics driver gives no shader.");
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
    const logs = (gl.getAttachedShaders(program) ?? []).map((shader) => gl.getShaderInfoLog(shader) ?? "");
    throw new Error(`The graphics driver refuses the program: ${[gl.getProgramInfoLog(program), ...logs].join(" ")}`);
  }
  return program;
}
