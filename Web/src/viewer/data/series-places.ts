// SPDX-License-Identifier: Apache-2.0

import { InstanceInfo, SeriesInfo } from "../../api/types";

/** Where the frames of a series stand in its stream, and the mark that tells whether the server counts as we do. */
export interface SeriesPlaces {
  /** Of the identifiers in their order: a server whose series has other members refuses the stream. */
  readonly mark: string;
  readonly starts: ReadonlyMap<string, number>;
  readonly instances: readonly InstanceInfo[];
}

const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a of 32 bits over the identifiers, a line feed behind each. */
export function seriesMark(identifiers: readonly string[]): string {
  let hash = FNV_BASIS;
  for (const identifier of identifiers) {
    for (let i = 0; i <= identifier.length; i += 1) {
      hash = Math.imul(hash ^ (i < identifier.length ? identifier.charCodeAt(i) : 10), FNV_PRIME);
    }
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

const known = new WeakMap<SeriesInfo, SeriesPlaces>();

export function placesOf(series: SeriesInfo): SeriesPlaces {
  const before = known.get(series);
  if (before) return before;
  const starts = new Map<string, number>();
  let next = 0;
  for (const instance of series.instances) {
    starts.set(instance.sopInstanceUID, next);
    if (instance.isImage) next += Math.max(1, instance.numberOfFrames ?? 1);
  }
  const mark = seriesMark(series.instances.map((instance) => instance.sopInstanceUID));
  const places = { mark, starts, instances: series.instances };
  known.set(series, places);
  return places;
}

/** Streams say how many bits are stored, not where: samples must lie in the lowest bits, as they nearly always do. */
export function canBeStreamed({ bitsStored, highBit, isImage }: InstanceInfo): boolean {
  return isImage && (highBit === null || bitsStored === null || highBit === bitsStored - 1);
}

/** `0-9,12,30-28`: numbers one after another in few characters. */
export function shortOrder(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let at = 0; at < numbers.length;) {
    const first = numbers[at];
    const step = numbers[at + 1] === first + 1 ? 1 : numbers[at + 1] === first - 1 ? -1 : 0;
    let end = at;
    while (step !== 0 && end + 1 < numbers.length && numbers[end + 1] === numbers[end] + step) end += 1;
    parts.push(end > at ? `${first}-${numbers[end]}` : String(first));
    at = end + 1;
  }
  return parts.join(",");
}
