// SPDX-License-Identifier: Apache-2.0

import { ViewState } from "../state/view-state";
import { Affine, applyVector, compose, invert, Point, quarterTurns, scaling, translation } from "./affine";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface ImageShape {
  readonly columns: number;
  readonly rows: number;
  /** Height of a pixel divided by its width. */
  readonly aspect: number;
}

function isSideways(state: ViewState): boolean {
  return state.rotation === 90 || state.rotation === 270;
}

/** Screen pixels per image column at which the whole image just fits. */
export function fitScale(shape: ImageShape, viewport: Size, state: ViewState): number {
  const height = shape.rows * shape.aspect;
  const turned = isSideways(state) ? { width: height, height: shape.columns } : { width: shape.columns, height };
  return Math.min(viewport.width / turned.width, viewport.height / turned.height);
}

/** Image pixels to screen pixels: centred, in true proportion, mirrored, turned, zoomed, moved. */
export function imageToScreen(shape: ImageShape, viewport: Size, state: ViewState): Affine {
  const scale = fitScale(shape, viewport, state) * state.zoom;
  const centred = translation(-shape.columns / 2, -shape.rows / 2);
  const mirrored = scaling(state.mirrored ? -scale : scale, scale * shape.aspect);
  const turned = compose(quarterTurns(state.rotation), compose(mirrored, centred));
  return compose(translation(viewport.width / 2 + state.pan.x, viewport.height / 2 + state.pan.y), turned);
}

/** A unit direction on the screen as a unit direction in the image: turned and mirrored, not scaled. */
export function screenToImageDirection(state: ViewState): (screen: Point) => Point {
  const turn = compose(quarterTurns(state.rotation), scaling(state.mirrored ? -1 : 1, 1));
  const back = invert(turn);
  return (screen) => applyVector(back, screen);
}

/** The state after zooming so that the image point under `at` (in screen pixels) stays there. */
export function zoomedAt(
  state: ViewState, factor: number, at: Point, viewport: Size, limits: [number, number],
): ViewState {
  const zoom = Math.max(limits[0], Math.min(limits[1], state.zoom * factor));
  const ratio = zoom / state.zoom;
  const from = { x: at.x - viewport.width / 2, y: at.y - viewport.height / 2 };
  const pan = { x: from.x - (from.x - state.pan.x) * ratio, y: from.y - (from.y - state.pan.y) * ratio };
  return { ...state, zoom, pan };
}
