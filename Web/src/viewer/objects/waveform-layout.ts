// SPDX-License-Identifier: Apache-2.0

/** Where a piece of a channel stands on the paper: rows from above, samples from `from` to the one before `to`. */
export interface Strip {
  readonly channel: number;
  readonly row: number;
  readonly from: number;
  readonly to: number;
  /** Seconds from the left edge of the curves. */
  readonly at: number;
}

export interface Arrangement {
  readonly rows: number;
  /** Of the longest row. */
  readonly seconds: number;
  readonly strips: readonly Strip[];
}

/** One after another, as on the paper of an electrocardiograph. */
const columns = [["I", "II", "III"], ["aVR", "aVL", "aVF"], ["V1", "V2", "V3"], ["V4", "V5", "V6"]] as const;
const RHYTHM = "II";
/** On a sheet of paper. */
const SHEET_SECONDS = 10;

/** The codes of ISO/IEEE 11073-10102 for the leads, CID 3001 of PS3.16. */
const codes: Readonly<Record<string, string>> = {
  "2:1": "I", "2:2": "II", "2:61": "III", "2:62": "aVR", "2:63": "aVL", "2:64": "aVF",
  "2:3": "V1", "2:4": "V2", "2:5": "V3", "2:6": "V4", "2:7": "V5", "2:8": "V6",
};

/** The usual name of a lead, by its code or, where that says nothing, by its words. */
export function leadName(code: string, words: string): string {
  const plain = words.replace(/^Lead\s+/i, "").split(",")[0].trim();
  const known = Object.values(codes).find((name) => name.toLowerCase() === plain.toLowerCase());
  return codes[code] ?? known ?? plain;
}

/** Every channel in a row of its own. */
export function inRows(samples: readonly number[], frequency: number): Arrangement {
  const strips = samples.map((to, channel) => ({ channel, row: channel, from: 0, to, at: 0 }));
  return { rows: samples.length, seconds: Math.max(0, ...samples) / frequency, strips };
}

/**
 * Twelve leads in three rows of four, a quarter of the time each, and the rhythm below; ten seconds on a sheet. Null
 * where a lead is missing.
 */
export function inColumns(names: readonly string[], samples: number, frequency: number): Arrangement | null {
  const places = columns.map((column) => column.map((name) => names.indexOf(name)));
  const rhythm = names.indexOf(RHYTHM);
  if (places.flat().includes(-1) || samples < 1) return null;
  const sheet = Math.round(SHEET_SECONDS * frequency);
  const strips: Strip[] = [];
  const sheets = Math.ceil(samples / sheet);
  for (let page = 0; page < sheets; page += 1) {
    const [first, end, row] = [page * sheet, Math.min(samples, (page + 1) * sheet), page * 4];
    const bound = (column: number): number => first + Math.round(((end - first) * column) / columns.length);
    places.forEach((column, at) => column.forEach((channel, line) => strips.push({
      channel, row: row + line, from: bound(at), to: bound(at + 1), at: (bound(at) - first) / frequency,
    })));
    strips.push({ channel: rhythm, row: row + 3, from: first, to: end, at: 0 });
  }
  return { rows: sheets * 4, seconds: Math.min(samples, sheet) / frequency, strips };
}
