// SPDX-License-Identifier: Apache-2.0

import { DataSet, Element } from "../../dicom/data-set";
import { apply, invert, Point } from "../geometry/affine";
import { boundingBox, outline } from "../geometry/shapes";
import { describeMeasurement } from "../overlay/describe-measurement";
import { Presentation } from "../render/presentation";
import { Size } from "../geometry/viewport-transform";
import { Softcopy } from "../softcopy/softcopy";
import { ViewState } from "../state/view-state";
import { Authorship, common, daOf, element, Reference, referencedSeries, referenceItem, tmOf } from "./composing";
import { Measured } from "./measurement-report";
import { activations, maskModule, modalityModule, presentationModule, shutterModule, voiItem } from "./seen-modules";

export const GREY_STATE_CLASS = "1.2.840.10008.5.1.4.1.1.11.1";
export const COLOUR_STATE_CLASS = "1.2.840.10008.5.1.4.1.1.11.2";
const LAYER = "DRAWINGS";
/** Yellow, as CIELab. */
const LAYER_COLOUR = [56_000, 33_000, 50_000];

/** An image as it stands in a pane. */
export interface ShownImage extends Reference {
  readonly view: ViewState;
  readonly presentation: Presentation;
  readonly size: Size;
  readonly drawings: readonly Measured[];
  readonly softcopy: Softcopy | null;
  /** Overlays and shutters are shown. */
  readonly isCovered: boolean;
}

function pixel(point: Point): [number, number] {
  return [point.x + 0.5, point.y + 0.5];
}

function lines(one: Measured): DataSet[] {
  const { kind, points } = one.measurement;
  if (kind === "ellipse") return [ellipse(points)];
  return outline(kind, points).filter((line) => line.length > 1).map((line) => graphic("POLYLINE", line));
}

function ellipse(points: readonly Point[]): DataSet {
  const { left, top, right, bottom } = boundingBox(points);
  const [cx, cy] = [(left + right) / 2, (top + bottom) / 2];
  const across = [{ x: left, y: cy }, { x: right, y: cy }];
  const down = [{ x: cx, y: top }, { x: cx, y: bottom }];
  return graphic("ELLIPSE", right - left >= bottom - top ? [...across, ...down] : [...down, ...across]);
}

function graphic(type: string, points: readonly Point[]): DataSet {
  return {
    "00700005": element("CS", "PIXEL"), "00700020": element("US", 2), "00700021": element("US", points.length),
    "00700022": element("FL", ...points.flatMap(pixel)), "00700023": element("CS", type),
    "00700024": element("CS", "N"),
  };
}

function said(one: Measured): DataSet[] {
  const words = describeMeasurement(one.measurement, one.spacing, one.contents);
  if (!words) return [];
  const { points } = one.measurement;
  return [{
    "00700004": element("CS", "PIXEL"), "00700006": element("ST", words.replace(/\n/g, "\r\n")),
    "00700014": element("FL", ...pixel(points[points.length - 1])), "00700015": element("CS", "N"),
  }];
}

function annotations(shown: ShownImage): Record<string, Element> {
  const graphics = shown.drawings.flatMap(lines);
  const words = shown.drawings.flatMap(said);
  const overlays = shown.isCovered ? activations(shown.softcopy, LAYER) : {};
  const layer = {
    "00700060": element("SQ", {
      "00700002": element("CS", LAYER), "00700062": element("IS", 1), "00700401": element("US", ...LAYER_COLOUR),
    }),
  };
  if (graphics.length + words.length === 0) return Object.keys(overlays).length > 0 ? { ...overlays, ...layer } : {};
  const annotation: Record<string, Element> = {
    "00081140": element("SQ", referenceItem(shown)), "00700002": element("CS", LAYER),
  };
  if (words.length > 0) annotation["00700008"] = element("SQ", ...words);
  if (graphics.length > 0) annotation["00700009"] = element("SQ", ...graphics);
  return { ...overlays, ...layer, "00700001": element("SQ", annotation) };
}

/** What of the image is in the pane: corners in pixels that count from 1. */
function area({ presentation, size, view, ...reference }: ShownImage): DataSet {
  const back = invert(presentation.toScreen);
  const corners = [{ x: 0, y: 0 }, { x: size.width, y: size.height }].map((point) => apply(back, point));
  const { left, top, right, bottom } = boundingBox(corners);
  const { columns, rows, aspect } = presentation.shape;
  // The whole image where all of it is seen, so that other panes show it as large as they can.
  const isWhole = left <= 0 && top <= 0 && right >= columns && bottom >= rows && view.zoom === 1;
  const box = isWhole ? { left: 0, top: 0, right: columns, bottom: rows } : { left, top, right, bottom };
  return {
    "00081140": element("SQ", referenceItem(reference)),
    "00700052": element("SL", Math.round(box.left) + 1, Math.round(box.top) + 1),
    "00700053": element("SL", Math.round(box.right), Math.round(box.bottom)),
    "00700100": element("CS", "SCALE TO FIT"),
    "00700101": element("DS", Number(aspect.toPrecision(8)), 1),
  };
}

/** A presentation state of one image as it stands in its pane (PS3.3 §A.33.1, §A.33.2). */
export function softcopyState(authorship: Authorship, shown: ShownImage, label: string): DataSet {
  const { presentation, view } = shown;
  const { now, author } = authorship;
  const isGrey = presentation.window !== null;
  const state: Record<string, Element> = {
    ...common(authorship, isGrey ? GREY_STATE_CLASS : COLOUR_STATE_CLASS, "PR", 9_902, "Presentation states"),
    "00081115": referencedSeries([shown]),
    "0070005A": element("SQ", area(shown)),
    "00700080": element("CS", label), "00700081": element("LO"), "00700082": element("DA", daOf(now)),
    "00700083": element("TM", tmOf(now)), "00700084": element("PN", { Alphabetic: author }),
    ...annotations(shown), ...(shown.isCovered ? shutterModule(shown.softcopy?.shutter ?? null) : {}),
  };
  if (view.rotation !== 0 || view.mirrored) {
    const turned = view.mirrored ? (360 - view.rotation) % 360 : view.rotation;
    state["00700041"] = element("CS", view.mirrored ? "Y" : "N");
    state["00700042"] = element("US", turned);
  }
  if (isGrey && presentation.window) {
    const { softcopy } = shown;
    Object.assign(
      state, modalityModule(softcopy, presentation, shown.frame.instance.rescaleType ?? "US"), maskModule(softcopy),
      presentationModule(softcopy, presentation.inverted),
    );
    state["00283110"] = element("SQ", {
      "00081140": element("SQ", referenceItem(shown)), ...voiItem(softcopy, presentation),
    });
  }
  return state;
}

/** Content Label is a code string (PS3.3 table 10-12). */
export function contentLabel(words: string): string {
  const plain = words.normalize("NFD").toUpperCase().replace(/[^A-Z0-9 _]/g, "").trim().slice(0, 16).trim();
  return plain || "VIEW";
}
