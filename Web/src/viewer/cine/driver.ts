// SPDX-License-Identifier: Apache-2.0

import { Pane } from "../state/pane";
import { Viewer } from "../viewer";
import { CineClock } from "./clock";

interface Running {
  clock: CineClock;
  fps: number;
  count: number;
}

/** Moves the panes that play. A frame that has not come yet holds the loop: nothing is passed over unseen. */
export class CineDriver {
  private readonly running = new Map<Pane, Running>();

  constructor(private readonly viewer: Viewer) {}

  /** True while anything plays. */
  tick(now: number): boolean {
    const playing = this.viewer.visiblePanes.filter((pane) => pane.cine.peek().playing && pane.count > 1);
    for (const pane of this.running.keys()) if (!playing.includes(pane)) this.running.delete(pane);
    for (const pane of playing) this.advance(pane, now);
    return playing.length > 0;
  }

  private advance(pane: Pane, now: number): void {
    const { fps } = pane.cine.peek();
    const frame = pane.view.peek().frame;
    const known = this.running.get(pane);
    if (!known || known.fps !== fps || known.count !== pane.count) {
      const clock = new CineClock(fps, pane.count);
      clock.start(frame, now);
      this.running.set(pane, { clock, fps, count: pane.count });
      return;
    }
    const target = known.clock.frameAt(now);
    if (target === frame) return;
    const next = (frame + 1) % pane.count;
    const reachable = this.isHere(pane, target) ? target : this.isHere(pane, next) ? next : frame;
    if (reachable !== target) known.clock.start(reachable, now);
    pane.scrollTo(reachable);
    pane.direction = 1;
  }

  private isHere(pane: Pane, index: number): boolean {
    const frame = pane.set.peek()?.frames[index];
    return frame !== undefined && this.viewer.loader.has(frame.key);
  }
}
