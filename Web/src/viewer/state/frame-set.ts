// SPDX-License-Identifier: Apache-2.0

import { InstanceInfo, SeriesInfo } from "../../api/types";
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

export function framesOf(instance: InstanceInfo): Frame[] {
  const count = Math.min(MOST_FRAMES, Math.max(1, instance.numberOfFrames ?? 1));
  return Array.from({ length: count }, (_, i) => ({
    key: `${instance.sopInstanceUID}/${i + 1}`, instance, number: i + 1,
  }));
}

/** Every series gives at least one frame set, in the order of the series. */
export function frameSets(series: readonly SeriesInfo[]): FrameSet[] {
  return series.flatMap((one) => splitSeries(one));
}

function splitSeries(series: SeriesInfo): FrameSet[] {
  const images = series.instances.filter((instance) => instance.isImage);
  const others = series.instances.filter((instance) => !instance.isImage);
  const groups: InstanceInfo[][] = [];
  for (const group of grouped(images)) groups.push(...splitPhases(ordered(group)));
  if (groups.length === 0) return [{ id: series.seriesUID, series, part: "", frames: [], others }];
  return groups.map((group, at) => ({
    id: at === 0 ? series.seriesUID : `${series.seriesUID}#${at}`,
    series,
    part: groups.length > 1 ? `${at + 1} of ${groups.length}` : "",
    frames: group.flatMap(framesOf),
    others: at === 0 ? others : [],
  }));
}

/** Loops stand alone; single frames stay together where size and orientation are the same. */
function grouped(images: readonly InstanceInfo[]): InstanceInfo[][] {
  const groups = new Map<string, InstanceInfo[]>();
  for (const image of images) {
    const key = (image.numberOfFrames ?? 1) > 1 ? image.sopInstanceUID : shapeKey(image);
    const group = groups.get(key);
    if (group) group.push(image);
    else groups.set(key, [image]);
  }
  return Array.from(groups.values());
}

function shapeKey(image: InstanceInfo): string {
  const orientation = orientationFrom(image.imageOrientation);
  if (!orientation) return "without orientation";
  const rounded = [...orientation.row, ...orientation.column].map((value) => value.toFixed(2).replace("-0.00", "0.00"));
  return [image.rows, image.columns, ...rounded].join(" ");
}

function byNumber(p: InstanceInfo, q: InstanceInfo): number {
  const order = (p.number ?? Infinity) - (q.number ?? Infinity);
  return Number.isNaN(order) || order === 0 ? compareText(p.sopInstanceUID, q.sopInstanceUID) : order;
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

function placeOf(image: InstanceInfo): number | null {
  const orientation = orientationFrom(image.imageOrientation);
  const position = vectorFrom(image.imagePosition);
  return orientation && position ? readingPosition(position, orientation) : null;
}

/** By place in the patient where every image has one, else by number. */
function ordered(images: readonly InstanceInfo[]): InstanceInfo[] {
  const places = new Map(images.map((image) => [image, placeOf(image)]));
  if (images.some((image) => places.get(image) === null)) return [...images].sort(byNumber);
  return [...images].sort((p, q) => {
    const order = (places.get(p) ?? 0) - (places.get(q) ?? 0);
    return Math.abs(order) < SAME_POSITION_MM ? byNumber(p, q) : order;
  });
}

/** Where every place was imaged the same number of times, each pass through all places is a set of its own. */
function splitPhases(images: InstanceInfo[]): InstanceInfo[][] {
  const places = images.map(placeOf);
  if (images.length < 4 || places.some((place) => place === null)) return [images];
  const stacks: InstanceInfo[][] = [];
  images.forEach((image, at) => {
    const same = at > 0 && Math.abs((places[at] ?? 0) - (places[at - 1] ?? 0)) < SAME_POSITION_MM;
    if (same) stacks[stacks.length - 1].push(image);
    else stacks.push([image]);
  });
  const passes = stacks[0].length;
  if (passes === 1 || stacks.length === 1 || stacks.some((stack) => stack.length !== passes)) return [images];
  return Array.from({ length: passes }, (_, pass) => stacks.map((stack) => stack[pass]));
}
