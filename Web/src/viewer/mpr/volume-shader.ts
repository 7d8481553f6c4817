// SPDX-License-Identifier: Apache-2.0

import { Projection } from "./planes";

/** What a plane needs. A program is made for each: in software, a question costs as much as what it asks for. */
export interface VolumeFeatures {
  readonly bricks: number;
  readonly sampler: string;
  /** Slices at equal distances: places along the normal are numbers of slices already. */
  readonly isEven: boolean;
  /** The nearest voxel instead of what lies between eight. */
  readonly isNearest: boolean;
  /** Null for a thin plane. */
  readonly projection: Projection | null;
  readonly sigmoid: boolean;
}

function bricks({ bricks: count, sampler, isNearest }: VolumeFeatures): string {
  const each = Array.from({ length: count }, (_, i) => i);
  const declared = each.map((i) => `uniform highp ${sampler} brick${i};`).join("\n");
  const at = (i: number, x: number, y: number, z: number): string =>
    `float(texelFetch(brick${i}, at + ivec3(${x}, ${y}, ${z}), 0).r)`;
  const between = (i: number): string => `vec4 near = vec4(${at(i, 0, 0, 0)}, ${at(i, 1, 0, 0)},
      ${at(i, 0, 1, 0)}, ${at(i, 1, 1, 0)});
    vec4 far = vec4(${at(i, 0, 0, 1)}, ${at(i, 1, 0, 1)}, ${at(i, 0, 1, 1)}, ${at(i, 1, 1, 1)});
    vec4 mid = mix(near, far, part.z);
    vec2 rows = mix(mid.xz, mid.yw, part.x);
    return mix(rows.x, rows.y, part.y);`;
  const body = (i: number): string => (isNearest ? `return ${at(i, 0, 0, 0)};` : between(i));
  const chosen = each.map((i) => (i + 1 < count ? `if (brick == ${i}) { ${body(i)} }` : body(i))).join("\n  ");
  return `${declared}
float fetched(int brick, ivec3 at, vec3 part) {
  ${chosen}
}`;
}

/** `curve` tells the slice at a height, so that uneven distances are true. */
const uneven = `float sliceAt(float height) {
  int last = textureSize(curve, 0).x - 1;
  float at = (height - heights.x) / (heights.y - heights.x) * float(last);
  int base = clamp(int(floor(at)), 0, last - 1);
  float low = texelFetch(curve, ivec2(base, 0), 0).r;
  float high = texelFetch(curve, ivec2(base + 1, 0), 0).r;
  return mix(low, high, at - float(base));
}`;

/** Voxels at the border stand for the half voxel beyond their centres. */
function sampled({ bricks: count, isEven, isNearest }: VolumeFeatures): string {
  const brick = count === 1 ? "0" : `min(base.z / (brickSlices - 1), ${count - 1})`;
  const inside = count === 1 ? "base" : "ivec3(base.xy, base.z - brick * (brickSlices - 1))";
  const place = isNearest
    ? `ivec3 base = clamp(ivec3(floor(voxel + 0.5)), ivec3(0), size - 1);
  vec3 part = vec3(0.0);`
    : `vec3 within = clamp(voxel, vec3(0.0), vec3(size - 1));
  ivec3 base = clamp(ivec3(within), ivec3(0), size - 2);
  vec3 part = within - vec3(base);`;
  return `bool sampled(vec3 at, out float value) {
  vec3 voxel = ${isEven ? "at" : "vec3(at.xy, sliceAt(at.z))"};
  if (any(lessThan(voxel, vec3(-0.5))) || any(greaterThan(voxel, vec3(size) - 0.5))) return false;
  ${place}
  int brick = ${brick};
  value = fetched(brick, ${inside}, part);
  return true;
}`;
}

const gathered: Record<Projection, { first: string; more: string; result: string }> = {
  maximum: { first: "-1e30", more: "result = max(result, value);", result: "result" },
  minimum: { first: "1e30", more: "result = min(result, value);", result: "result" },
  average: { first: "0.0", more: "result += value;", result: "result / float(found)" },
};

function gather({ projection }: VolumeFeatures): string {
  const black = `{
    colour = vec4(0.0, 0.0, 0.0, 1.0);
    return;
  }`;
  if (!projection) return `float value;
  if (!sampled(start, value)) ${black}`;
  const { first, more, result } = gathered[projection];
  return `float result = ${first};
  int found = 0;
  for (int i = 0; i < samples; i++) {
    float value;
    if (!sampled(start + depth * (float(i) - float(samples - 1) * 0.5), value)) continue;
    found++;
    ${more}
  }
  if (found == 0) ${black}
  float value = ${result};`;
}

/**
 * Draws one plane: places of the screen in voxels, trilinear between them, slabs by maximum, minimum or average of the
 * samples along the depth.
 */
export function volumeShader(features: VolumeFeatures): string {
  return `#version 300 es
precision highp float;
precision highp int;
${bricks(features)}
uniform highp sampler2D curve;
uniform vec3 corner;
uniform vec3 right;
uniform vec3 down;
uniform vec3 depth;
uniform ivec3 size;
uniform int brickSlices;
uniform int samples;
uniform vec2 heights;
uniform vec2 grey;
uniform bool inverted;
out vec4 colour;

${features.isEven ? "" : uneven}

${sampled(features)}

void main() {
  vec3 start = corner + right * gl_FragCoord.x + down * gl_FragCoord.y;
  ${gather(features)}
  float line = value * grey.x + grey.y;
  float shade = ${features.sigmoid ? "1.0 / (1.0 + exp(-line))" : "clamp(line, 0.0, 1.0)"};
  colour = vec4(vec3(inverted ? 1.0 - shade : shade), 1.0);
}`;
}
