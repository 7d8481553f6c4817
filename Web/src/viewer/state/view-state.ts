// SPDX-License-Identifier: Apache-2.0

import { Point } from "../geometry/affine";

/** How a pane shows its image, apart from the image itself. A value: every change makes a new one. */
export interface ViewState {
  /** Index into the frames of the frame set. */
  readonly frame: number;
  /** Null: as the image says, or automatic. */
  readonly window: Window | null;
  /** 1: the image fits the pane. */
  readonly zoom: number;
  /** Screen pixels from the middle of the pane. */
  readonly pan: Point;
  /** Degrees clockwise, after mirroring. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Left and right exchanged, before rotation. */
  readonly mirrored: boolean;
  readonly inverted: boolean;
  readonly smooth: boolean;
}

export interface Window {
  readonly center: number;
  readonly width: number;
  /** Index of the VOI LUT of the image that stands instead of a window. */
  readonly lut?: number;
  /** Name of the preset it came from; empty when made by hand. */
  readonly name: string;
}

export const ZOOM_LIMITS: [number, number] = [0.1, 40];

export const initialView: ViewState = {
  frame: 0, window: null, zoom: 1, pan: { x: 0, y: 0 }, rotation: 0, mirrored: false, inverted: false, smooth: true,
};

type Rotation = ViewState["rotation"];

function turned(rotation: number): Rotation {
  return ((((rotation % 360) + 360) % 360) as Rotation);
}

/** Clockwise by a quarter, or back; what is in the middle of the pane stays there. */
export function rotate(state: ViewState, clockwise: boolean): ViewState {
  const { x, y } = state.pan;
  const pan = clockwise ? { x: -y, y: x } : { x: y, y: -x };
  return { ...state, rotation: turned(state.rotation + (clockwise ? 90 : -90)), pan };
}

/** Exchanges left and right as they are seen. */
export function flipHorizontal(state: ViewState): ViewState {
  const pan = { x: -state.pan.x, y: state.pan.y };
  return { ...state, mirrored: !state.mirrored, rotation: turned(-state.rotation), pan };
}

/** Exchanges top and bottom as they are seen. */
export function flipVertical(state: ViewState): ViewState {
  const pan = { x: state.pan.x, y: -state.pan.y };
  return { ...state, mirrored: !state.mirrored, rotation: turned(180 - state.rotation), pan };
}

/** Zoom, position, window, turns: as at first. The frame stays. */
export function resetView(state: ViewState): ViewState {
  return { ...initialView, frame: state.frame };
}

export function toFrame(state: ViewState, frame: number, count: number): ViewState {
  const bounded = Math.max(0, Math.min(count - 1, frame));
  return bounded === state.frame ? state : { ...state, frame: bounded };
}
