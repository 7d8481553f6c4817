// SPDX-License-Identifier: Apache-2.0

import { Point } from "../viewer/geometry/affine";

export type OneFinger = "scroll" | "window";

/** What fingers do to the image; places are in CSS pixels of the stage. */
export interface TouchTarget {
  /** One finger has moved. */
  moved(by: Point): void;
  /** Two fingers have moved: their middle by so much, and their distance by this factor, about their middle. */
  pinched(by: Point, factor: number, middle: Point): void;
  /** Two taps one after the other. */
  tappedTwice(): void;
}

const DOUBLE_TAP_MS = 350;
const TAP_MS = 250;
const TAP_PX = 12;

function middleOf([a, b]: readonly Point[]): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function distanceOf([a, b]: readonly Point[]): number {
  return Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
}

/** Turns fingers into gestures. Who begins with two fingers goes on with both: lifting one ends the gesture. */
export class TouchGestures {
  private readonly fingers = new Map<number, Point>();
  private wasPinch = false;
  private begun: { at: Point; time: number } | null = null;
  private lastTap = -Infinity;

  constructor(private readonly target: TouchTarget) {}

  down(id: number, at: Point, now: number): void {
    this.fingers.set(id, at);
    this.begun = this.fingers.size === 1 ? { at, time: now } : null;
    if (this.fingers.size > 1) this.wasPinch = true;
  }

  move(id: number, at: Point): void {
    const before = this.fingers.get(id);
    if (!before) return;
    const old = Array.from(this.fingers.values());
    this.fingers.set(id, at);
    const fresh = Array.from(this.fingers.values());
    if (this.fingers.size === 1 && !this.wasPinch) {
      this.target.moved({ x: at.x - before.x, y: at.y - before.y });
    } else if (this.fingers.size === 2) {
      const [from, to] = [middleOf(old), middleOf(fresh)];
      this.target.pinched({ x: to.x - from.x, y: to.y - from.y }, distanceOf(fresh) / distanceOf(old), to);
    }
  }

  up(id: number, at: Point, now: number): void {
    if (!this.fingers.delete(id)) return;
    const { begun } = this;
    if (this.fingers.size > 0) return;
    const isTap = begun !== null && !this.wasPinch && now - begun.time < TAP_MS
      && Math.hypot(at.x - begun.at.x, at.y - begun.at.y) < TAP_PX;
    this.wasPinch = false;
    this.begun = null;
    if (!isTap) return;
    if (now - this.lastTap < DOUBLE_TAP_MS) this.target.tappedTwice();
    this.lastTap = now - this.lastTap < DOUBLE_TAP_MS ? -Infinity : now;
  }

  cancel(): void {
    this.fingers.clear();
    this.wasPinch = false;
    this.begun = null;
  }
}
