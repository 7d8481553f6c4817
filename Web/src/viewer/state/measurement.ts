// SPDX-License-Identifier: Apache-2.0

import { Signal } from "../../signals/signal";
import { Point } from "../geometry/affine";

export type MeasurementKind =
  "length" | "angle" | "cobb" | "ellipse" | "rectangle" | "freehand" | "arrow" | "text";

/** A drawing on one frame, in continuous image pixels, so that it follows every turn and zoom. */
export interface Measurement {
  readonly id: number;
  readonly kind: MeasurementKind;
  readonly frameKey: string;
  /**
   * Length: two ends. Angle: end, vertex, end. Cobb: the ends of two lines. Ellipse, rectangle: opposite corners.
   * Freehand: its course. Arrow: head and tail. Text: its place.
   */
  readonly points: readonly Point[];
  /** SOP Instance UID of the report that it stands in, as long as it was not changed. */
  readonly source?: string;
  /** What was written, for arrows and texts. */
  readonly text?: string;
}

export const pointCount: Record<MeasurementKind, number> = {
  length: 2, angle: 3, cobb: 4, ellipse: 2, rectangle: 2, freehand: Infinity, arrow: 2, text: 1,
};

const MOST_STEPS = 100;

/** The drawings of the open studies, with undo and redo. */
export class Measurements {
  readonly all = new Signal<readonly Measurement[]>([]);
  readonly selected = new Signal<number | null>(null);
  /** The one whose text is being written. */
  readonly editing = new Signal<number | null>(null);
  private past: (readonly Measurement[])[] = [];
  private future: (readonly Measurement[])[] = [];
  private nextId = 1;

  on(frameKey: string): readonly Measurement[] {
    return this.all.get().filter((measurement) => measurement.frameKey === frameKey);
  }

  find(id: number): Measurement | undefined {
    return this.all.peek().find((one) => one.id === id);
  }

  add(kind: MeasurementKind, frameKey: string, points: readonly Point[], text?: string): number {
    this.keep();
    const id = this.nextId++;
    this.all.update(
      (all) => [...all, text === undefined ? { id, kind, frameKey, points } : { id, kind, frameKey, points, text }]
    );
    this.selected.set(id);
    return id;
  }

  /** Moves points without a step for undo: called many times during a drag. */
  move(id: number, points: readonly Point[]): void {
    this.all.update((all) => all.map((one) => (one.id === id ? { ...one, points, source: undefined } : one)));
  }

  /** The text of an arrow or a text; belongs to the step that drew it. */
  write(id: number, text: string): void {
    this.all.update((all) => all.map((one) => (one.id === id ? { ...one, text } : one)));
  }

  /** Takes in what a report says; no step for undo. */
  take(source: string, read: readonly Omit<Measurement, "id" | "source">[]): void {
    if (this.all.peek().some((one) => one.source === source)) return;
    const added = read.map((one) => ({ ...one, id: this.nextId++, source }));
    this.all.update((all) => [...all, ...added]);
  }

  /** They stand in a report now. */
  stored(ids: ReadonlySet<number>, source: string): void {
    this.all.update((all) => all.map((one) => (ids.has(one.id) ? { ...one, source } : one)));
  }

  remove(id: number): void {
    this.keep();
    this.drop(id);
  }

  /** Takes back a drawing that was not finished, and the step that began it. */
  abandon(id: number): void {
    this.past.pop();
    this.drop(id);
  }

  clear(): void {
    if (this.all.peek().length === 0) return;
    this.keep();
    this.all.set([]);
    this.selected.set(null);
  }

  undo(): void {
    this.step(this.past, this.future);
  }

  redo(): void {
    this.step(this.future, this.past);
  }

  /** Remembers the present for undo. */
  keep(): void {
    this.past = [...this.past.slice(1 - MOST_STEPS), this.all.peek()];
    this.future = [];
  }

  private step(from: (readonly Measurement[])[], to: (readonly Measurement[])[]): void {
    const next = from.pop();
    if (next) {
      to.push(this.all.peek());
      this.all.set(next);
    }
    this.selected.set(null);
    this.editing.set(null);
  }

  private drop(id: number): void {
    this.all.update((all) => all.filter((one) => one.id !== id));
    if (this.selected.peek() === id) this.selected.set(null);
    if (this.editing.peek() === id) this.editing.set(null);
  }
}
