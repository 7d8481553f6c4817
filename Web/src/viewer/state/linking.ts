// SPDX-License-Identifier: Apache-2.0

import { Signal } from "../../signals/signal";
import { dot, Vector3 } from "../geometry/orientation";
import { areParallel, height, ImagePlane, nearest, placeIn, planeOf, pointIn } from "../geometry/image-plane";
import { Point } from "../geometry/affine";
import { Frame } from "./frame-set";
import { Pane } from "./pane";

/** `place`: parallel planes of one frame of reference keep the same place. `manual`: panes keep their distance. */
export type LinkMode = "place" | "manual" | "off";

/** A place that the reader points at. */
export interface Cursor {
  readonly place: Vector3;
  readonly frameOfReference: string;
}

/** Which panes follow each other, and the place shown in all of them. */
export class Linking {
  readonly mode = new Signal<LinkMode>("place");
  readonly cursor = new Signal<Cursor | null>(null);
  private readonly offsets = new Map<Pane, number>();
  private isFollowing = false;

  constructor(
    private readonly visible: () => readonly Pane[], private readonly frameOfReference: (frame: Frame) => string | null,
  ) {}

  plane(pane: Pane, frame: Frame | null): ImagePlane | null {
    return frame ? planeOf(frame.instance, pane.spacing(frame), this.frameOfReference(frame)) : null;
  }

  private planes(pane: Pane): (ImagePlane | null)[] {
    return (pane.set.peek()?.frames ?? []).map((frame) => this.plane(pane, frame));
  }

  /** Panes keep the distance that they have now, in millimetres along the stack, or in images. */
  link(): void {
    this.offsets.clear();
    for (const pane of this.visible()) this.offsets.set(pane, this.along(pane));
    this.mode.set("manual");
  }

  /** Takes the other panes along with one that was scrolled. */
  follow(leader: Pane): void {
    if (this.isFollowing || this.mode.peek() === "off") return;
    this.isFollowing = true;
    try {
      for (const pane of this.visible()) {
        if (pane === leader || pane.count < 2) continue;
        if (this.mode.peek() === "manual") this.keepDistance(leader, pane);
        else this.keepPlace(leader, pane);
      }
    } finally {
      this.isFollowing = false;
    }
  }

  /** Shows a place of the image in every pane of the same frame of reference. */
  pointAt(pane: Pane, at: Point): void {
    const plane = this.plane(pane, pane.frame);
    if (!plane) return;
    const cursor = { place: placeIn(plane, at), frameOfReference: plane.frameOfReference };
    this.cursor.set(cursor);
    this.isFollowing = true;
    for (const other of this.visible()) if (other !== pane) this.show(other, cursor);
    this.isFollowing = false;
  }

  /** Where the cursor stands in the image of a pane, where it lies in it. */
  cursorIn(pane: Pane): Point | null {
    const cursor = this.cursor.get();
    const plane = this.plane(pane, pane.shown?.frame ?? null);
    if (!cursor || !plane || plane.frameOfReference !== cursor.frameOfReference) return null;
    const reach = Math.max(pane.frame?.instance.sliceThickness ?? 1, this.spacingAlong(pane)) / 2 + 0.01;
    return Math.abs(height(plane, cursor.place)) <= reach ? pointIn(plane, cursor.place) : null;
  }

  private show(pane: Pane, cursor: Cursor): void {
    const planes = this.planes(pane);
    if (planes[0]?.frameOfReference !== cursor.frameOfReference) return;
    const index = nearest(planes, cursor.place);
    if (index >= 0) pane.scrollTo(index);
  }

  private spacingAlong(pane: Pane): number {
    const frames = pane.set.peek()?.frames ?? [];
    const at = Math.min(pane.view.peek().frame, frames.length - 2);
    const [p, q] = [this.plane(pane, frames[at] ?? null), this.plane(pane, frames[at + 1] ?? null)];
    return p && q ? Math.abs(height(p, q.position)) : 0;
  }

  private keepPlace(leader: Pane, pane: Pane): void {
    const from = this.plane(leader, leader.frame);
    const planes = this.planes(pane);
    const [first] = planes;
    if (!from || !first || first.frameOfReference !== from.frameOfReference || !areParallel(from, first)) return;
    pane.scrollTo(nearest(planes, from.position));
  }

  /** Millimetres in the reading direction from the first image, or the number of images before. */
  private along(pane: Pane, index = pane.view.peek().frame): number {
    const frames = pane.set.peek()?.frames ?? [];
    const [first, here] = [this.plane(pane, frames[0] ?? null), this.plane(pane, frames[index] ?? null)];
    const last = this.plane(pane, frames[frames.length - 1] ?? null);
    if (!first || !here || !last) return index;
    const way = Math.sign(height(first, last.position)) || 1;
    return way * dot(here.position.map((value, i) => value - first.position[i]) as unknown as Vector3, first.normal);
  }

  private keepDistance(leader: Pane, pane: Pane): void {
    const moved = this.along(leader) - (this.offsets.get(leader) ?? 0);
    const wanted = (this.offsets.get(pane) ?? 0) + moved;
    let [best, least] = [0, Infinity];
    for (let index = 0; index < pane.count; index += 1) {
      const distance = Math.abs(this.along(pane, index) - wanted);
      if (distance < least) [best, least] = [index, distance];
    }
    pane.scrollTo(best);
  }
}
