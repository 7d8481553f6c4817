// SPDX-License-Identifier: Apache-2.0

/** XYZ under D50 to linear sRGB, by Bradford's adaptation. */
export const toScreen: readonly (readonly number[])[] = [
  [3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.033454], [0.0719453, -0.2289914, 1.4052427],
];

/** The white of illuminant D50. */
export const white: readonly number[] = [0.9642, 1, 0.8249];

/** Linear light as a value of sRGB from 0 to 1 (IEC 61966-2-1). */
export function gammaOf(linear: number): number {
  const light = Math.max(0, Math.min(1, linear));
  return light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
}

const STEPS = 4095;
const encoding = Uint8Array.from({ length: STEPS + 1 }, (_, i) => Math.round(255 * gammaOf(i / STEPS)));

/** Linear light as a byte of sRGB. */
export function encoded(linear: number): number {
  return encoding[Math.round(Math.max(0, Math.min(1, linear)) * STEPS)];
}

/** L*, a* and b* as XYZ under D50. */
export function xyzOf(lightness: number, a: number, b: number): number[] {
  const y = (lightness + 16) / 116;
  return [y + a / 500, y, y - b / 200].map((f, i) =>
    white[i] * (f > 6 / 29 ? f ** 3 : 3 * (6 / 29) ** 2 * (f - 4 / 29)));
}

/** L* of Y. */
export function lightnessOf(y: number): number {
  return y > (6 / 29) ** 3 ? 116 * Math.cbrt(y) - 16 : (y * 116) / (3 * (6 / 29) ** 2);
}
