// SPDX-License-Identifier: Apache-2.0

import { FramePixels } from "../data/pixels";
import { Window } from "../state/view-state";
import { VOIFunction } from "../state/window";
import { Projection } from "./planes";
import { Vector3 } from "./vectors";
import { VolumeGeometry } from "./volume-geometry";

/** One plane in one part of the canvas: places and directions in the patient, lengths for one device pixel. */
export interface PlaneDrawing {
  /** In device pixels from the lower left. */
  readonly rect: { left: number; bottom: number; width: number; height: number };
  /** The place at the lower left corner. */
  readonly corner: Vector3;
  readonly right: Vector3;
  /** Upwards on the screen. */
  readonly up: Vector3;
  /** From one sample of the slab to the next. */
  readonly depth: Vector3;
  readonly samples: number;
  readonly projection: Projection;
  readonly window: Window;
  readonly voi: VOIFunction;
  readonly slope: number;
  readonly intercept: number;
  readonly inverted: boolean;
  /** The nearest voxel is enough. */
  readonly isNearest: boolean;
}

/** Keeps the voxels of one volume and draws planes of it into its canvas. */
export interface VolumeDrawer {
  readonly canvas: HTMLCanvasElement;
  /** Why nothing can be drawn, or null. */
  readonly failure: string | null;
  /** Counts graphics contexts. */
  readonly generation: number;
  /** Another window costs next to nothing. */
  readonly keepsSamples: boolean;
  /** So many samples may be taken for a picture of what moves; all pixels follow when it rests. */
  readonly movingSamples: number;
  /** Slices that it has. */
  readonly uploaded: number;
  /** Of memory. */
  readonly bytes: number;
  /** How many pixels of an image, along each side, one voxel stands for. */
  readonly factor: number;
  /** What was uploaded can be had back as it was. */
  readonly gives: boolean;
  has(slice: number): boolean;
  /** Gives slices back, one after another; they stay here too. */
  give(slices: readonly number[], take: (slice: number, pixels: FramePixels) => void): Promise<void>;
  /** Takes a slice. False where that is not possible; `failure` says why. */
  upload(slice: number, pixels: FramePixels): boolean;
  /** Draws all at once; `drawn` is called when they are in the canvas, unless others were asked for meanwhile. */
  draw(planes: readonly PlaneDrawing[], isMoving: boolean, drawn: () => void): void;
  dispose(): void;
}

export function tooLarge({ columns, rows, heights }: VolumeGeometry, sampleBytes: number, budget: number): string {
  const needed = Math.ceil((columns * rows * heights.length * sampleBytes) / 2 ** 20);
  return `The volume takes ${needed} MB; ${Math.floor(budget / 2 ** 20)} MB are allowed here.`;
}
