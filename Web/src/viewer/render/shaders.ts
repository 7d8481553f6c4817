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

/** `toImage` takes window pixels to image pixels; grey values become brightness by one multiplication and addition. */
export function fragmentShader(kind: TextureKind): string {
  const value = kind === "colour" ? "vec3" : "float";
  const swizzle = kind === "colour" ? "rgb" : "r";
  const finish = kind === "colour"
    ? "vec3 shade = value;"
    : `float line = value * grey.x + grey.y;
  vec3 shade = vec3(tabled ? looked(value - tableFirst)
    : sigmoid ? 1.0 / (1.0 + exp(-line)) : clamp(line, 0.0, 1.0));`;
  const background = kind === "colour" ? "" : `if (padded) {
    float here = stored(ivec2(floor(point)));
    if (here >= padding.x && here <= padding.y) {
      colour = vec4(0.0, 0.0, 0.0, 1.0);
      return;
    }
  }`;
  return `#version 300 es
precision highp float;
precision highp int;
precision highp ${samplers[kind]};
uniform ${samplers[kind]} image;
uniform vec4 toImage;
uniform vec2 origin;
uniform vec2 grey;
uniform bool sigmoid;
uniform bool inverted;
uniform bool smoothed;
uniform int taps;
uniform highp sampler2D table;
uniform bool tabled;
uniform float tableFirst;
uniform vec2 padding;
uniform bool padded;
out vec4 colour;

${value} stored(ivec2 at) {
  return ${value}(texelFetch(image, clamp(at, ivec2(0), textureSize(image, 0) - 1), 0).${swizzle});
}

${value} sampled(vec2 point) {
  if (!smoothed) return stored(ivec2(floor(point)));
  vec2 shifted = point - 0.5;
  ivec2 base = ivec2(floor(shifted));
  vec2 part = fract(shifted);
  ${value} top = mix(stored(base), stored(base + ivec2(1, 0)), part.x);
  ${value} bottom = mix(stored(base + ivec2(0, 1)), stored(base + ivec2(1, 1)), part.x);
  return mix(top, bottom, part.y);
}

float entry(int index) {
  ivec2 size = textureSize(table, 0);
  int at = clamp(index, 0, size.x * size.y - 1);
  return texelFetch(table, ivec2(at % size.x, at / size.x), 0).r;
}

float looked(float at) {
  int base = int(floor(at));
  return mix(entry(base), entry(base + 1), at - floor(at));
}

void main() {
  mat2 turn = mat2(toImage.xy, toImage.zw);
  vec2 point = turn * gl_FragCoord.xy + origin;
  vec2 size = vec2(textureSize(image, 0));
  if (any(lessThan(point, vec2(0.0))) || any(greaterThanEqual(point, size))) discard;
  ${background}
  ${value} value = ${value}(0.0);
  for (int row = 0; row < taps; row++) {
    for (int column = 0; column < taps; column++) {
      vec2 offset = (vec2(column, row) + 0.5) / float(taps) - 0.5;
      value += sampled(point + turn * offset);
    }
  }
  value /= float(taps * taps);
  ${finish}
  colour = vec4(inverted ? 1.0 - shade : shade, 1.0);
}`;
}
