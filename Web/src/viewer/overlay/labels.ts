// SPDX-License-Identifier: Apache-2.0

import { h, setText } from "../../components/dom";
import { t } from "../../i18n/i18n";
import { Affine, apply, Point } from "../geometry/affine";
import { areaKinds, boundingBox } from "../geometry/shapes";
import { Size } from "../geometry/viewport-transform";
import { Measurement, Measurements } from "../state/measurement";

const BESIDE_PX = 12;
const ABOVE_PX = 22;
const LONGEST_TEXT = 200;

/** The figures of measurements: real text beside the drawing, so that it can be read aloud and copied. */
export class MeasurementLabels {
  readonly element = h("div", { class: "labels", attrs: { role: "log", "aria-label": t("Measurements") } });
  private readonly labels = new Map<number, HTMLElement>();
  private editor: { id: number; input: HTMLInputElement } | null = null;

  constructor(private readonly measurements: Measurements) {}

  update(all: readonly Measurement[], toScreen: Affine, size: Size, figures: (one: Measurement) => string): void {
    const ids = new Set(all.map((one) => one.id));
    for (const [id, label] of this.labels) {
      if (ids.has(id)) continue;
      label.remove();
      this.labels.delete(id);
    }
    const selected = this.measurements.selected.peek();
    for (const one of all) {
      const label = this.label(one.id);
      setText(label, figures(one));
      label.classList.toggle("selected", one.id === selected);
      place(label, apply(toScreen, anchor(one, toScreen)), size);
    }
    this.edit(all, toScreen, size);
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

  /** The line in which the text of an arrow or a text is written. */
  private edit(all: readonly Measurement[], toScreen: Affine, size: Size): void {
    const one = all.find((other) => other.id === this.measurements.editing.peek());
    if (this.editor && this.editor.id !== one?.id) {
      const { input } = this.editor;
      this.editor = null;
      input.remove();
    }
    if (!one) return;
    if (!this.editor) this.open(one);
    if (this.editor) place(this.editor.input, apply(toScreen, anchor(one, toScreen)), size);
  }

  private open(one: Measurement): void {
    const input = h("input", {
      class: "measure-text", attrs: { type: "text", maxlength: LONGEST_TEXT, "aria-label": t(
        "Text of the annotation"
      ) },
    });
    input.value = one.text ?? "";
    this.editor = { id: one.id, input };
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") this.finish(one, input.value);
      if (event.key === "Escape") this.finish(one, one.text ?? "");
    });
    input.addEventListener("blur", () => this.editor?.id === one.id && this.finish(one, input.value));
    this.element.append(input);
    requestAnimationFrame(() => input.focus());
  }

  private finish(one: Measurement, text: string): void {
    const { measurements } = this;
    const written = text.trim();
    const input = this.editor?.input;
    this.editor = null;
    input?.remove();
    measurements.editing.set(null);
    if (one.kind === "text" && !written) measurements.abandon(one.id);
    else measurements.write(one.id, written);
  }
}

/** Beside the vertex of an angle, the lower right of an area, the last point of everything else. */
function anchor(one: Measurement, toScreen: Affine): Point {
  if (one.kind === "angle" && one.points[1]) return one.points[1];
  if (!areaKinds.has(one.kind)) return one.points[one.points.length - 1];
  const { left, top, right, bottom } = boundingBox(one.points);
  const corners = [{ x: left, y: top }, { x: right, y: top }, { x: left, y: bottom }, { x: right, y: bottom }];
  const reach = (point: Point): number => {
    const at = apply(toScreen, point);
    return at.x + at.y;
  };
  return corners.reduce((best, corner) => (reach(corner) > reach(best) ? corner : best));
}

/** At the right of the point, or at its left where the pane ends. */
function place(label: HTMLElement, at: Point, size: Size): void {
  const width = label.offsetWidth;
  const height = label.offsetHeight;
  const x = at.x + BESIDE_PX + width < size.width - BESIDE_PX ? at.x + BESIDE_PX : at.x - BESIDE_PX - width;
  const y = Math.max(4, Math.min(at.y - ABOVE_PX, size.height - height - 4));
  label.style.transform = `translate(${x}px, ${y}px)`;
}
