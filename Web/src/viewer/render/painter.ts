// SPDX-License-Identifier: Apache-2.0

import { compose, scaling, translation } from "../geometry/affine";
import { FramePixels } from "../data/pixels";
import { drawUniforms, PaneRect, toPixels } from "./presentation";
import type { PaneDrawing } from "./renderer";
import { channelOf, sampled, samplingOf } from "./sampling";
import { coloured, shaded } from "./shading";

/** A part of the canvas, in its pixels. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** One image: its samples as they are seen, kept while only the window changes, and the pixels that they become. */
class Layer {
  private image = new ImageData(1, 1);
  private values: Float32Array[] = [];
  private pixels: FramePixels | null = null;
  private sampledKey = "";
  private shadedKey = "";

  /** The picture of an image. `rect` is the pane in the canvas, in CSS pixels. */
  picture({ key, pixels, shown }: PaneDrawing, rect: PaneRect, region: Region, ratio: number): ImageData {
    const uniforms = drawUniforms(shown, rect, rect.height, ratio);
    const { grey, sigmoid, inverted, table, padding, taps, smoothed } = uniforms;
    const toPane = compose(translation(-rect.left, -rect.top), scaling(1 / ratio, 1 / ratio));
    const toImage = compose(toPixels(shown), compose(toPane, translation(region.left, region.top)));
    const { width, height } = region;
    const sampledKey = JSON.stringify([key, toImage, width, height, taps, smoothed, padding]);
    const isSame = sampledKey === this.sampledKey && pixels === this.pixels;
    const shadedKey = JSON.stringify([grey, sigmoid, inverted, table]);
    if (isSame && shadedKey === this.shadedKey) return this.image;
    if (this.image.width !== width || this.image.height !== height) this.image = new ImageData(width, height);
    if (!isSame) {
      const sampling = samplingOf(pixels, toImage, width, height, { taps, smoothed });
      this.values = this.room(pixels.samples, width * height);
      this.values.forEach((values, channel) =>
        sampled(pixels.samples === 1 ? pixels : channelOf(pixels, channel), sampling, padding, values));
    }
    const words = new Uint32Array(this.image.data.buffer);
    const [first, second, third] = this.values;
    if (pixels.samples === 1) shaded(first, { grey, sigmoid, inverted, table }, words);
    else coloured(first, second, third, inverted, words);
    [this.sampledKey, this.shadedKey, this.pixels] = [sampledKey, shadedKey, pixels];
    return this.image;
  }

  private room(count: number, length: number): Float32Array[] {
    const isEnough = this.values.length === count && this.values[0].length === length;
    return isEnough ? this.values : Array.from({ length: count }, () => new Float32Array(length));
  }
}

const REHEARSALS = 3;
const REHEARSED_PIXELS = 64;
const REHEARSED_PLACES = 256;

/** Draws small images for nobody, so that the browser has compiled what nearly every image needs before the first. */
export function rehearse(): void {
  const [columns, rows, places] = [REHEARSED_PIXELS, REHEARSED_PIXELS, REHEARSED_PLACES];
  const toImage = scaling(columns / places, rows / places);
  const [values, words] = [new Float32Array(places * places), new Uint32Array(places * places)];
  for (const data of [new Int16Array(columns * rows), new Uint16Array(columns * rows)]) {
    const pixels: FramePixels = { columns, rows, samples: 1, photometric: "MONOCHROME2", data };
    for (let time = 0; time < REHEARSALS; time += 1) {
      const sampling = samplingOf(pixels, toImage, places, places, { taps: 1, smoothed: true });
      sampled(pixels, sampling, null, values);
      shaded(values, { grey: [1, 0], sigmoid: false, inverted: false, table: null }, words);
    }
  }
}

/**
 * Draws images where there are no graphics that are quicker: what a shader computes for each pixel of the screen, by
 * the processor itself, which takes far longer to run shaders.
 */
export class Painter {
  private readonly context: CanvasRenderingContext2D | null;
  private layers: Layer[] = [];
  private places = "";

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext("2d", { alpha: false });
  }

  /** Draws the panes in their regions. `rects` are the panes in the canvas, in CSS pixels. */
  draw(
    panes: readonly PaneDrawing[], regions: readonly (Region | null)[], rects: readonly PaneRect[], ratio: number,
  ): void {
    const { context, canvas } = this;
    if (!context) return;
    const places = JSON.stringify([canvas.width, canvas.height, regions]);
    if (places !== this.places) {
      context.fillStyle = "#000";
      context.fillRect(0, 0, canvas.width, canvas.height);
      this.places = places;
    }
    this.layers.length = Math.min(this.layers.length, panes.length);
    panes.forEach((pane, at) => {
      const region = regions[at];
      if (!region) return;
      this.layers[at] ??= new Layer();
      context.putImageData(this.layers[at].picture(pane, rects[at], region, ratio), region.left, region.top);
    });
  }

  /** Nothing of an image stays. */
  clear(): void {
    this.layers = [];
    this.places = "";
    [this.canvas.width, this.canvas.height] = [1, 1];
  }
}
