// SPDX-License-Identifier: Apache-2.0

import { DataSet, Element } from "../../dicom/data-set";
import { Presentation } from "../render/presentation";
import { Lut } from "../softcopy/lut";
import { Shutter } from "../softcopy/shutter";
import { Softcopy } from "../softcopy/softcopy";
import { refusedSubtraction } from "../softcopy/subtraction";
import { element } from "./composing";

/** The overlays that are seen, each on the layer (PS3.3 §C.11.7). Those of an applied state are not written anew. */
export function activations(softcopy: Softcopy | null, layer: string): Record<string, Element> {
  const groups = softcopy?.overlays.filter(({ isOfImage }) => isOfImage).map(({ group }) => group) ?? [];
  return Object.fromEntries(groups.map((group) => [`${group}1001`, element("CS", layer)]));
}

/** PS3.3 §C.7.6.11 with the brightness that a state must give (§C.11.12). Bitmaps are not written. */
export function shutterModule(shutter: Shutter | null): Record<string, Element> {
  const { rectangle, circle, polygon, grey } = shutter ?? {};
  const shapes: string[] = [];
  const module: Record<string, Element> = {};
  if (rectangle) {
    shapes.push("RECTANGULAR");
    module["00181602"] = element("IS", rectangle.left + 1);
    module["00181604"] = element("IS", rectangle.right);
    module["00181606"] = element("IS", rectangle.top + 1);
    module["00181608"] = element("IS", rectangle.bottom);
  }
  if (circle) {
    shapes.push("CIRCULAR");
    module["00181610"] = element("IS", Math.round(circle.y + 0.5), Math.round(circle.x + 0.5));
    module["00181612"] = element("IS", circle.radius);
  }
  if (polygon) {
    shapes.push("POLYGONAL");
    module["00181620"] = element(
      "IS", ...polygon.flatMap(({ x, y }) => [Math.round(y + 0.5), Math.round(x + 0.5)])
    );
  }
  if (shapes.length === 0) return {};
  return {
    ...module, "00181600": element("CS", ...shapes),
    "00181622": element("US", Math.round(((grey ?? 0) / 255) * 65_535)),
  };
}

function lutItem({ first, bits, values, name }: Lut): DataSet {
  return {
    "00283002": element(first < 0 ? "SS" : "US", values.length % 65_536, first, bits),
    "00283003": element("LO", name.slice(0, 64)), "00283006": element("OW", ...Array.from(values)),
  };
}

/** What is subtracted before all else (PS3.3 §C.11.13). */
export function maskModule(softcopy: Softcopy | null): Record<string, Element> {
  const subtraction = softcopy?.subtraction;
  if (!subtraction || subtraction === refusedSubtraction) return {};
  return { "00286100": element("SQ", subtraction.item), "00281090": element("CS", "SUB") };
}

/** The modality LUT, else the rescale (PS3.3 §C.11.1). */
export function modalityModule(
  softcopy: Softcopy | null, presentation: Presentation, type: string,
): Record<string, Element> {
  const subtraction = softcopy?.subtraction;
  const isDifference = subtraction && subtraction !== refusedSubtraction;
  const { intercept, slope } = isDifference ? subtraction : presentation;
  const modality = isDifference ? subtraction.modality : softcopy?.modality;
  if (modality) {
    return { "00283000": element("SQ", { ...lutItem(modality), "00283004": element("LO", type) }) };
  }
  return {
    "00281052": element("DS", intercept), "00281053": element("DS", slope), "00281054": element("LO", type),
  };
}

/** The VOI LUT that is applied, else the window (PS3.3 §C.11.8). */
export function voiItem(softcopy: Softcopy | null, { window, voi }: Presentation): Record<string, Element> {
  const lut = window?.lut === undefined ? null : softcopy?.vois[window.lut];
  if (lut) return { "00283010": element("SQ", lutItem(lut)) };
  if (!window) return {};
  const item = { "00281050": element("DS", window.center), "00281051": element("DS", window.width) };
  return voi === "LINEAR" ? item : { ...item, "00281056": element("CS", voi) };
}

/** The presentation LUT, turned round where the view is inverted, else its shape (PS3.3 §C.11.6). */
export function presentationModule(softcopy: Softcopy | null, inverted: boolean): Record<string, Element> {
  const lut = softcopy?.presentation;
  if (!lut) return { "20500020": element("CS", inverted ? "INVERSE" : "IDENTITY") };
  const most = 2 ** lut.bits - 1;
  const values = inverted ? Uint16Array.from(lut.values, (value) => most - value) : lut.values;
  return { "20500010": element("SQ", lutItem({ ...lut, values })) };
}
