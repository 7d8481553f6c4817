// SPDX-License-Identifier: Apache-2.0

/** How the samples of a texture are read. Integer textures have no filter: interpolation is done here. */
export type TextureKind = "signed" | "unsigned" | "float" | "colour";

export const vertexShader = `#version 300 es
void main() {
  vec2 corner = vec2(float((gl_VertexID << 1) & 2), float(gl_VertexID & 2));
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;

const samplers: Record<TextureKind, string> = {
  signed: "isampler2D", unsigned: "usampler2D", float: "sampler2D", colour: "sampler2D",
};

const lookUp = `float entry(int index) {
  ivec2 size = textureSize(table, 0);
  int at = clamp(index, 0, size.x * size.y - 1);
  return texelFetch(table, ivec2(at % size.x, at / size.x), 0).r;
}

float looked(float at) {
  int base = int(floor(at));
  return mix(entry(base), entry(base + 1), at - floor(at));
}`;

/** What an image needs. A program is made for each: in software, a question costs as much as what it asks for. */
export interface ShaderFeatures {
  readonly sigmoid: boolean;
  readonly smoothed: boolean;
  readonly tabled: boolean;
  readonly padded: boolean;
  /** Samples along each side of a screen pixel. */
  readonly taps: number;
}

/** `toImage` takes window pixels to image pixels; grey values become brightness by one multiplication and addition. */
export function fragmentShader(kind: TextureKind, features: ShaderFeatures): string {
  const value = kind === "colour" ? "vec3" : "float";
  const swizzle = kind === "colour" ? "rgb" : "r";
  const grey = features.tabled ? "looked(value - tableFirst)"
    : features.sigmoid ? "1.0 / (1.0 + exp(-(value * grey.x + grey.y)))"
      : "clamp(value * grey.x + grey.y, 0.0, 1.0)";
  const finish = kind === "colour" ? "vec3 shade = value;" : `vec3 shade = vec3(${grey});`;
  const background = kind === "colour" || !features.padded ? "" : `float here = stored(ivec2(floor(point)));
  if (here >= padding.x && here <= padding.y) {
    colour = vec4(0.0, 0.0, 0.0, 1.0);
    return;
  }`;
  const gather = features.taps === 1 ? `${value} value = sampled(point);` : `${value} value = ${value}(0.0);
  for (int row = 0; row < ${features.taps}; row++) {
    for (int column = 0; column < ${features.taps}; column++) {
      vec2 offset = (vec2(column, row) + 0.5) / ${features.taps}.0 - 0.5;
      value += sampled(point + turn * offset);
    }
  }
  value /= ${features.taps * features.taps}.0;`;
  return `#version 300 es
precision highp float;
precision highp int;
precision highp ${samplers[kind]};
uniform ${samplers[kind]} image;
uniform vec4 toImage;
uniform vec2 origin;
uniform vec2 grey;
uniform bool inverted;
uniform highp sampler2D table;
uniform float tableFirst;
uniform vec2 padding;
out vec4 colour;

${value} stored(ivec2 at) {
  return ${value}(texelFetch(image, clamp(at, ivec2(0), textureSize(image, 0) - 1), 0).${swizzle});
}

${value} sampled(vec2 point) {
  ${features.smoothed ? "" : "return stored(ivec2(floor(point)));"}
  vec2 shifted = point - 0.5;
  ivec2 base = ivec2(floor(shifted));
  vec2 part = fract(shifted);
  ${value} top = mix(stored(base), stored(base + ivec2(1, 0)), part.x);
  ${value} bottom = mix(stored(base + ivec2(0, 1)), stored(base + ivec2(1, 1)), part.x);
  return mix(top, bottom, part.y);
}

${features.tabled ? lookUp : ""}

void main() {
  mat2 turn = mat2(toImage.xy, toImage.zw);
  vec2 point = turn * gl_FragCoord.xy + origin;
  vec2 size = vec2(textureSize(image, 0));
  if (any(lessThan(point, vec2(0.0))) || any(greaterThanEqual(point, size))) discard;
  ${background}
  ${gather}
  ${finish}
  colour = vec4(inverted ? 1.0 - shade : shade, 1.0);
}`;
}
