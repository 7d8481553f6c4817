// SPDX-License-Identifier: Apache-2.0

import { DataSet, Element, numbers, text } from "../../dicom/data-set";
import { SampleArray } from "../data/pixels";
import { Window } from "../state/view-state";
import { VOIFunction, voiLine } from "../state/window";

/** A table of PS3.3 §C.11.1.1, §C.11.2.1.1, §C.11.4: input from `first` on to output of so many bits. */
export interface Lut {
  readonly first: number;
  readonly bits: number;
  readonly values: Uint8Array | Uint16Array;
  readonly name: string;
}

const MOST_ENTRIES = 65_536;

/** Null where descriptor and data do not fit. `bytes` are the data where the data set has them elsewhere. */
export function lutFrom(item: DataSet, bytesOf: (element: Element) => Uint8Array | null): Lut | null {
  const [entries, first, bits] = numbers(item, "00283002");
  const element = item["00283006"];
  if (first === undefined || !(bits >= 8 && bits <= 16) || !element) return null;
  const count = entries === 0 ? MOST_ENTRIES : entries;
  const values = element.Value ? Uint16Array.from(numbers(item, "00283006")) : fromBytes(bytesOf(element), count);
  if (!values || values.length < count) return null;
  return { first, bits, values: values.subarray(0, count), name: text(item, "00283003") ?? "LUT" };
}

/** Sixteen bits an entry, or eight where there are only so many bytes. */
function fromBytes(bytes: Uint8Array | null, count: number): Uint8Array | Uint16Array | null {
  if (!bytes) return null;
  if (bytes.length < count * 2) return bytes;
  const values = new Uint16Array(count);
  for (let i = 0; i < count; i += 1) values[i] = bytes[2 * i] | (bytes[2 * i + 1] << 8);
  return values;
}

export function looked(lut: Lut, value: number): number {
  const at = Math.round(value) - lut.first;
  return lut.values[Math.max(0, Math.min(lut.values.length - 1, at))];
}

/** Every stored value with its brightness from 0 to 1. */
export class GreyTable {
  constructor(readonly key: string, readonly first: number, readonly shades: Float32Array) {}

  toJSON(): string {
    return this.key;
  }
}

export interface GreySteps {
  readonly slope: number;
  readonly intercept: number;
  readonly modality: Lut | null;
  readonly window: Window;
  readonly voi: VOIFunction;
  /** Instead of the window. */
  readonly voiLut: Lut | null;
  readonly presentation: Lut | null;
}

/** From stored values to brightness in the order of PS3.4 §N.2. Null where samples are wider than 16 bits. */
export function greyTable(data: SampleArray, steps: GreySteps, key: string): GreyTable | null {
  if (data.BYTES_PER_ELEMENT > 2) return null;
  const signed = data instanceof Int16Array || data instanceof Int8Array;
  const count = 2 ** (8 * data.BYTES_PER_ELEMENT);
  const first = signed ? -count / 2 : 0;
  const { modality, voiLut, presentation } = steps;
  const { scale, offset } = voiLine(steps.window, steps.voi);
  const shades = new Float32Array(count);
  for (let i = 0; i < count; i += 1) {
    const stored = first + i;
    const value = modality ? looked(modality, stored) : stored * steps.slope + steps.intercept;
    const line = value * scale + offset;
    let shade = steps.voi === "SIGMOID" ? 1 / (1 + Math.exp(-line)) : Math.max(0, Math.min(1, line));
    if (voiLut) shade = looked(voiLut, value) / (2 ** voiLut.bits - 1);
    if (presentation) {
      const at = presentation.first + shade * (presentation.values.length - 1);
      shade = looked(presentation, at) / (2 ** presentation.bits - 1);
    }
    shades[i] = shade;
  }
  return new GreyTable(key, first, shades);
}
