// SPDX-License-Identifier: Apache-2.0

/** Frames ahead for each one behind. */
const AHEAD_PER_BEHIND = 3;

/** In which order to fetch the frames of a set: the present one, then mostly those ahead in the reading direction. */
export function prefetchOrder(count: number, current: number, direction: 1 | -1, most = count): number[] {
  const order: number[] = [];
  if (count <= 0) return order;
  let ahead = current;
  let behind = current;
  const inside = (index: number): boolean => index >= 0 && index < count;
  order.push(current);
  while (order.length < Math.min(count, most)) {
    for (let i = 0; i < AHEAD_PER_BEHIND; i += 1) {
      ahead += direction;
      if (inside(ahead)) order.push(ahead);
    }
    behind -= direction;
    if (inside(behind)) order.push(behind);
  }
  return order.slice(0, most);
}

/** Takes one of each list in turn, each value once. */
export function interleaved<T>(lists: readonly (readonly T[])[]): T[] {
  const result = new Set<T>();
  const longest = Math.max(0, ...lists.map((list) => list.length));
  for (let i = 0; i < longest; i += 1) {
    for (const list of lists) if (i < list.length) result.add(list[i]);
  }
  return Array.from(result);
}
