// SPDX-License-Identifier: Apache-2.0

import type { Renderer } from "../viewer/render/renderer";

/** After this a busy page makes them all the same. */
const LATEST_MS = 2_000;

/** Graphics that are ready before somebody needs them: to make them takes longer than all else before an image. */
export class Renderers {
  private spare: Renderer | null = null;
  private isUsed = false;

  /** Loads the viewer and makes its graphics when the page has nothing else to do. */
  prepare(): void {
    if (this.spare || this.isUsed) return;
    if (typeof requestIdleCallback === "function") requestIdleCallback(() => void this.make(), { timeout: LATEST_MS });
    else setTimeout(() => void this.make(), LATEST_MS);
  }

  /** The one that is ready, else one that `make` gives. `changed` is told when the graphics were lost and come back. */
  take(changed: () => void, make: () => Renderer): Renderer {
    const renderer = this.spare ?? make();
    this.spare = null;
    this.isUsed = true;
    renderer.changed = changed;
    return renderer;
  }

  giveBack(renderer: Renderer): void {
    this.isUsed = false;
    renderer.clear();
    if (this.spare || renderer.failure !== null) renderer.dispose();
    else this.spare = renderer;
  }

  private async make(): Promise<void> {
    // Without it the page still works, and says so when a study is opened.
    const images = await import("./parts/images").catch(() => null);
    if (!images || this.spare || this.isUsed) return;
    const renderer = images.makeRenderer();
    renderer.prepare();
    this.spare = renderer;
  }
}
