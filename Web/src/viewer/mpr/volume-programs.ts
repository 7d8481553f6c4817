// SPDX-License-Identifier: Apache-2.0

import { vertexShader } from "../render/shaders";
import { VolumeFeatures, volumeShader } from "./volume-shader";

const uniformNames = [
  "curve", "corner", "right", "down", "depth", "size", "brickSlices", "samples", "heights", "grey", "inverted",
] as const;
type UniformName = (typeof uniformNames)[number];

export interface VolumeProgram {
  readonly program: WebGLProgram;
  readonly at: Record<UniformName, WebGLUniformLocation | null>;
  readonly bricks: readonly (WebGLUniformLocation | null)[];
}

/** The programs that draw planes, each made when it is first wanted. */
export class VolumePrograms {
  private readonly made = new Map<string, VolumeProgram>();

  constructor(private readonly gl: WebGL2RenderingContext) {}

  get(features: VolumeFeatures): VolumeProgram {
    const key = Object.values(features).join(" ");
    const known = this.made.get(key);
    if (known) return known;
    const { gl } = this;
    const program = linked(gl, volumeShader(features));
    const at = Object.fromEntries(uniformNames.map((name) => [name, gl.getUniformLocation(program, name)]));
    const bricks = Array.from({ length: features.bricks }, (_, i) => gl.getUniformLocation(program, `brick${i}`));
    const made = { program, at: at as VolumeProgram["at"], bricks };
    this.made.set(key, made);
    return made;
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
