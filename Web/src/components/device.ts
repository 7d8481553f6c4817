// SPDX-License-Identifier: Apache-2.0

/** Fingers are what this device is used with. */
export function isTouchDevice(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}
