// SPDX-License-Identifier: Apache-2.0

import { InstanceInfo } from "../../api/types";
import { FramePixels } from "../data/pixels";
import { Affine, apply, compose, invert, scaling } from "../geometry/affine";
import { greyTable, GreyTable } from "../softcopy/lut";
import { Softcopy } from "../softcopy/softcopy";
import { Spacing } from "../geometry/spacing";
import { ImageShape, imageToScreen, Size } from "../geometry/viewport-transform";
import { ViewState, Window } from "../state/view-state";
import { voiFunction, VOIFunction, voiLine } from "../state/window";
import { DrawUniforms } from "./device";

/** Everything needed to draw one image in one pane: computed from data and view state, never changed by hand. */
export interface Presentation {
  readonly shape: ImageShape;
  /** Image pixels to CSS pixels of the pane. */
  readonly toScreen: Affine;
  /** Null for colour. */
  readonly window: Window | null;
  readonly voi: VOIFunction;
  readonly slope: number;
  readonly intercept: number;
  readonly inverted: boolean;
  readonly smooth: boolean;
  /** Instead of rescale and window, where tables are involved. */
  readonly table: GreyTable | null;
  /** Stored values that are background. */
  readonly padding: readonly [number, number] | null;
  /** How many pixels of the image, along each side, one of those that are drawn stands for. */
  readonly reduction: number;
}

const MOST_TAPS = 4;
/** Of images so much larger than the screen several pixels are taken for each: to look between them adds nothing. */
const SMOOTH_BELOW = 2;
/** So much smaller is as large. */
const LEAST_SHRUNK = 0.01;

export interface PresentationInput {
  readonly instance: InstanceInfo;
  readonly pixels: FramePixels;
  readonly view: ViewState;
  readonly window: Window;
  readonly spacing: Spacing;
  readonly viewport: Size;
  readonly softcopy?: Softcopy | null;
}

export function presentation(input: PresentationInput): Presentation {
  const { instance, pixels, view, spacing } = input;
  const reduction = pixels.reduction ?? 1;
  const [columns, rows] = reduction > 1
    ? [instance.columns ?? pixels.columns * reduction, instance.rows ?? pixels.rows * reduction]
    : [pixels.columns, pixels.rows];
  const shape = { columns, rows, aspect: aspect(instance, spacing) };
  const softcopy = input.softcopy ?? null;
  const inverse = softcopy?.inverse
    ?? (pixels.photometric === "MONOCHROME1" || instance.presentationLUTShape === "INVERSE");
  const voi = voiFunction(softcopy?.voiFunction ?? instance.voiLUTFunction);
  return {
    shape,
    toScreen: imageToScreen(shape, input.viewport, view),
    window: pixels.samples === 1 ? input.window : null,
    voi,
    slope: instance.rescaleSlope ?? 1,
    intercept: instance.rescaleIntercept ?? 0,
    inverted: (pixels.samples === 1 && inverse) !== view.inverted,
    smooth: view.smooth,
    table: table(input, voi),
    padding: padding(instance, pixels),
    reduction,
  };
}

/** Null where a multiplication and an addition do the same. */
function table({ instance, pixels, window, softcopy }: PresentationInput, voi: VOIFunction): GreyTable | null {
  if (!softcopy || pixels.samples !== 1) return null;
  const { modality, vois, presentation } = softcopy;
  const voiLut = window.lut === undefined ? null : vois[window.lut] ?? null;
  if (!modality && !voiLut && !presentation) return null;
  const state = softcopy.state?.sop ?? "";
  const key = [instance.sopInstanceUID, state, JSON.stringify(window), voi, Boolean(modality), vois.length].join(" ");
  return greyTable(pixels.data, {
    slope: instance.rescaleSlope ?? 1, intercept: instance.rescaleIntercept ?? 0, modality, window, voi, voiLut,
    presentation,
  }, key);
}

function padding(instance: InstanceInfo, pixels: FramePixels): [number, number] | null {
  const { pixelPaddingValue: value, pixelPaddingRangeLimit: limit } = instance;
  if (value === null || value === undefined || pixels.samples !== 1) return null;
  return [Math.min(value, limit ?? value), Math.max(value, limit ?? value)];
}

/** Height of a pixel by its width: from its lengths, else from Pixel Aspect Ratio (PS3.3 §C.7.6.3.1.7). */
function aspect(instance: InstanceInfo, spacing: Spacing): number {
  const [vertical, horizontal] = instance.pixelAspectRatio ?? [];
  if (spacing.unit === "px" && vertical > 0 && horizontal > 0) return vertical / horizontal;
  return spacing.row / spacing.column;
}

/** Device pixels per image pixel across the image: 1 is one to one. */
export function magnification(shown: Presentation, pixelRatio: number): number {
  return Math.hypot(shown.toScreen.a, shown.toScreen.b) * pixelRatio;
}

/** Places of the pane, in CSS pixels, to the pixels that are drawn. */
export function toPixels({ toScreen, reduction }: Presentation): Affine {
  return compose(scaling(1 / reduction, 1 / reduction), invert(toScreen));
}

export interface PaneRect extends Size {
  readonly left: number;
  readonly top: number;
}

/** The part of the pane that the image lies in, a pixel more at each side. */
export function imageRect({ shape, toScreen }: Presentation, pane: PaneRect): PaneRect {
  const ends = [[0, 0], [shape.columns, 0], [0, shape.rows], [shape.columns, shape.rows]];
  const places = ends.map(([x, y]) => apply(toScreen, { x, y }));
  const [xs, ys] = [places.map((one) => one.x), places.map((one) => one.y)];
  const left = Math.max(0, Math.min(...xs) - 1);
  const top = Math.max(0, Math.min(...ys) - 1);
  const right = Math.min(pane.width, Math.max(...xs) + 1);
  const bottom = Math.min(pane.height, Math.max(...ys) + 1);
  return { left: pane.left + left, top: pane.top + top, width: right - left, height: bottom - top };
}

/** The shader's view of it. WebGL counts window pixels from the bottom of the canvas. */
export function drawUniforms(
  shown: Presentation, pane: PaneRect, canvasHeight: number, pixelRatio: number,
): DrawUniforms {
  const toPane: Affine = {
    a: 1 / pixelRatio, b: 0, c: 0, d: -1 / pixelRatio, e: -pane.left, f: canvasHeight - pane.top,
  };
  const m = compose(toPixels(shown), toPane);
  const voi = shown.window ? voiLine(shown.window, shown.voi) : { scale: 1, offset: 0 };
  const shrink = 1 / magnification(shown, pixelRatio) / shown.reduction;
  return {
    toImage: [m.a, m.b, m.c, m.d],
    origin: [m.e, m.f],
    grey: [shown.slope * voi.scale, shown.intercept * voi.scale + voi.offset],
    sigmoid: shown.window !== null && shown.voi === "SIGMOID",
    inverted: shown.inverted,
    smoothed: shown.smooth && shrink < SMOOTH_BELOW,
    table: shown.table,
    padding: shown.padding,
    taps: shown.smooth ? Math.max(1, Math.min(MOST_TAPS, Math.ceil(shrink - LEAST_SHRUNK))) : 1,
  };
}
