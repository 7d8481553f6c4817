// SPDX-License-Identifier: Apache-2.0

/** The DICOM JSON model (PS3.18 Annex F), and how values are read out of it. */

export interface PersonName {
  readonly Alphabetic?: string;
  readonly Ideographic?: string;
  readonly Phonetic?: string;
}

export type JSONValue = string | number | PersonName | DataSet | null;

export interface Element {
  readonly vr: string;
  readonly Value?: readonly JSONValue[];
  readonly BulkDataURI?: string;
  readonly InlineBinary?: string;
}

/** Elements by tag, eight hexadecimal digits in upper case. */
export type DataSet = { readonly [tag: string]: Element };

export function text(set: DataSet | null | undefined, tag: string): string | null {
  const value = set?.[tag]?.Value?.[0];
  if (typeof value === "string") return value.trim() || null;
  if (typeof value === "number") return String(value);
  return value && "Alphabetic" in value ? String((value as PersonName).Alphabetic) : null;
}

export function texts(set: DataSet | null | undefined, tag: string): string[] {
  return (set?.[tag]?.Value ?? []).flatMap((value) =>
    typeof value === "string" || typeof value === "number" ? [String(value).trim()] : []);
}

export function numbers(set: DataSet | null | undefined, tag: string): number[] {
  return (set?.[tag]?.Value ?? []).map((value) => (value === null ? NaN : Number(value))).filter(Number.isFinite);
}

export function number(set: DataSet | null | undefined, tag: string): number | null {
  return numbers(set, tag)[0] ?? null;
}

/** Null unless there are exactly so many. */
export function vector(set: DataSet | null | undefined, tag: string, count: number): number[] | null {
  const values = numbers(set, tag);
  return values.length === count ? values : null;
}

export function items(set: DataSet | null | undefined, tag: string): DataSet[] {
  return (set?.[tag]?.Value ?? []).filter(
    (value): value is DataSet => typeof value === "object" && value !== null,
  );
}

export function item(set: DataSet | null | undefined, tag: string): DataSet | undefined {
  return items(set, tag)[0];
}

/** Code Meaning of the first code. */
export function meaning(set: DataSet | null | undefined, tag: string): string | null {
  return text(item(set, tag), "00080104");
}

function fromBase64(value: string): Uint8Array {
  return Uint8Array.from(atob(value), (letter) => letter.charCodeAt(0));
}

/** The bytes of a binary element that stand in the data set; null where they must be fetched, or are not there. */
export function inlineBytes(element: Element | undefined): Uint8Array | null {
  return element?.InlineBinary ? fromBase64(element.InlineBinary) : null;
}
