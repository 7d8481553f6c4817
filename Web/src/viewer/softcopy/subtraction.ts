// SPDX-License-Identifier: Apache-2.0

import { DataSet, items, number, numbers, text, vector } from "../../dicom/data-set";
import { FramePixels, SampleArray } from "../data/pixels";
import { Lut, looked } from "./lut";

/** A row and a column, counted from 1. */
type Corner = readonly [row: number, column: number];

interface Shift {
  readonly rows: number;
  readonly columns: number;
  /** Null for the whole frame. */
  readonly region: readonly Corner[] | null;
}

/** What a presentation state, or the image itself, subtracts from a frame (PS3.3 §C.7.6.10, §C.11.13, §C.11.19). */
export interface Subtraction {
  /** As it stands in the sequence. */
  readonly item: DataSet;
  /** What makes stored values those that are subtracted, where no table of the item does. */
  readonly modality: Lut | null;
  readonly slope: number;
  readonly intercept: number;
  /** Frames of the mask, counted from 1. */
  readonly masks: readonly number[];
  /** The frame itself and those that are averaged with it. */
  readonly contrasts: readonly number[];
  readonly shifts: readonly Shift[];
  /** A stored value of a frame in the state's unit. */
  readonly value: (stored: number, frame: number) => number;
}

const MOST_FRAMES = 256;
const MOST_REGIONS = 32;

/** What the state asks for cannot be done; images are then not to be shown without it. */
export const refusedSubtraction = "refused";

/** Whether a frame lies in pairs of first and last numbers; without any all do. */
function applies(one: DataSet, range: string, frame: number): boolean {
  const ends = numbers(one, range);
  if (ends.length < 2) return true;
  return ends.some((first, i) => i % 2 === 0 && first <= frame && frame <= (ends[i + 1] ?? 0));
}

/**
 * Of the items that are for the image, the first for the frame. Null where nothing is subtracted from it.
 * @param own gives the modality transform that comes first (PS3.4 §N.2.1).
 */
export function subtractionOf(
  sequence: readonly DataSet[], frame: number, count: number, own: DataSet, lut: (one?: DataSet) => Lut | null,
): Subtraction | typeof refusedSubtraction | null {
  const isFor = (one: DataSet): boolean => text(one, "00286101") !== "NONE" && applies(one, "00286102", frame);
  const chosen = sequence.find(isFor);
  if (!chosen) return null;
  const masks = maskFrames(chosen, frame, count);
  const averaged = number(chosen, "00286112") ?? 1;
  const shifts = shiftsOf(chosen, frame);
  if (masks === null) return null;
  if (masks.length === 0 || masks.length > MOST_FRAMES || averaged > MOST_FRAMES || shifts.length > MOST_REGIONS) {
    return refusedSubtraction;
  }
  const last = Math.max(frame, Math.min(frame + averaged - 1, count));
  const contrasts = Array.from({ length: last - frame + 1 }, (_, i) => frame + i);
  const modality = lut(items(own, "00283000")[0]);
  const [slope, intercept] = [number(own, "00281053") || 1, number(own, "00281052") ?? 0];
  const plain = (stored: number): number => (modality ? looked(modality, stored) : stored * slope + intercept);
  return {
    item: chosen, modality, slope, intercept, masks, contrasts, shifts, value: valueOf(chosen, plain, lut),
  };
}

/** None where they cannot be; null where the frame is shown as it is. */
function maskFrames(chosen: DataSet, frame: number, count: number): number[] | null {
  const operation = text(chosen, "00286101");
  const offset = number(chosen, "00286120") ?? 1;
  const [first, last] = numbers(chosen, "00286102");
  if (operation === "TID" || (operation === "REV_TID" && first >= 1 && last !== undefined)) {
    // Reversed, the mask goes back as the frame goes on, from the first frame of the first range.
    const mask = operation === "TID" ? frame - offset : first - offset - (frame - first);
    return mask >= 1 && mask <= count ? [mask] : null;
  }
  const named = operation === "AVG_SUB" ? numbers(chosen, "00286110") : [];
  return named.every((one) => one >= 1 && one <= count) ? named : [];
}

function shiftsOf(chosen: DataSet, frame: number): Shift[] {
  const own = items(chosen, "00289501").find((one) => applies(one, "00289506", frame));
  return (own ? items(own, "00289502") : [chosen]).flatMap((one) => {
    const [rows, columns] = vector(one, "00286114", 2) ?? [];
    if (rows === undefined) return [];
    const vertices = numbers(one, "00289503");
    const corners = vertices.flatMap((row, i): Corner[] => (i % 2 === 0 ? [[row, vertices[i + 1]]] : []));
    return [{ rows, columns, region: corners.length > 2 ? corners : null }];
  });
}

function valueOf(
  chosen: DataSet, plain: (stored: number) => number, lut: (one?: DataSet) => Lut | null,
): (stored: number, frame: number) => number {
  const logarithmic = items(chosen, "00289422").filter((one) => text(one, "00289474") === "TO_LOG")
    .map((one) => ({ one, table: lut(one) }));
  return (stored, frame) => {
    const table = logarithmic.find(({ one }) => applies(one, "00289507", frame))?.table;
    return table ? looked(table, stored) : plain(stored);
  };
}

/** What there is of a mask in the image itself: the reader may subtract it, or does; or it cannot be. */
export type OwnMask = "none" | "off" | "on" | "refused";

/**
 * The image's own mask (PS3.3 §C.7.6.10), subtracted at first where its Recommended Viewing Mode says so. Stored values
 * that are logarithmic are taken as they are: their modality LUT would make them linear (PS3.3 §C.8.7.1.1.2).
 * @param wanted what the reader chose; null where the reader chose nothing.
 */
export function ownSubtraction(
  image: DataSet, frame: number, count: number, wanted: boolean | null, lut: (one?: DataSet) => Lut | null,
): { ownMask: OwnMask; subtraction: Subtraction | null } {
  const sequence = items(image, "00286100");
  if (!sequence.some((one) => (text(one, "00286101") ?? "NONE") !== "NONE")) {
    return { ownMask: "none", subtraction: null };
  }
  const own = text(image, "00281040") === "LOG" ? {} : image;
  const subtraction = subtractionOf(sequence, frame, count, own, lut);
  if (subtraction === refusedSubtraction) return { ownMask: "refused", subtraction: null };
  const isWanted = wanted ?? text(image, "00281090") === "SUB";
  return { ownMask: isWanted ? "on" : "off", subtraction: isWanted ? subtraction : null };
}

/** The differences of the last frames that were shown. */
export class Subtracting {
  private readonly made = new Map<string, FramePixels>();

  /**
   * The difference, named by the key; null until all frames are here.
   * @param isWhole rounds it, for tables that are made for whole numbers.
   */
  of(
    key: string, subtraction: Subtraction, isWhole: boolean, pixels: (frame: number) => FramePixels | undefined,
  ): FramePixels | null {
    const known = this.made.get(key);
    if (known) return known;
    const contrast = mean(subtraction.contrasts, subtraction, pixels);
    const mask = mean(subtraction.masks, subtraction, pixels);
    const first = pixels(subtraction.contrasts[0]);
    if (!contrast || !mask || !first || contrast.length !== mask.length) return null;
    const taken = moved(mask, subtraction.shifts, first.columns, first.rows);
    for (let i = 0; i < contrast.length; i += 1) contrast[i] -= taken[i];
    const data: SampleArray = isWhole ? Int16Array.from(contrast, whole) : Float32Array.from(contrast);
    const difference = { ...first, data };
    if (this.made.size >= MOST_KEPT) this.made.delete(Array.from(this.made.keys())[0]);
    this.made.set(key, difference);
    return difference;
  }
}

const MOST_KEPT = 4;
const MOST_INT16 = 32_767;

function whole(value: number): number {
  return Math.max(-MOST_INT16 - 1, Math.min(MOST_INT16, Math.round(value)));
}

function mean(
  frames: readonly number[], { value }: Subtraction, pixels: (frame: number) => FramePixels | undefined,
): Float64Array | null {
  let sum: Float64Array | null = null;
  for (const frame of frames) {
    const one = pixels(frame);
    if (!one || one.samples !== 1) return null;
    sum ??= new Float64Array(one.data.length);
    for (let i = 0; i < sum.length; i += 1) sum[i] += value(one.data[i], frame) / frames.length;
  }
  return sum;
}

/** The mask as the shifts move it, linear between pixels; beyond its borders their values go on. */
function moved(mask: Float64Array, shifts: readonly Shift[], width: number, height: number): Float64Array {
  const result = mask.slice();
  for (const { rows, columns, region } of shifts) {
    for (let row = 0; row < height; row += 1) {
      const [above, below, down] = neighbours(row - rows, height);
      for (let column = 0; column < width; column += 1) {
        if (region && !isInside(region, row + 1, column + 1)) continue;
        const [left, right, along] = neighbours(column - columns, width);
        const upper = mask[above * width + left] * (1 - along) + mask[above * width + right] * along;
        const lower = mask[below * width + left] * (1 - along) + mask[below * width + right] * along;
        result[row * width + column] = upper * (1 - down) + lower * down;
      }
    }
  }
  return result;
}

function neighbours(position: number, count: number): [number, number, number] {
  const inside = Math.max(0, Math.min(count - 1, position));
  const low = Math.floor(inside);
  return [low, Math.min(low + 1, count - 1), inside - low];
}

/** Borders included. */
function isInside(corners: readonly Corner[], row: number, column: number): boolean {
  let inside = false;
  for (let i = 0; i < corners.length; i += 1) {
    const [fromRow, fromColumn] = corners[i];
    const [toRow, toColumn] = corners[(i + 1) % corners.length];
    const across = (toColumn - fromColumn) * (row - fromRow) - (toRow - fromRow) * (column - fromColumn);
    const isBetween = (row - fromRow) * (row - toRow) <= 0 && (column - fromColumn) * (column - toColumn) <= 0;
    if (across === 0 && isBetween) return true;
    if (fromRow > row !== toRow > row) {
      const at = fromColumn + ((row - fromRow) / (toRow - fromRow)) * (toColumn - fromColumn);
      if (column < at) inside = !inside;
    }
  }
  return inside;
}
