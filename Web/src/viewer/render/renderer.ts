// SPDX-License-Identifier: Apache-2.0

import { ByteCache } from "../data/byte-cache";
import { FramePixels } from "../data/pixels";
import { Device, DrawUniforms, GpuImage } from "./device";
import { Size } from "../geometry/viewport-transform";
import { MovingPicture } from "./moving-picture";
import { drawUniforms, imageRect, PaneRect, Presentation } from "./presentation";

const TEXTURE_BYTES = 64 * 1024 * 1024;

/** At most so many pixels are drawn of what moves, where the processor draws. */
const MOVING_PIXELS = 265_000;
/** The canvas of what moves has a multiple of these, so that zooming does not make it anew at each step. */
const MOVING_STEP = 16;
/** What moves keeps a canvas of so many times the pixels that it needs. */
const MOST_SPARE = 1.5;
/** In CSS pixels: a canvas that begins at a multiple begins at a whole device pixel, on enlarged screens too. */
const PLACE_STEP = 4;

const NO_GRAPHICS = "This browser offers no WebGL 2, which the viewer draws with. "
  + "Turn on hardware acceleration, or use a current browser.";

export interface PaneDrawing {
  readonly rect: PaneRect;
  readonly key: string;
  readonly pixels: FramePixels;
  readonly shown: Presentation;
}

const plainUniforms: DrawUniforms = {
  toImage: [1, 0, 0, 1], origin: [0, 0], grey: [1, 0], sigmoid: false, inverted: false, smoothed: true, taps: 1,
  table: null, padding: null,
};

/** Device pixels of each CSS pixel while something moves: as many as the images have, within a bound. */
function movingRatio(panes: readonly PaneDrawing[], images: readonly PaneRect[], full: number): number {
  const finest = Math.max(0, ...panes.map(({ shown }) => 1 / Math.hypot(shown.toScreen.a, shown.toScreen.b)));
  const area = images.reduce((sum, { width, height }) => sum + Math.max(0, width) * Math.max(0, height), 0);
  return Math.min(full, finest, Math.sqrt(MOVING_PIXELS / Math.max(1, area)));
}

function around(images: readonly PaneRect[], { width, height }: Size): PaneRect {
  const places = images.filter((one) => one.width > 0 && one.height > 0);
  const down = (at: number): number => Math.max(0, Math.floor(at / PLACE_STEP) * PLACE_STEP);
  const left = down(Math.min(width, ...places.map((one) => one.left)));
  const top = down(Math.min(height, ...places.map((one) => one.top)));
  const right = Math.min(width, Math.max(left, ...places.map((one) => Math.ceil(one.left + one.width))));
  const bottom = Math.min(height, Math.max(top, ...places.map((one) => Math.ceil(one.top + one.height))));
  return { left, top, width: right - left, height: bottom - top };
}

/**
 * Draws all panes into one canvas, which is as large as the images on it. Textures are made when needed and kept within
 * a bound.
 */
export class Renderer {
  readonly canvas = document.createElement("canvas");
  private readonly moving = new MovingPicture();
  /** What is put into the page, from the back to the front. */
  readonly elements: readonly HTMLElement[] = [this.canvas, this.moving.element];
  /** Why nothing can be drawn, or null. */
  failure: string | null = null;
  /** Counts graphics contexts: what one has drawn is lost with it. */
  generation = 0;
  private device: Device | null = null;
  private textures: ByteCache<GpuImage>;
  private pixelRatio = 1;
  private size: Size = { width: 0, height: 0 };

  /** Told when the graphics were lost and when they are back. */
  changed: () => void = () => undefined;

  constructor() {
    this.canvas.className = "gl";
    this.canvas.setAttribute("aria-hidden", "true");
    this.textures = this.emptyTextures();
    this.canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      this.device = null;
      this.failure = "The graphics were reset; they come back in a moment.";
      this.changed();
    });
    this.canvas.addEventListener("webglcontextrestored", () => {
      this.open();
      this.changed();
    });
    this.open();
  }

  /** The place that there is for the panes, in CSS pixels. */
  resize(width: number, height: number): void {
    this.pixelRatio = window.devicePixelRatio || 1;
    this.size = { width, height };
  }

  /** Changes where all has to be drawn anew. */
  get ground(): string {
    return `${this.size.width} ${this.size.height} ${this.pixelRatio} ${this.generation}`;
  }

  /** True where the processor draws: what moves is drawn with fewer pixels then, and whole when it rests. */
  get isSlow(): boolean {
    return this.device?.isSoftware ?? false;
  }

  /** Draws the panes anew. Returns the reasons of those that could not be drawn. */
  draw(panes: readonly PaneDrawing[], isMoving = false): Map<string, string> {
    const failures = new Map<string, string>();
    const device = this.device;
    if (!device) return failures;
    const { gl } = device;
    if (isMoving && this.moving.show(panes)) {
      this.canvas.style.visibility = "hidden";
      return failures;
    }
    this.moving.hide();
    const images = panes.map((pane) => imageRect(pane.shown, pane.rect));
    const ratio = isMoving ? movingRatio(panes, images, this.pixelRatio) : this.pixelRatio;
    const box = around(images, this.size);
    this.place(box, ratio, isMoving);
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.disable(gl.SCISSOR_TEST);
    gl.clearColor(0, 0, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.SCISSOR_TEST);
    for (const [at, pane] of panes.entries()) {
      try {
        this.drawPane(device, pane, images[at], box, ratio, isMoving);
      } catch (error) {
        failures.set(pane.key, error instanceof Error ? error.message : String(error));
      }
    }
    return failures;
  }

  /** Makes what nearly every image needs, so that the first one waits for nothing. */
  prepare(): void {
    const { device } = this;
    if (!device) return;
    for (const data of [new Int16Array(4), new Uint16Array(4)]) {
      const image = device.upload({ columns: 2, rows: 2, samples: 1, photometric: "MONOCHROME2", data });
      device.gl.scissor(0, 0, 2, 2);
      device.draw(image, plainUniforms);
      device.gl.deleteTexture(image.texture);
    }
    device.gl.flush();
  }

  /** Gives graphics memory back while something else is shown. */
  release(): void {
    this.textures.clear();
  }

  /** Forgets all images, so that another page can take the graphics over. */
  clear(): void {
    this.changed = () => undefined;
    this.textures.clear();
    this.moving.clear();
    this.canvas.remove();
    // Nobody sees the images of one study where another one opens.
    this.canvas.style.visibility = "hidden";
  }

  dispose(): void {
    this.textures.clear();
    this.device?.gl.getExtension("WEBGL_lose_context")?.loseContext();
    this.device = null;
  }

  /** Browsers blend every pixel of a canvas: it has those of the images alone, and fewer while they move. */
  private place(box: PaneRect, ratio: number, isMoving: boolean): void {
    const { canvas } = this;
    const { style } = canvas;
    const step = isMoving ? MOVING_STEP : 1;
    const [width, height] = [box.width, box.height].map((one) => step * Math.max(1, Math.ceil(one * ratio / step)));
    const isEnough = isMoving && canvas.width >= width && canvas.height >= height
      && canvas.width * canvas.height <= MOST_SPARE * width * height;
    if (!isEnough && canvas.width !== width) canvas.width = width;
    if (!isEnough && canvas.height !== height) canvas.height = height;
    const places = { left: box.left, top: box.top, width: canvas.width / ratio, height: canvas.height / ratio };
    for (const [name, value] of Object.entries(places)) style.setProperty(name, `${value}px`);
    style.visibility = "";
  }

  private drawPane(
    device: Device, pane: PaneDrawing, image: PaneRect, box: PaneRect, ratio: number, isMoving: boolean,
  ): void {
    const { gl } = device;
    const rect = { ...pane.rect, left: pane.rect.left - box.left, top: pane.rect.top - box.top };
    // No pixel beside the image is worth a look.
    const left = Math.round((image.left - box.left) * ratio);
    const top = Math.round((image.top - box.top) * ratio);
    const right = Math.round((image.left - box.left + image.width) * ratio);
    const bottom = Math.round((image.top - box.top + image.height) * ratio);
    if (right <= left || bottom <= top) return;
    gl.scissor(left, this.canvas.height - bottom, right - left, bottom - top);
    const uniforms = drawUniforms(pane.shown, rect, this.canvas.height / ratio, ratio, isMoving);
    device.draw(this.texture(device, pane.key, pane.pixels), uniforms);
  }

  private texture(device: Device, key: string, pixels: FramePixels): GpuImage {
    const known = this.textures.get(key);
    if (known) return known;
    const image = device.upload(pixels);
    this.textures.set(key, image, pixels.data.byteLength);
    return image;
  }

  private open(): void {
    this.generation += 1;
    this.textures = this.emptyTextures();
    const gl = this.canvas.getContext("webgl2", { alpha: false, antialias: false, depth: false });
    this.device = gl ? new Device(gl) : null;
    this.failure = gl ? null : NO_GRAPHICS;
  }

  private emptyTextures(): ByteCache<GpuImage> {
    return new ByteCache<GpuImage>(TEXTURE_BYTES, (image) => this.device?.gl.deleteTexture(image.texture));
  }
}
