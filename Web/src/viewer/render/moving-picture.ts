// SPDX-License-Identifier: Apache-2.0

import { SampleArray } from "../data/pixels";
import { compose, scaling, translation } from "../geometry/affine";
import { isQuick, paintSamples, Part, partOf, partSamples, shadesOf } from "./moving-samples";
import { drawUniforms } from "./presentation";
import type { PaneDrawing } from "./renderer";

/** One image that moves: pixels with their shades, which the browser puts in their place. */
class Layer {
  readonly element = document.createElement("div");
  private readonly canvas = document.createElement("canvas");
  private readonly context = this.canvas.getContext("2d", { alpha: false });
  private image = new ImageData(1, 1);
  private data: SampleArray = new Uint8Array(0);
  private shades = new Uint32Array(0);
  private dataKey = "";
  private shadesKey = "";
  private placeKey = "";

  constructor() {
    this.element.className = "moving-part";
    this.element.append(this.canvas);
  }

  show({ rect, key, pixels, shown }: PaneDrawing): void {
    const part = partOf(pixels, shown, rect);
    const uniforms = drawUniforms(shown, rect, rect.height, 1);
    const { grey, sigmoid, inverted, table, padding } = uniforms;
    const dataKey = JSON.stringify([key, part]);
    const shadesKey = JSON.stringify([
      grey, sigmoid, inverted, table, padding, pixels.data.constructor.name, pixels.samples,
    ]);
    if (dataKey !== this.dataKey || shadesKey !== this.shadesKey) {
      if (dataKey !== this.dataKey) this.data = partSamples(pixels, part);
      if (shadesKey !== this.shadesKey && pixels.samples === 1) this.shades = shadesOf(pixels.data, uniforms);
      [this.dataKey, this.shadesKey] = [dataKey, shadesKey];
      this.paint(part, pixels.samples, inverted);
    }
    this.place(part, { rect, shown });
  }

  /** Nothing of an image stays. */
  clear(): void {
    [this.dataKey, this.shadesKey] = ["", ""];
    this.data = new Uint8Array(0);
    this.image = new ImageData(1, 1);
    [this.canvas.width, this.canvas.height] = [0, 0];
    this.element.remove();
  }

  private paint({ columns, rows }: Part, samples: 1 | 3, inverted: boolean): void {
    const { canvas } = this;
    if (this.image.width !== columns || this.image.height !== rows) this.image = new ImageData(columns, rows);
    if (canvas.width !== columns) canvas.width = columns;
    if (canvas.height !== rows) canvas.height = rows;
    paintSamples(new Uint32Array(this.image.data.buffer), this.data, samples, this.shades, inverted);
    this.context?.putImageData(this.image, 0, 0);
  }

  private place({ left, top, step }: Part, { rect, shown }: Pick<PaneDrawing, "rect" | "shown">): void {
    const m = compose(shown.toScreen, compose(translation(left, top), scaling(step, step)));
    const key = JSON.stringify([rect, m, shown.smooth]);
    if (key === this.placeKey) return;
    this.placeKey = key;
    const places = { left: rect.left, top: rect.top, width: rect.width, height: rect.height };
    for (const [name, value] of Object.entries(places)) this.element.style.setProperty(name, `${value}px`);
    this.canvas.style.transform = `matrix(${m.a}, ${m.b}, ${m.c}, ${m.d}, ${m.e}, ${m.f})`;
    // To look between the pixels takes as long as all the rest: only where several become one.
    const isShrunk = Math.hypot(m.a, m.b) < 1;
    this.canvas.style.imageRendering = shown.smooth && isShrunk ? "" : "pixelated";
  }
}

/**
 * Shows what moves where the processor does the work of graphics: windowed here, with the pixels of the image or fewer,
 * and drawn out by the browser. That takes it half of what a shader takes.
 */
export class MovingPicture {
  readonly element = document.createElement("div");
  private readonly layers: Layer[] = [];

  constructor() {
    this.element.className = "moving";
    this.element.setAttribute("aria-hidden", "true");
    this.hide();
  }

  /** False where an image cannot be shown so: then nothing is. */
  show(panes: readonly PaneDrawing[]): boolean {
    if (!panes.every(({ pixels }) => isQuick(pixels))) {
      this.hide();
      return false;
    }
    while (this.layers.length > panes.length) this.layers.pop()?.clear();
    panes.forEach((pane, at) => {
      if (!this.layers[at]) {
        this.layers[at] = new Layer();
        this.element.append(this.layers[at].element);
      }
      this.layers[at].show(pane);
    });
    this.element.style.visibility = "";
    return true;
  }

  hide(): void {
    this.element.style.visibility = "hidden";
  }

  clear(): void {
    this.layers.splice(0).forEach((layer) => layer.clear());
    this.element.remove();
    this.hide();
  }
}
