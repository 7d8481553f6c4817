// SPDX-License-Identifier: Apache-2.0

import { DataSet, Element, number, numbers, text } from "../../dicom/data-set";
import { Affine } from "../geometry/affine";

/** A bitmap of group 60xx (PS3.3 §C.9.2) as a picture. */
export interface OverlayPlane {
  readonly group: string;
  readonly label: string;
  /** Column and row of its first pixel, from 0. */
  readonly left: number;
  readonly top: number;
  readonly picture: HTMLCanvasElement;
  /** False where it stands in a presentation state. */
  readonly isOfImage: boolean;
}

const MOST_PIXELS = 64 * 1024 * 1024;
const COLOUR = [120, 230, 140];

/**
 * The planes of one frame, counted from 1. `samplesOf` gives the stored samples of the frame, little endian, where a
 * plane stands in bits of the pixels (retired, PS3.5 2004 §8.1.2).
 */
export function overlayPlanes(
  details: DataSet, frame: number, bytesOf: (element: Element) => Uint8Array | null,
  samplesOf: () => Uint8Array | null, colour: readonly number[] = COLOUR,
): OverlayPlane[] {
  const planes: OverlayPlane[] = [];
  for (let index = 0; index < 0x20; index += 2) {
    const group = `60${index.toString(16).toUpperCase().padStart(2, "0")}`;
    const data = details[`${group}3000`];
    const bytes = data ? bytesOf(data) : null;
    const plane = data ? bytes && overlayPlane(details, group, frame, bytes, colour)
      : embedded(details, group, samplesOf, colour);
    if (plane) planes.push(plane);
  }
  return planes;
}

/** True where a plane stands in bits of the pixels. */
export function hasEmbedded(details: DataSet, group: string): boolean {
  const [allocated, position] = [number(details, `${group}0100`) ?? 1, number(details, `${group}0102`) ?? 0];
  return !(`${group}3000` in details) && allocated > 1 && position > 0 && allocated === number(details, "00280100");
}

function embedded(
  details: DataSet, group: string, samplesOf: () => Uint8Array | null, colour: readonly number[],
): OverlayPlane | null {
  if (!hasEmbedded(details, group)) return null;
  const [rows, columns] = [number(details, "00280010") ?? 0, number(details, "00280011") ?? 0];
  const [size, bit] = [(number(details, `${group}0100`) ?? 0) / 8, number(details, `${group}0102`) ?? 0];
  const pixels = rows * columns;
  if (!(pixels > 0 && pixels <= MOST_PIXELS) || (size !== 1 && size !== 2) || bit >= size * 8) return null;
  const samples = samplesOf();
  if (!samples || samples.length < pixels * size) return null;
  const packed = new Uint8Array(Math.ceil(pixels / 8));
  for (let i = 0; i < pixels; i += 1) {
    packed[i >> 3] |= ((samples[i * size + (bit >> 3)] >> (bit & 7)) & 1) << (i & 7);
  }
  return {
    group, label: text(details, `${group}1500`) ?? "", left: 0, top: 0,
    picture: bitmap(packed, 0, columns, rows, colour), isOfImage: true,
  };
}

function overlayPlane(
  details: DataSet, group: string, frame: number, bytes: Uint8Array, colour: readonly number[],
): OverlayPlane | null {
  const [rows, columns] = [number(details, `${group}0010`) ?? 0, number(details, `${group}0011`) ?? 0];
  const [top, left] = numbers(details, `${group}0050`);
  const frames = number(details, `${group}0015`) ?? 1;
  const first = number(details, `${group}0051`) ?? 1;
  const index = frames > 1 ? frame - first : 0;
  const pixels = rows * columns;
  if (!(pixels > 0 && pixels <= MOST_PIXELS) || index < 0 || index >= frames) return null;
  if (bytes.length * 8 < (index + 1) * pixels) return null;
  return {
    group, label: text(details, `${group}1500`) ?? "", left: (left ?? 1) - 1, top: (top ?? 1) - 1,
    picture: bitmap(bytes, index * pixels, columns, rows, colour), isOfImage: true,
  };
}

/** One bit a pixel, the lowest bit first. */
export function bitmap(
  bytes: Uint8Array, firstBit: number, columns: number, rows: number, [red, green, blue]: readonly number[],
): HTMLCanvasElement {
  const picture = document.createElement("canvas");
  picture.width = columns;
  picture.height = rows;
  const context = picture.getContext("2d");
  if (!context) return picture;
  const image = context.createImageData(columns, rows);
  for (let i = 0; i < columns * rows; i += 1) {
    const bit = firstBit + i;
    if (((bytes[bit >> 3] >> (bit & 7)) & 1) === 0) continue;
    image.data.set([red, green, blue, 255], i * 4);
  }
  context.putImageData(image, 0, 0);
  return picture;
}

export function drawOverlay(context: CanvasRenderingContext2D, plane: OverlayPlane, toScreen: Affine): void {
  const { a, b, c, d, e, f } = toScreen;
  context.save();
  context.transform(a, b, c, d, e, f);
  context.imageSmoothingEnabled = false;
  context.drawImage(plane.picture, plane.left, plane.top);
  context.restore();
}
