// SPDX-License-Identifier: Apache-2.0

import { h, setText } from "../../components/dom";
import { Affine, apply, Point } from "../geometry/affine";
import { Spacing } from "../geometry/spacing";
import { Size } from "../geometry/viewport-transform";
import { describeMeasurement, Measurement } from "../state/measurement";

const BESIDE_PX = 12;
const ABOVE_PX = 22;

/** The figures of measurements: real text beside the drawing, so that it can be read aloud and copied. */
export class MeasurementLabels {
  readonly element = h("div", { class: "labels", attrs: { role: "log", "aria-label": "Measurements" } });
  private readonly labels = new Map<number, HTMLElement>();

  update(all: readonly Measurement[], toScreen: Affine, spacing: Spacing, size: Size, selected: number | null): void {
    const ids = new Set(all.map((one) => one.id));
    for (const [id, label] of this.labels) {
      if (ids.has(id)) continue;
      label.remove();
      this.labels.delete(id);
    }
    for (const one of all) {
      const label = this.label(one.id);
      setText(label, describeMeasurement(one, spacing));
      label.classList.toggle("selected", one.id === selected);
      place(label, apply(toScreen, anchor(one)), size);
    }
  }

  clear(): void {
    this.labels.forEach((label) => label.remove());
    this.labels.clear();
  }

  private label(id: number): HTMLElement {
    const known = this.labels.get(id);
    if (known) return known;
    const label = h("span", { class: "measure" });
    this.labels.set(id, label);
    this.element.append(label);
    return label;
  }
}

/** Beside the vertex of an angle, beside the last end of a length. */
function anchor(one: Measurement): Point {
  return one.kind === "angle" && one.points[1] ? one.points[1] : one.points[one.points.length - 1];
}

/** At the right of the point, or at its left where the pane ends. */
function place(label: HTMLElement, at: Point, size: Size): void {
  const width = label.offsetWidth;
  const x = at.x + BESIDE_PX + width < size.width - BESIDE_PX ? at.x + BESIDE_PX : at.x - BESIDE_PX - width;
  label.style.transform = `translate(${x}px, ${at.y - ABOVE_PX}px)`;
}
