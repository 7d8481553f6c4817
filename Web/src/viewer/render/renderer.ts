// SPDX-License-Identifier: Apache-2.0

import { ByteCache } from "../data/byte-cache";
import { FramePixels } from "../data/pixels";
import { Device, GpuImage } from "./device";
import { drawUniforms, imageRect, PaneRect, Presentation } from "./presentation";

const TEXTURE_BYTES = 192 * 1024 * 1024;

const NO_GRAPHICS = "This browser offers no WebGL 2, which the viewer draws with. "
  + "Turn on hardware acceleration, or use a current browser.";

export interface PaneDrawing {
  readonly rect: PaneRect;
  readonly key: string;
  readonly pixels: FramePixels;
  readonly shown: Presentation;
}

/** Draws all panes into one canvas. Textures are made when needed and kept within a bound. */
export class Renderer {
  readonly canvas = document.createElement("canvas");
  /** Why nothing can be drawn, or null. */
  failure: string | null = null;
  /** Counts graphics contexts: what one has drawn is lost with it. */
  generation = 0;
  private device: Device | null = null;
  private textures: ByteCache<GpuImage>;
  private pixelRatio = 1;

  constructor(private readonly changed: () => void) {
    this.canvas.className = "gl";
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

  resize(width: number, height: number): void {
    this.pixelRatio = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * this.pixelRatio), Math.round(height * this.pixelRatio)];
    if (this.canvas.width !== w) this.canvas.width = w;
    if (this.canvas.height !== h) this.canvas.height = h;
  }

  /** Draws the panes anew. Returns the reasons of those that could not be drawn. */
  draw(panes: readonly PaneDrawing[]): Map<string, string> {
    const failures = new Map<string, string>();
    const device = this.device;
    if (!device) return failures;
    const { gl } = device;
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.scissor(0, 0, this.canvas.width, this.canvas.height);
    gl.clearColor(0, 0, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    for (const pane of panes) {
      try {
        this.drawPane(device, pane);
      } catch (error) {
        failures.set(pane.key, error instanceof Error ? error.message : String(error));
      }
    }
    return failures;
  }

  dispose(): void {
    this.textures.clear();
    this.device?.gl.getExtension("WEBGL_lose_context")?.loseContext();
    this.device = null;
  }

  private drawPane(device: Device, pane: PaneDrawing): void {
    const { gl } = device;
    const { rect } = pane;
    const ratio = this.pixelRatio;
    // No pixel beside the image is worth a look.
    const image = imageRect(pane.shown, rect);
    const left = Math.round(image.left * ratio);
    const top = Math.round(image.top * ratio);
    const right = Math.round((image.left + image.width) * ratio);
    const bottom = Math.round((image.top + image.height) * ratio);
    if (right <= left || bottom <= top) return;
    gl.scissor(left, this.canvas.height - bottom, right - left, bottom - top);
    const uniforms = drawUniforms(pane.shown, rect, this.canvas.height / ratio, ratio);
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
