// SPDX-License-Identifier: Apache-2.0

import { ByteCache } from "../data/byte-cache";
import { FramePixels } from "../data/pixels";
import { Device, DrawUniforms, GpuImage, graphicsOf } from "./device";
import { Size } from "../geometry/viewport-transform";
import { Painter, Region, rehearse } from "./painter";
import { drawUniforms, imageRect, PaneRect, Presentation } from "./presentation";

const TEXTURE_BYTES = 64 * 1024 * 1024;

/** At most so many pixels are drawn of what moves, where the processor draws. */
const MOVING_PIXELS = 1_500_000;
/** In CSS pixels: a canvas that begins at a multiple begins at a whole device pixel, on enlarged screens too. */
const PLACE_STEP = 4;

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

function around(images: readonly PaneRect[], { width, height }: Size): PaneRect {
  const places = images.filter((one) => one.width > 0 && one.height > 0);
  const down = (at: number): number => Math.max(0, Math.floor(at / PLACE_STEP) * PLACE_STEP);
  const left = down(Math.min(width, ...places.map((one) => one.left)));
  const top = down(Math.min(height, ...places.map((one) => one.top)));
  const right = Math.min(width, Math.max(left, ...places.map((one) => Math.ceil(one.left + one.width))));
  const bottom = Math.min(height, Math.max(top, ...places.map((one) => Math.ceil(one.top + one.height))));
  return { left, top, width: right - left, height: bottom - top };
}

/** No pixel beside the image is worth a look: where it is in the canvas; null where it is not. */
function regionOf(image: PaneRect, box: PaneRect, ratio: number): Region | null {
  const left = Math.round((image.left - box.left) * ratio);
  const top = Math.round((image.top - box.top) * ratio);
  const width = Math.round((image.left - box.left + image.width) * ratio) - left;
  const height = Math.round((image.top - box.top + image.height) * ratio) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : null;
}

/**
 * Draws all panes into one canvas, which is as large as the images on it: by the graphics, whose textures are made when
 * needed and kept within a bound, or by the processor where these would be its work too.
 */
export class Renderer {
  readonly canvas: HTMLCanvasElement;
  /** Why nothing can be drawn, or null. */
  failure: string | null = null;
  /** Counts graphics contexts: what one has drawn is lost with it. */
  generation = 0;
  private device: Device | null = null;
  private readonly painter: Painter | null;
  private textures: ByteCache<GpuImage>;
  private pixelRatio = 1;
  private size: Size = { width: 0, height: 0 };

  /** Told when the graphics were lost and when they are back. */
  changed: () => void = () => undefined;

  constructor() {
    const graphics = graphicsOf({ alpha: false, antialias: false, depth: false });
    this.canvas = graphics?.canvas ?? document.createElement("canvas");
    this.canvas.className = "gl";
    this.canvas.setAttribute("aria-hidden", "true");
    this.textures = this.emptyTextures();
    this.painter = graphics ? null : new Painter(this.canvas);
    if (!graphics) return;
    this.canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      this.device = null;
      this.failure = "The graphics were reset; they come back in a moment.";
      this.changed();
    });
    this.canvas.addEventListener("webglcontextrestored", () => {
      this.open(graphics.gl);
      this.changed();
    });
    this.open(graphics.gl);
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

  /** The processor draws. */
  get isSoftware(): boolean {
    return this.painter !== null;
  }

  /** True where what moves is drawn with fewer pixels, and whole when it rests. */
  get isSlow(): boolean {
    return this.isSoftware && this.size.width * this.size.height * this.pixelRatio ** 2 > MOVING_PIXELS;
  }

  /** Draws the panes anew. Returns the reasons of those that could not be drawn. */
  draw(panes: readonly PaneDrawing[], isMoving = false): Map<string, string> {
    const failures = new Map<string, string>();
    const { device, painter } = this;
    if (!device && !painter) return failures;
    const images = panes.map((pane) => imageRect(pane.shown, pane.rect));
    const box = around(images, this.size);
    const finest = this.pixelRatio;
    const ratio = isMoving ? Math.min(finest, Math.sqrt(MOVING_PIXELS / (box.width * box.height))) : finest;
    this.place(box, ratio);
    const regions = images.map((image) => regionOf(image, box, ratio));
    const rects = panes.map(({ rect }) => ({ ...rect, left: rect.left - box.left, top: rect.top - box.top }));
    painter?.draw(panes, regions, rects, ratio);
    if (device) this.drawByGraphics(device, panes, regions, rects, failures);
    return failures;
  }

  private drawByGraphics(
    device: Device, panes: readonly PaneDrawing[], regions: readonly (Region | null)[], rects: readonly PaneRect[],
    failures: Map<string, string>,
  ): void {
    const { gl } = device;
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.disable(gl.SCISSOR_TEST);
    gl.clearColor(0, 0, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.SCISSOR_TEST);
    for (const [at, pane] of panes.entries()) {
      const region = regions[at];
      if (!region) continue;
      try {
        this.drawPane(device, pane, region, rects[at]);
      } catch (error) {
        failures.set(pane.key, error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** Makes what nearly every image needs, so that the first one waits for nothing. */
  prepare(): void {
    const { device } = this;
    if (this.painter) rehearse();
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
    this.painter?.clear();
  }

  /** Forgets all images, so that another page can take the graphics over. */
  clear(): void {
    this.changed = () => undefined;
    this.textures.clear();
    this.painter?.clear();
    this.canvas.remove();
    // Nobody sees the images of one study where another one opens.
    this.canvas.style.visibility = "hidden";
  }

  dispose(): void {
    this.textures.clear();
    this.device?.gl.getExtension("WEBGL_lose_context")?.loseContext();
    this.device = null;
  }

  /** Browsers blend every pixel of a canvas: it has those of the images alone. */
  private place(box: PaneRect, ratio: number): void {
    const { canvas } = this;
    const { style } = canvas;
    const [width, height] = [box.width, box.height].map((one) => Math.max(1, Math.ceil(one * ratio)));
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const places = { left: box.left, top: box.top, width: canvas.width / ratio, height: canvas.height / ratio };
    for (const [name, value] of Object.entries(places)) style.setProperty(name, `${value}px`);
    style.visibility = "";
  }

  private drawPane(device: Device, pane: PaneDrawing, region: Region, rect: PaneRect): void {
    const { gl } = device;
    const { height } = this.canvas;
    gl.scissor(region.left, height - region.top - region.height, region.width, region.height);
    const uniforms = drawUniforms(pane.shown, rect, height / this.pixelRatio, this.pixelRatio);
    device.draw(this.texture(device, pane.key, pane.pixels), uniforms);
  }

  private texture(device: Device, key: string, pixels: FramePixels): GpuImage {
    const known = this.textures.get(key);
    if (known) return known;
    const image = device.upload(pixels);
    this.textures.set(key, image, pixels.data.byteLength);
    return image;
  }

  private open(gl: WebGL2RenderingContext): void {
    this.generation += 1;
    this.textures = this.emptyTextures();
    this.device = new Device(gl);
    this.failure = null;
  }

  private emptyTextures(): ByteCache<GpuImage> {
    return new ByteCache<GpuImage>(TEXTURE_BYTES, (image) => this.device?.gl.deleteTexture(image.texture));
  }
}
