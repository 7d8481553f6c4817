// SPDX-License-Identifier: Apache-2.0

import { Lut } from "../softcopy/lut";
import { Window } from "./view-state";

/** Windows of grey images (PS3.3 §C.11.2): centre and width in the unit of the rescaled values. */

export const ctPresets: readonly Window[] = [
  { name: "Soft tissue", center: 40, width: 400 },
  { name: "Lung", center: -600, width: 1500 },
  { name: "Bone", center: 480, width: 2500 },
  { name: "Brain", center: 40, width: 80 },
  { name: "Liver", center: 90, width: 150 },
  { name: "Mediastinum", center: 50, width: 350 },
  { name: "Angiography", center: 300, width: 600 },
];

const MOST_HEADER_WINDOWS = 5;
const LOWER_PERCENTILE = 0.005;
const UPPER_PERCENTILE = 0.995;
const MOST_SAMPLES = 4_096;

/** The windows that the image carries, in its order. */
export function headerWindows(
  centers: readonly number[] | null, widths: readonly number[] | null, names: readonly string[] | null,
): Window[] {
  const windows: Window[] = [];
  for (let i = 0; i < Math.min(centers?.length ?? 0, widths?.length ?? 0); i += 1) {
    const [center, width] = [centers?.[i] ?? NaN, widths?.[i] ?? NaN];
    if (!Number.isFinite(center) || !(width > 0)) continue;
    windows.push({ center, width, name: names?.[i]?.trim() || (i === 0 ? "DICOM" : `DICOM ${i + 1}`) });
  }
  return windows;
}

/** A VOI LUT as a window over its input. */
export function lutWindow(lut: Lut, index: number): Window {
  const count = lut.values.length;
  return { center: lut.first + count / 2, width: count, name: lut.name, lut: index };
}

/** What the number keys choose, key 1 first: the image's own windows, then those of its modality. */
export function presetsFor(header: readonly Window[], modality: string | null): Window[] {
  const own = header.slice(0, MOST_HEADER_WINDOWS);
  return (modality === "CT" ? [...own, ...ctPresets] : own).slice(0, 9);
}

export type VOIFunction = "LINEAR" | "LINEAR_EXACT" | "SIGMOID";

export function voiFunction(name: string | null | undefined): VOIFunction {
  return name === "SIGMOID" || name === "LINEAR_EXACT" ? name : "LINEAR";
}

/**
 * The VOI function (PS3.3 §C.11.2.1.2, §C.11.2.1.3) as `value · scale + offset`: 0…1 between black and white, or
 * for SIGMOID the exponent. A width below 1, which LINEAR does not allow but small numbers need, is taken as exact.
 */
export function voiLine(window: Window, kind: VOIFunction): { scale: number; offset: number } {
  const { center, width } = window;
  if (kind === "SIGMOID") return { scale: 4 / width, offset: (-4 * center) / width };
  if (kind === "LINEAR_EXACT" || width < 1) return { scale: 1 / width, offset: 0.5 - center / width };
  if (width === 1) return { scale: 1e6, offset: (0.5 - center) * 1e6 };
  const scale = 1 / (width - 1);
  return { scale, offset: 0.5 - (center - 0.5) * scale };
}

/** A window over nearly all values of the image; outliers such as markers do not darken the rest. */
export function autoWindow(
  values: ArrayLike<number>, slope: number, intercept: number, padding: number | null = null,
): Window {
  const step = Math.max(1, Math.floor(values.length / MOST_SAMPLES));
  const sample: number[] = [];
  for (let i = 0; i < values.length; i += step) {
    if (Number.isFinite(values[i]) && values[i] !== padding) sample.push(values[i]);
  }
  if (sample.length === 0) return { center: 0, width: 1, name: "Auto" };
  sample.sort((p, q) => p - q);
  const at = (fraction: number): number => sample[Math.round(fraction * (sample.length - 1))] * slope + intercept;
  let [low, high] = [at(LOWER_PERCENTILE), at(UPPER_PERCENTILE)].sort((p, q) => p - q);
  if (low === high) [low, high] = [at(0), at(1)].sort((p, q) => p - q);
  const width = Math.max(high - low, Math.abs(slope) || 1);
  return { center: low + width / 2, width, name: "Auto" };
}

/** Dragging: right widens, left narrows; up lowers the centre, which brightens. */
export function draggedWindow(window: Window, dx: number, dy: number): Window {
  const width = Math.max(window.width * Math.exp(dx / 200), 0.001);
  const center = window.center + (dy * window.width) / 250;
  return { center, width: window.width >= 2 ? Math.max(1, width) : width, name: "" };
}

export function describeWindow(window: Window): string {
  const digits = Math.abs(window.width) < 10 ? 2 : 0;
  const figure = (value: number): string => value.toFixed(digits);
  return `W ${figure(window.width)}  L ${figure(window.center)}`;
}

/** The window that covers both. */
export function widened(first: Window | undefined, second: Window): Window {
  if (!first) return second;
  const low = Math.min(first.center - first.width / 2, second.center - second.width / 2);
  const high = Math.max(first.center + first.width / 2, second.center + second.width / 2);
  return { center: (low + high) / 2, width: high - low, name: second.name };
}
