// SPDX-License-Identifier: Apache-2.0

import { Signal } from "../../signals/signal";
import { Point } from "../geometry/affine";
import { angleAt, describeLength, lengthBetween, Spacing } from "../geometry/spacing";

export type MeasurementKind = "length" | "angle";

/** A drawing on one frame, in continuous image pixels, so that it follows every turn and zoom. */
export interface Measurement {
  readonly id: number;
  readonly kind: MeasurementKind;
  readonly frameKey: string;
  /** Length: two ends. Angle: end, vertex, end. */
  readonly points: readonly Point[];
}

export const pointCount: Record<MeasurementKind, number> = { length: 2, angle: 3 };

export function describeMeasurement(measurement: Measurement, spacing: Spacing): string {
  const [p, q, r] = measurement.points;
  if (measurement.kind === "angle") return r ? `${angleAt(q, p, r, spacing).toFixed(1)}°` : "";
  return q ? describeLength(lengthBetween(p, q, spacing), spacing) : "";
}

const MOST_STEPS = 100;

/** The measurements of the open study, with undo. */
export class Measurements {
  readonly all = new Signal<readonly Measurement[]>([]);
  readonly selected = new Signal<number | null>(null);
  private past: (readonly Measurement[])[] = [];
  private nextId = 1;

  on(frameKey: string): readonly Measurement[] {
    return this.all.get().filter((measurement) => measurement.frameKey === frameKey);
  }

  add(kind: MeasurementKind, frameKey: string, points: readonly Point[]): number {
    this.keep();
    const id = this.nextId++;
    this.all.update((all) => [...all, { id, kind, frameKey, points }]);
    this.selected.set(id);
    return id;
  }

  /** Moves points without a step for undo: called many times during a drag. */
  move(id: number, points: readonly Point[]): void {
    this.all.update((all) => all.map((one) => (one.id === id ? { ...one, points } : one)));
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
    const before = this.past.pop();
    if (before) this.all.set(before);
    this.selected.set(null);
  }

  /** Remembers the present for undo. */
  keep(): void {
    this.past = [...this.past.slice(1 - MOST_STEPS), this.all.peek()];
  }

  private drop(id: number): void {
    this.all.update((all) => all.filter((one) => one.id !== id));
    if (this.selected.peek() === id) this.selected.set(null);
  }
}
