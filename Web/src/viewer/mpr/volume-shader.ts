// SPDX-License-Identifier: Apache-2.0

import { Projection } from "./planes";

export const projectionNumber: Record<Projection, number> = { maximum: 0, minimum: 1, average: 2 };

function bricks(count: number, sampler: string): string {
  const declared = Array.from({ length: count }, (_, i) => `uniform highp ${sampler} brick${i};`).join("\n");
  const chosen = Array.from({ length: count }, (_, i) =>
    `${i + 1 < count ? `if (brick == ${i}) ` : ""}return float(texelFetch(brick${i}, at, 0).r);`).join("\n  ");
  return `${declared}
float fetched(int brick, ivec3 at) {
  ${chosen}
}`;
}

/**
 * Draws one plane: places of the screen in voxels and millimetres, trilinear between voxels, slabs by maximum, minimum
 * or average of the samples along the depth. `curve` tells the slice at a height, so that uneven distances are true.
 */
export function volumeShader(count: number, sampler: string): string {
  return `#version 300 es
precision highp float;
precision highp int;
${bricks(count, sampler)}
uniform highp sampler2D curve;
uniform vec3 corner;
uniform vec3 right;
uniform vec3 down;
uniform vec3 depth;
uniform ivec3 size;
uniform int brickSlices;
uniform int samples;
uniform int projection;
uniform vec2 heights;
uniform vec2 rescale;
uniform vec2 grey;
uniform bool sigmoid;
uniform bool inverted;
out vec4 colour;

float stored(ivec3 at) {
  ivec3 inside = clamp(at, ivec3(0), size - 1);
  int brick = brickSlices >= size.z ? 0 : min(inside.z / (brickSlices - 1), ${count - 1});
  return fetched(brick, ivec3(inside.xy, inside.z - brick * (brickSlices - 1)));
}

float sliceAt(float height) {
  float at = (height - heights.x) / (heights.y - heights.x) * float(textureSize(curve, 0).x - 1);
  int base = clamp(int(floor(at)), 0, textureSize(curve, 0).x - 2);
  float low = texelFetch(curve, ivec2(base, 0), 0).r;
  float high = texelFetch(curve, ivec2(base + 1, 0), 0).r;
  return mix(low, high, at - float(base));
}

bool sampled(vec3 at, out float value) {
  float slice = sliceAt(at.z);
  vec3 voxel = vec3(at.xy, slice);
  if (any(lessThan(voxel, vec3(-0.5))) || any(greaterThan(voxel, vec3(size) - 0.5))) return false;
  vec3 lower = floor(voxel);
  vec3 part = voxel - lower;
  ivec3 base = ivec3(lower);
  vec4 near = vec4(stored(base), stored(base + ivec3(1, 0, 0)), stored(base + ivec3(0, 1, 0)),
    stored(base + ivec3(1, 1, 0)));
  vec4 far = vec4(stored(base + ivec3(0, 0, 1)), stored(base + ivec3(1, 0, 1)), stored(base + ivec3(0, 1, 1)),
    stored(base + ivec3(1, 1, 1)));
  vec4 mid = mix(near, far, part.z);
  vec2 rows = mix(mid.xz, mid.yw, part.x);
  value = mix(rows.x, rows.y, part.y);
  return true;
}

void main() {
  vec3 start = corner + right * gl_FragCoord.x + down * gl_FragCoord.y;
  float total = 0.0;
  float most = -1e30;
  float least = 1e30;
  int found = 0;
  for (int i = 0; i < samples; i++) {
    float value;
    if (!sampled(start + depth * (float(i) - float(samples - 1) * 0.5), value)) continue;
    found++;
    total += value;
    most = max(most, value);
    least = min(least, value);
  }
  if (found == 0) {
    colour = vec4(0.0, 0.0, 0.0, 1.0);
    return;
  }
  float value = projection == 0 ? most : projection == 1 ? least : total / float(found);
  float line = (value * rescale.x + rescale.y) * grey.x + grey.y;
  float shade = sigmoid ? 1.0 / (1.0 + exp(-line)) : clamp(line, 0.0, 1.0);
  colour = vec4(vec3(inverted ? 1.0 - shade : shade), 1.0);
}`;
}
