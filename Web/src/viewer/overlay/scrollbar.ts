// SPDX-License-Identifier: Apache-2.0

import { h } from "../../components/dom";
import { Scope } from "../../signals/scope";
import { Pane } from "../state/pane";

/** At the right edge of a pane: where the reader is in the set, and what of it has come. */
export class PaneScrollbar {
  readonly element: HTMLElement;
  private readonly loaded = h("canvas", { class: "loaded", attrs: { "aria-hidden": "true" } });
  private picture = "";
  private state = "";
  private readonly thumb = h("div", { class: "scroll-thumb" });

  constructor(private readonly pane: Pane, scope: Scope) {
    this.element = h("div", {
      class: "scrollbar",
      attrs: { role: "slider", "aria-label": "Image", "aria-orientation": "vertical", "aria-valuemin": 1 },
    }, this.loaded, this.thumb);
    let dragging = false;
    scope.listen(this.element, "pointerdown", (event) => {
      dragging = true;
      this.element.setPointerCapture(event.pointerId);
      this.to(event);
    });
    scope.listen(this.element, "pointermove", (event) => {
      if (dragging) this.to(event);
    });
    scope.listen(this.element, "pointerup", () => (dragging = false));
    scope.listen(this.element, "pointercancel", () => (dragging = false));
  }

  /** `arrived` tells when another answer of `has` may be expected. */
  update(count: number, frame: number, height: number, arrived: string, has: (index: number) => boolean): void {
    this.element.hidden = count < 2;
    if (count < 2) return;
    this.element.setAttribute("aria-valuemax", String(count));
    this.element.setAttribute("aria-valuenow", String(frame + 1));
    this.element.setAttribute("aria-valuetext", `Image ${frame + 1} of ${count}`);
    this.thumb.style.top = `${(frame / count) * 100}%`;
    this.thumb.style.height = `max(6px, ${100 / count}%)`;
    this.drawLoaded(count, Math.max(1, Math.round(height)), arrived, has);
  }

  private drawLoaded(count: number, height: number, arrived: string, has: (index: number) => boolean): void {
    const state = `${count} ${height} ${arrived}`;
    if (state === this.state) return;
    this.state = state;
    const come = Array.from({ length: height }, (_, y) => has(Math.min(count - 1, Math.floor((y / height) * count))));
    const picture = come.map(Number).join("");
    if (picture === this.picture) return;
    this.picture = picture;
    if (this.loaded.height !== height) this.loaded.height = height;
    this.loaded.width = 4;
    const context = this.loaded.getContext("2d");
    if (!context) return;
    context.fillStyle = "#3d6f96";
    come.forEach((is, y) => is && context.fillRect(0, y, 4, 1));
  }

  private to(event: PointerEvent): void {
    const box = this.element.getBoundingClientRect();
    const share = (event.clientY - box.top) / box.height;
    this.pane.scrollTo(Math.floor(share * this.pane.count));
    event.stopPropagation();
  }
}
