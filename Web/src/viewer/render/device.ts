// SPDX-License-Identifier: Apache-2.0

import { FramePixels, SampleArray } from "../data/pixels";
import { GreyTable } from "../softcopy/lut";
import { fragmentShader, ShaderFeatures, TextureKind, vertexShader } from "./shaders";

export interface GpuImage {
  readonly texture: WebGLTexture;
  readonly kind: TextureKind;
}

export interface DrawUniforms {
  readonly toImage: readonly [number, number, number, number];
  readonly origin: readonly [number, number];
  readonly grey: readonly [number, number];
  readonly sigmoid: boolean;
  readonly inverted: boolean;
  readonly smoothed: boolean;
  readonly taps: number;
  readonly table: GreyTable | null;
  readonly padding: readonly [number, number] | null;
}

const uniformNames = ["image", "toImage", "origin", "grey", "inverted", "table", "tableFirst", "padding"] as const;
type UniformName = (typeof uniformNames)[number];

interface Program {
  readonly program: WebGLProgram;
  readonly at: Record<UniformName, WebGLUniformLocation | null>;
}

const TABLE_COLUMNS = 256;

interface Format {
  kind: TextureKind;
  internal: number;
  format: number;
  type: number;
  data: ArrayBufferView;
}

/** The one WebGL2 context of the page: programs and textures. */
export class Device {
  private readonly programs = new Map<string, Program>();
  private table: WebGLTexture | null = null;
  private tableKey = "";

  constructor(readonly gl: WebGL2RenderingContext) {
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.bindVertexArray(gl.createVertexArray());
    gl.enable(gl.SCISSOR_TEST);
    gl.disable(gl.DITHER);
  }

  upload(pixels: FramePixels): GpuImage {
    const { gl } = this;
    const most = gl.getParameter(gl.MAX_TEXTURE_SIZE) as number;
    if (pixels.columns > most || pixels.rows > most) {
      const size = `${pixels.columns} × ${pixels.rows}`;
      throw new Error(`The image has ${size} pixels; the graphics of this computer show at most ${most} × ${most}.`);
    }
    const texture = gl.createTexture();
    if (!texture) throw new Error("The graphics memory is full.");
    const format = this.format(pixels);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    const { columns, rows } = pixels;
    gl.texImage2D(gl.TEXTURE_2D, 0, format.internal, columns, rows, 0, format.format, format.type, format.data);
    return { texture, kind: format.kind };
  }

  draw(image: GpuImage, uniforms: DrawUniforms): void {
    const { gl } = this;
    const { program, at } = this.program(image.kind, {
      sigmoid: uniforms.sigmoid, smoothed: uniforms.smoothed, taps: uniforms.taps, tabled: uniforms.table !== null,
      padded: uniforms.padding !== null,
    });
    gl.useProgram(program);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, image.texture);
    gl.uniform1i(at.image, 0);
    gl.uniform4f(at.toImage, ...uniforms.toImage);
    gl.uniform2f(at.origin, ...uniforms.origin);
    gl.uniform2f(at.grey, ...uniforms.grey);
    gl.uniform1i(at.inverted, Number(uniforms.inverted));
    gl.uniform2f(at.padding, ...(uniforms.padding ?? [0, 0]));
    gl.uniform1i(at.table, 1);
    if (uniforms.table) this.bindTable(uniforms.table);
    gl.uniform1f(at.tableFirst, uniforms.table?.first ?? 0);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  /** The table that was drawn with last is kept: one is used at a time. */
  private bindTable(table: GreyTable): void {
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE1);
    this.table ??= gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.table);
    if (this.tableKey === table.key) return;
    this.tableKey = table.key;
    for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(
      gl.TEXTURE_2D, side, gl.NEAREST
    );
    const rows = table.shades.length / TABLE_COLUMNS;
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, TABLE_COLUMNS, rows, 0, gl.RED, gl.FLOAT, table.shades);
  }

  private format(pixels: FramePixels): Format {
    const { gl } = this;
    const { data } = pixels;
    if (pixels.samples === 3) {
      return { kind: "colour", internal: gl.RGB8, format: gl.RGB, type: gl.UNSIGNED_BYTE, data: eightBit(data) };
    }
    if (data instanceof Int16Array) {
      return { kind: "signed", internal: gl.R16I, format: gl.RED_INTEGER, type: gl.SHORT, data };
    }
    if (data instanceof Uint16Array) {
      return { kind: "unsigned", internal: gl.R16UI, format: gl.RED_INTEGER, type: gl.UNSIGNED_SHORT, data };
    }
    if (data instanceof Uint8Array) {
      return { kind: "unsigned", internal: gl.R8UI, format: gl.RED_INTEGER, type: gl.UNSIGNED_BYTE, data };
    }
    if (data instanceof Int8Array) {
      return { kind: "signed", internal: gl.R8I, format: gl.RED_INTEGER, type: gl.BYTE, data };
    }
    return { kind: "float", internal: gl.R32F, format: gl.RED, type: gl.FLOAT, data: Float32Array.from(data) };
  }

  private program(kind: TextureKind, features: ShaderFeatures): Program {
    const key = `${kind} ${Object.values(features).join(" ")}`;
    const known = this.programs.get(key);
    if (known) return known;
    const { gl } = this;
    const program = gl.createProgram();
    if (!program) throw new Error("The graphics driver gives no program.");
    gl.attachShader(program, this.shader(gl.VERTEX_SHADER, vertexShader));
    gl.attachShader(program, this.shader(gl.FRAGMENT_SHADER, fragmentShader(kind, features)));
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
      throw new Error(`The graphics driver refuses the program: ${gl.getProgramInfoLog(program) ?? ""}`);
    }
    const at = Object.fromEntries(uniformNames.map((name) => [name, gl.getUniformLocation(program, name)]));
    const made: Program = { program, at: at as Program["at"] };
    this.programs.set(key, made);
    return made;
  }

  private shader(type: number, source: string): WebGLShader {
    const { gl } = this;
    const shader = gl.createShader(type);
    if (!shader) throw new Error("The graphics driver gives no shader.");
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) {
      throw new Error(`The graphics driver refuses a shader: ${gl.getShaderInfoLog(shader) ?? ""}`);
    }
    return shader;
  }
}

/** A canvas that graphics draw; null where there are none, or where the processor would do their work. */
export function graphicsOf(
  attributes: WebGLContextAttributes,
): { canvas: HTMLCanvasElement; gl: WebGL2RenderingContext } | null {
  const canvas = document.createElement("canvas");
  const gl = canvas.getContext("webgl2", { ...attributes, failIfMajorPerformanceCaveat: true });
  if (!gl) return null;
  if (!isSoftware(gl)) return { canvas, gl };
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return null;
}

/** As in a virtual machine. */
function isSoftware(gl: WebGL2RenderingContext): boolean {
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  const name = gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER) as string | null;
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name ?? "");
}

/** Colour of more than eight bits a sample is shown by its upper eight. */
function eightBit(data: SampleArray): Uint8Array {
  if (data instanceof Uint8Array) return data;
  return Uint8Array.from(data, (value) => value >> (8 * (data.BYTES_PER_ELEMENT - 1)));
}
