// SPDX-License-Identifier: Apache-2.0

import { DataSet, item, items, number, numbers, text, texts } from "../../dicom/data-set";
import { Point } from "../geometry/affine";
import { Window } from "../state/view-state";

/** A Grayscale or Color Softcopy Presentation State (PS3.3 §A.33): how somebody wanted images to be seen. */
export interface PresentationState {
  readonly sop: string;
  readonly series: string;
  readonly label: string;
  readonly description: string;
  readonly creator: string;
  readonly created: string;
  readonly dataSet: DataSet;
}

export const presentationStateClasses: ReadonlySet<string> = new Set([
  "1.2.840.10008.5.1.4.1.1.11.1", "1.2.840.10008.5.1.4.1.1.11.2", "1.2.840.10008.5.1.4.1.1.11.3",
  "1.2.840.10008.5.1.4.1.1.11.5",
]);

export function presentationState(dataSet: DataSet): PresentationState {
  return {
    sop: text(dataSet, "00080018") ?? "",
    series: text(dataSet, "0020000E") ?? "",
    label: text(dataSet, "00700080") ?? "",
    description: text(dataSet, "00700081") ?? "",
    creator: text(dataSet, "00700084") ?? "",
    created: `${text(dataSet, "00700082") ?? ""}${text(dataSet, "00700083") ?? ""}`,
    dataSet,
  };
}

/** An image, and the frame of it where only some are meant. */
interface Target {
  readonly sop: string;
  readonly frame: number;
}

function names(reference: DataSet, { sop, frame }: Target): boolean {
  if (text(reference, "00081155") !== sop) return false;
  const frames = numbers(reference, "00081160");
  return frames.length === 0 || frames.includes(frame);
}

export function appliesTo(state: PresentationState, target: Target): boolean {
  return items(state.dataSet, "00081115").some((series) =>
    items(series, "00081140").some((reference) => names(reference, target)));
}

/** Items that name the image, or name none and so hold for all. */
function itemsFor(state: PresentationState, tag: string, target: Target): DataSet[] {
  return items(state.dataSet, tag).filter((one) => {
    const references = items(one, "00081140");
    return references.length === 0 || references.some((reference) => names(reference, target));
  });
}

/** What may be subtracted from the frame. */
export function maskItems(state: PresentationState, target: Target): DataSet[] {
  return itemsFor(state, "00286100", target);
}

export function softcopyWindow(state: PresentationState, target: Target): Window | null {
  const [chosen] = itemsFor(state, "00283110", target);
  const [center, width] = [number(chosen, "00281050"), number(chosen, "00281051")];
  return center !== null && width !== null && width > 0 ? { center, width, name: state.label } : null;
}

export function softcopyFunction(state: PresentationState, target: Target): string | null {
  return text(itemsFor(state, "00283110", target)[0], "00281056");
}

/** The VOI LUT item that stands instead of a window. */
export function softcopyVOILut(state: PresentationState, target: Target): DataSet | null {
  return item(itemsFor(state, "00283110", target)[0], "00283010") ?? null;
}

export interface DisplayedArea {
  /** Corners in continuous image pixels. */
  readonly topLeft: Point;
  readonly bottomRight: Point;
  readonly mode: "fit" | "true size" | "magnify";
  readonly magnification: number;
}

/** PS3.3 §C.10.4: columns and rows of the corners count from 1. */
export function displayedArea(state: PresentationState, target: Target): DisplayedArea | null {
  const [chosen] = itemsFor(state, "0070005A", target);
  const [left, top] = numbers(chosen, "00700052");
  const [right, bottom] = numbers(chosen, "00700053");
  if (bottom === undefined || top === undefined) return null;
  const mode = text(chosen, "00700100");
  return {
    topLeft: { x: Math.min(left, right) - 1, y: Math.min(top, bottom) - 1 },
    bottomRight: { x: Math.max(left, right), y: Math.max(top, bottom) },
    mode: mode === "TRUE SIZE" ? "true size" : mode === "MAGNIFY" ? "magnify" : "fit",
    magnification: number(chosen, "00700103") ?? 1,
  };
}

/** PS3.3 §C.10.6: turned clockwise, then flipped; here mirrored first, then turned. */
export function spatialTransform(state: PresentationState): { rotation: 0 | 90 | 180 | 270; mirrored: boolean } {
  const degrees = ((((number(state.dataSet, "00700042") ?? 0) % 360) + 360) % 360) as 0 | 90 | 180 | 270;
  const mirrored = text(state.dataSet, "00700041") === "Y";
  return { mirrored, rotation: (mirrored ? (360 - degrees) % 360 : degrees) as 0 | 90 | 180 | 270 };
}

export function isInverse(state: PresentationState): boolean {
  return text(state.dataSet, "20500020") === "INVERSE";
}

export interface GraphicObject {
  readonly kind: "text" | "line" | "circle" | "ellipse" | "point";
  readonly points: readonly Point[];
  /** True: in shares of the displayed area; else in image pixels. */
  readonly isDisplay: boolean;
  readonly filled: boolean;
  readonly text: string;
  readonly colour: string;
  /** Where the text belongs to, drawn as a line to it. */
  readonly anchor: Point | null;
}

const USUAL_COLOUR = "#ffe08a";

function pairs(values: readonly number[], isDisplay: boolean): Point[] {
  const shift = isDisplay ? 0 : -0.5;
  const points: Point[] = [];
  for (let i = 0; i + 1 < values.length; i += 2) points.push({ x: values[i] + shift, y: values[i + 1] + shift });
  return points;
}

/** PS3.3 §C.10.7, §C.10.5: layers in their order. In pixel units 1\1 is the middle of the first pixel. */
export function graphics(state: PresentationState, target: Target): GraphicObject[] {
  const layers = new Map(items(state.dataSet, "00700060").map((layer) => [
    text(layer, "00700002") ?? "",
    { order: number(layer, "00700062") ?? 0, colour: layerColour(numbers(layer, "00700401")) },
  ]));
  const chosen = itemsFor(state, "00700001", target).map((annotation) => ({
    annotation, layer: layers.get(text(annotation, "00700002") ?? "") ?? { order: 0, colour: USUAL_COLOUR },
  }));
  chosen.sort((p, q) => p.layer.order - q.layer.order);
  return chosen.flatMap(({ annotation, layer }) => [
    ...items(annotation, "00700009").flatMap((object) => graphicObject(object, layer.colour)),
    ...items(annotation, "00700008").flatMap((object) => textObject(object, layer.colour)),
  ]);
}

const graphicKinds: Record<string, GraphicObject["kind"]> = {
  POINT: "point", POLYLINE: "line", INTERPOLATED: "line", CIRCLE: "circle", ELLIPSE: "ellipse",
};

function graphicObject(object: DataSet, colour: string): GraphicObject[] {
  const kind = graphicKinds[text(object, "00700023") ?? ""];
  if (!kind) return [];
  const isDisplay = text(object, "00700005") === "DISPLAY";
  return [{
    kind, isDisplay, points: pairs(numbers(object, "00700022"), isDisplay), text: "", colour, anchor: null,
    filled: text(object, "00700024") === "Y",
  }];
}

function textObject(object: DataSet, colour: string): GraphicObject[] {
  const box = text(object, "00700003") === "DISPLAY";
  const anchorIsDisplay = text(object, "00700004") === "DISPLAY";
  const corner = pairs(numbers(object, "00700010"), box)[0];
  const anchor = pairs(numbers(object, "00700014"), anchorIsDisplay)[0] ?? null;
  const at = corner ?? anchor;
  if (!at) return [];
  const isVisible = text(object, "00700015") === "Y" && corner !== undefined && anchorIsDisplay === box;
  return [{
    kind: "text", points: [at], isDisplay: corner ? box : anchorIsDisplay, filled: false, colour,
    text: texts(object, "00700006").join("\n"), anchor: isVisible ? anchor : null,
  }];
}

/** Recommended Display CIELab Value (PS3.3 §C.10.7.1.1): 16-bit L*, a*, b* as a colour of the screen. */
function layerColour(lab: readonly number[]): string {
  if (lab.length !== 3) return USUAL_COLOUR;
  const [l, a, b] = [(lab[0] / 65535) * 100, (lab[1] / 65535) * 255 - 128, (lab[2] / 65535) * 255 - 128];
  const fy = (l + 16) / 116;
  const curve = (t: number): number => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29));
  const [x, y, z] = [0.9642 * curve(fy + a / 500), curve(fy), 0.8251 * curve(fy - b / 200)];
  const linear = [
    3.1339 * x - 1.6169 * y - 0.4906 * z, -0.9788 * x + 1.9161 * y + 0.0335 * z, 0.0719 * x - 0.229 * y + 1.4052 * z,
  ];
  const byte = (value: number): number => {
    const bounded = Math.max(0, Math.min(1, value));
    return Math.round(255 * (bounded <= 0.0031308 ? 12.92 * bounded : 1.055 * bounded ** (1 / 2.4) - 0.055));
  };
  return `rgb(${linear.map(byte).join(", ")})`;
}
