// SPDX-License-Identifier: Apache-2.0

import { InstanceInfo } from "../../api/types";
import { normal, orientationFrom } from "../geometry/orientation";
import { DataSet, item, items, number, numbers, text, texts, vector } from "../../dicom/data-set";

const SHARED = "52009229";
const PER_FRAME = "52009230";

/** What each frame of an enhanced object says of itself (PS3.3 §C.7.6.16), as if it were an image of its own. */
export interface FrameInfo extends InstanceInfo {
  /** Frames of different stacks, segments or times belong to different sets. */
  readonly stack: string;
}

/** One for each frame of the object; null where it has no functional groups. */
export function frameInfos(instance: InstanceInfo, set: DataSet): FrameInfo[] | null {
  const perFrame = items(set, PER_FRAME);
  if (perFrame.length === 0) return gridFrames(instance, set);
  const shared = item(set, SHARED);
  return perFrame.map((own) => frameInfo(instance, (macro) => item(own, macro) ?? item(shared, macro)));
}

/** Planes of a dose grid, by their offsets along its normal (PS3.3 §C.8.8.3.2). */
function gridFrames(instance: InstanceInfo, set: DataSet): FrameInfo[] | null {
  const offsets = numbers(set, "3004000C");
  const orientation = orientationFrom(instance.imageOrientation);
  const position = instance.imagePosition;
  if (offsets.length < 2 || !orientation || !position) return null;
  const axis = normal(orientation);
  const isRelative = offsets[0] === 0;
  return offsets.map((offset) => ({
    ...instance, stack: "",
    imagePosition: position.map(
      (value, i) => (isRelative || i !== 2 ? value + (isRelative ? offset * axis[i] : 0) : offset)
    ),
  }));
}

type Macro = (tag: string) => DataSet | undefined;

function frameInfo(instance: InstanceInfo, macro: Macro): FrameInfo {
  const measures = macro("00289110");
  const voi = macro("00289132");
  const transformation = macro("00289145");
  const content = macro("00209111");
  const acquired = text(content, "00189074") ?? "";
  const windowCenter = numbers(voi, "00281050");
  return {
    ...instance,
    stack: stackOf(content, macro),
    imagePosition: vector(macro("00209113"), "00200032", 3) ?? instance.imagePosition,
    imageOrientation: vector(macro("00209116"), "00200037", 6) ?? instance.imageOrientation,
    pixelSpacing: vector(measures, "00280030", 2) ?? instance.pixelSpacing,
    sliceThickness: number(measures, "00180050") ?? instance.sliceThickness,
    spacingBetweenSlices: number(measures, "00180088") ?? instance.spacingBetweenSlices,
    windowCenter: windowCenter.length > 0 ? windowCenter : instance.windowCenter,
    windowWidth: windowCenter.length > 0 ? numbers(voi, "00281051") : instance.windowWidth,
    windowExplanation: windowCenter.length > 0 ? texts(voi, "00281055") : instance.windowExplanation,
    voiLUTFunction: text(voi, "00281056") ?? instance.voiLUTFunction,
    rescaleSlope: number(transformation, "00281053") ?? instance.rescaleSlope,
    rescaleIntercept: number(transformation, "00281052") ?? instance.rescaleIntercept,
    rescaleType: text(transformation, "00281054") ?? instance.rescaleType,
    laterality: text(macro("00209071"), "00209072") ?? instance.laterality,
    acquisitionDate: acquired.slice(0, 8) || instance.acquisitionDate,
    acquisitionTime: acquired.slice(8) || instance.acquisitionTime,
  };
}

function stackOf(content: DataSet | undefined, macro: Macro): string {
  const segment = number(macro("0062000A"), "0062000B");
  return [text(content, "00209056") ?? "", segment ?? "", number(content, "00209128") ?? ""].join("/");
}
