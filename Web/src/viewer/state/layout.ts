// SPDX-License-Identifier: Apache-2.0

/** How the panes stand. */
export interface Layout {
  readonly rows: number;
  readonly columns: number;
}

export const layouts: Record<"single" | "columns" | "rows" | "quad", Layout> = {
  single: { rows: 1, columns: 1 },
  columns: { rows: 1, columns: 2 },
  rows: { rows: 2, columns: 1 },
  quad: { rows: 2, columns: 2 },
};

export const MOST_ROWS = 4;
export const MOST_COLUMNS = 4;
export const MOST_PANES = MOST_ROWS * MOST_COLUMNS;

export function paneCount(layout: Layout): number {
  return layout.rows * layout.columns;
}

export function isSameLayout(p: Layout, q: Layout): boolean {
  return p.rows === q.rows && p.columns === q.columns;
}
