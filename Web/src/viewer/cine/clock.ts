// SPDX-License-Identifier: Apache-2.0

import { InstanceInfo } from "../../api/types";

export const SLOWEST_FPS = 1;
export const FASTEST_FPS = 60;
const LOOP_FPS = 25;
const STACK_FPS = 12;

type Rates = Pick<InstanceInfo, "recommendedDisplayFrameRate" | "cineRate" | "frameTime" | "numberOfFrames">;

/** The rate that the object asks for (PS3.3 §C.7.6.5), else a usual one. */
export function cineRate(instance: Rates): number {
  const { recommendedDisplayFrameRate, cineRate: rate, frameTime } = instance;
  const usual = (instance.numberOfFrames ?? 1) > 1 ? LOOP_FPS : STACK_FPS;
  return boundedRate(Math.round(recommendedDisplayFrameRate || rate || (frameTime && 1000 / frameTime) || usual));
}

export function boundedRate(fps: number): number {
  if (!Number.isFinite(fps)) return STACK_FPS;
  return Math.max(SLOWEST_FPS, Math.min(FASTEST_FPS, fps));
}

/** Counts frames by elapsed time, so that a late tick does not slow the loop. */
export class CineClock {
  private startedAt = 0;
  private startFrame = 0;

  constructor(private fps: number, private readonly count: number) {}

  start(frame: number, now: number): void {
    this.startFrame = frame;
    this.startedAt = now;
  }

  setRate(fps: number, frame: number, now: number): void {
    this.fps = fps;
    this.start(frame, now);
  }

  frameAt(now: number): number {
    const steps = Math.max(0, Math.floor(((now - this.startedAt) * this.fps) / 1000 + 1e-6));
    return (this.startFrame + steps) % this.count;
  }
}
