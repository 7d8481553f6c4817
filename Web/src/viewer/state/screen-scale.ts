// SPDX-License-Identifier: Apache-2.0

import { Signal } from "../../signals/signal";

/** CSS pixels in a millimetre of this screen, as somebody measured it; kept by the browser for each size of screen. */
export class ScreenScale {
  readonly pixelsPerMillimetre = new Signal<number | null>(null);

  constructor(private readonly storage: Storage, private readonly name: string) {
    const known = Number(storage.getItem(this.key));
    if (known > 0) this.pixelsPerMillimetre.set(known);
  }

  static ofThisScreen(): ScreenScale {
    return new ScreenScale(localStorage, `${screen.width}x${screen.height}@${window.devicePixelRatio || 1}`);
  }

  calibrate(pixelsPerMillimetre: number): void {
    this.pixelsPerMillimetre.set(pixelsPerMillimetre);
    this.storage.setItem(this.key, String(pixelsPerMillimetre));
  }

  private get key(): string {
    return `martlet.screen.${this.name}`;
  }
}
