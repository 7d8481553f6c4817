// SPDX-License-Identifier: Apache-2.0

import { h } from "../../components/dom";
import { Point } from "../geometry/affine";

/** Where the other planes cut a plane: narrow elements, since a canvas would be blended with all of its pixels. */
export class PlaneLines {
  readonly element = h("div", { class: "plane-lines", attrs: { "aria-hidden": "true" } });
  private readonly lines: HTMLElement[] = [];
  private used = 0;

  begin(): void {
    this.used = 0;
  }

  /** A line from a point, so long and in this direction, a unit vector. */
  add(from: Point, along: Point, length: number, colour: string, isDashed = false): void {
    const line = this.lines[this.used] ?? this.another();
    this.used += 1;
    const style = `${colour} ${Math.round(length)}${isDashed ? " dashed" : ""}`;
    if (line.dataset.style !== style) {
      line.dataset.style = style;
      line.style.width = `${Math.round(length)}px`;
      line.style.setProperty("--plane", colour);
      line.classList.toggle("dashed", isDashed);
    }
    line.hidden = false;
    // In whole steps the browser would draw the line anew for each; so it only moves it.
    line.style.transform = `translate(${from.x}px, ${from.y}px) rotate(${Math.atan2(along.y, along.x)}rad)`;
  }

  end(): void {
    for (const line of this.lines.slice(this.used)) line.hidden = true;
  }

  private another(): HTMLElement {
    const line = h("div", { class: "plane-line" });
    this.lines.push(line);
    this.element.append(line);
    return line;
  }
}
