// SPDX-License-Identifier: Apache-2.0

export const SLOWEST_FPS = 1;
export const FASTEST_FPS = 60;
const LOOP_FPS = 25;
const STACK_FPS = 12;

/** The rate that the object asks for (Frame Time, PS3.3 §C.7.6.5), else a usual one. */
export function cineRate(frameTime: number | null, isLoop: boolean): number {
  const rate = frameTime && frameTime > 0 ? 1000 / frameTime : isLoop ? LOOP_FPS : STACK_FPS;
  return boundedRate(Math.round(rate));
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
