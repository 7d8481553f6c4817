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

export const MOST_PANES = 4;

export function paneCount(layout: Layout): number {
  return layout.rows * layout.columns;
}
