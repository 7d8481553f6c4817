// SPDX-License-Identifier: Apache-2.0

import { InstanceInfo, SeriesInfo } from "../../api/types";
import { FrameInfo } from "./functional-groups";
import { dot, normal, Orientation, orientationFrom, plane, Vector3, vectorFrom } from "../geometry/orientation";

/** One image: an instance, or one frame of it counted from 1. */
export interface Frame {
  readonly key: string;
  readonly instance: InstanceInfo;
  readonly number: number;
}

/** What a pane scrolls through: a series, or the part of one that belongs together. */
export interface FrameSet {
  readonly id: string;
  readonly study: string;
  readonly series: SeriesInfo;
  /** Tells parts of one series apart; empty for a whole series. */
  readonly part: string;
  readonly frames: readonly Frame[];
  /** Objects of the series that are no images. */
  readonly others: readonly InstanceInfo[];
}

const SAME_POSITION_MM = 0.01;
/** An object can claim any number of frames; the browser lists no more of one. */
const MOST_FRAMES = 20_000;

/** What is known of the frames of enhanced objects, by SOP Instance UID. */
export type FrameKnowledge = ReadonlyMap<string, readonly FrameInfo[]>;

const nothingKnown: FrameKnowledge = new Map();

export function framesOf(instance: InstanceInfo, known: FrameKnowledge = nothingKnown): Frame[] {
  const own = known.get(instance.sopInstanceUID);
  const count = Math.min(MOST_FRAMES, Math.max(1, instance.numberOfFrames ?? 1));
  // Where all frames of an object lie is not where one of them lies.
  const plain = count > 1 ? { ...instance, imagePosition: null } : instance;
  return Array.from({ length: count }, (_, i) => ({
    key: `${instance.sopInstanceUID}/${i + 1}`, instance: own?.[i] ?? plain, number: i + 1,
  }));
}

/** Every series gives at least one frame set, in the order of the series. */
export function frameSets(
  study: string, series: readonly SeriesInfo[], known: FrameKnowledge = nothingKnown,
): FrameSet[] {
  return series.flatMap((one) => splitSeries(study, one, known));
}

function splitSeries(study: string, series: SeriesInfo, known: FrameKnowledge): FrameSet[] {
  const images = series.instances.filter((instance) => instance.isImage);
  const others = series.instances.filter((instance) => !instance.isImage);
  const groups: Frame[][] = [];
  for (const group of grouped(images, known)) groups.push(...splitPhases(ordered(group)));
  if (groups.length === 0) return [{ id: series.seriesUID, study, series, part: "", frames: [], others }];
  return groups.map((group, at) => ({
    id: at === 0 ? series.seriesUID : `${series.seriesUID}#${at}`,
    study,
    series,
    part: groups.length > 1 ? `${at + 1} of ${groups.length}` : "",
    frames: group,
    others: at === 0 ? others : [],
  }));
}

/**
 * Loops stand alone, enhanced objects by stack; single frames stay together where size and orientation are the same.
 */
function grouped(images: readonly InstanceInfo[], known: FrameKnowledge): Frame[][] {
  const groups = new Map<string, Frame[]>();
  for (const image of images) {
    const isLoop = (image.numberOfFrames ?? 1) > 1;
    for (const frame of framesOf(image, known)) {
      const stack = (frame.instance as Partial<FrameInfo>).stack;
      const key = stack !== undefined ? `${image.sopInstanceUID} ${stack} ${shapeKey(frame.instance)}`
        : isLoop ? image.sopInstanceUID : shapeKey(image);
      const group = groups.get(key);
      if (group) group.push(frame);
      else groups.set(key, [frame]);
    }
  }
  return Array.from(groups.values());
}

function shapeKey(image: InstanceInfo): string {
  const orientation = orientationFrom(image.imageOrientation);
  if (!orientation) return "without orientation";
  const rounded = [...orientation.row, ...orientation.column].map((value) => value.toFixed(2).replace("-0.00", "0.00"));
  return [image.rows, image.columns, ...rounded].join(" ");
}

function byNumber(p: Frame, q: Frame): number {
  const order = (p.instance.number ?? Infinity) - (q.instance.number ?? Infinity);
  if (!Number.isNaN(order) && order !== 0) return order;
  return compareText(p.instance.sopInstanceUID, q.instance.sopInstanceUID) || p.number - q.number;
}

function compareText(p: string, q: string): number {
  return p < q ? -1 : p > q ? 1 : 0;
}

/** Scrolling on goes from head to feet, from front to back, from right to left. */
export function readingPosition(position: Vector3, orientation: Orientation): number {
  const axis = normal(orientation);
  const along = dot(position, axis);
  switch (plane(orientation)) {
    case "axial": return axis[2] > 0 ? -along : along;
    case "coronal": return axis[1] > 0 ? along : -along;
    case "sagittal": return axis[0] > 0 ? along : -along;
  }
}

function placeOf({ instance }: Frame): number | null {
  const orientation = orientationFrom(instance.imageOrientation);
  const position = vectorFrom(instance.imagePosition);
  return orientation && position ? readingPosition(position, orientation) : null;
}

/** By place in the patient where every image has one, else by number; the frames of a loop stay in their order. */
function ordered(frames: readonly Frame[]): Frame[] {
  const places = new Map(frames.map((frame) => [frame, placeOf(frame)]));
  if (frames.some((frame) => places.get(frame) === null)) return [...frames].sort(byNumber);
  return [...frames].sort((p, q) => {
    const order = (places.get(p) ?? 0) - (places.get(q) ?? 0);
    return Math.abs(order) < SAME_POSITION_MM ? byNumber(p, q) : order;
  });
}

/** Where every place was imaged the same number of times, each pass through all places is a set of its own. */
function splitPhases(frames: Frame[]): Frame[][] {
  const places = frames.map(placeOf);
  if (frames.length < 4 || places.some((place) => place === null)) return [frames];
  const stacks: Frame[][] = [];
  frames.forEach((frame, at) => {
    const same = at > 0 && Math.abs((places[at] ?? 0) - (places[at - 1] ?? 0)) < SAME_POSITION_MM;
    if (same) stacks[stacks.length - 1].push(frame);
    else stacks.push([frame]);
  });
  const passes = stacks[0].length;
  if (passes === 1 || stacks.length === 1 || stacks.some((stack) => stack.length !== passes)) return [frames];
  return Array.from({ length: passes }, (_, pass) => stacks.map((stack) => stack[pass]));
}
