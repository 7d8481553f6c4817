// SPDX-License-Identifier: Apache-2.0

/** Which rows of a very long list stand in its window. */

export const ROW_HEIGHT = 44;
/** The head stays at the top of the same scrolling box, above the rows. */
export const HEAD_HEIGHT = 33;
/** Browsers stop laying out boxes somewhere above 16 million pixels; what would be below is said, not drawn. */
export const MOST_ROWS = 350_000;
const MARGIN_ROWS = 6;

export interface RowRange {
  /** First row to draw, and the one after the last. */
  first: number;
  end: number;
}

export function visibleRows(scrollTop: number, height: number, total: number, margin = MARGIN_ROWS): RowRange {
  const rows = Math.min(total, MOST_ROWS);
  const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - margin);
  const end = Math.min(rows, Math.ceil((scrollTop + height) / ROW_HEIGHT) + margin);
  return { first: Math.min(first, end), end };
}

export function pagesOf(range: RowRange, pageSize: number): number[] {
  const pages: number[] = [];
  if (range.end <= range.first) return pages;
  for (let page = Math.floor(range.first / pageSize); page * pageSize < range.end; page += 1) pages.push(page);
  return pages;
}

/** The scroll position that brings a row into view, or the present one if it is in view. */
export function scrollToShow(row: number, scrollTop: number, height: number): number {
  const top = row * ROW_HEIGHT;
  if (top < scrollTop) return top;
  return top + ROW_HEIGHT > scrollTop + height ? top + ROW_HEIGHT - height : scrollTop;
}

export interface Anchor {
  studyUID: string;
  row: number;
}

/** By how many rows the list moved under the reader: where the anchor stands now, less where it stood. */
export function anchorShift(anchors: readonly Anchor[], rowOf: (studyUID: string) => number | undefined): number {
  for (const anchor of anchors) {
    const row = rowOf(anchor.studyUID);
    if (row !== undefined) return row - anchor.row;
  }
  return 0;
}
