// SPDX-License-Identifier: Apache-2.0

import { DataSet, Element, inlineBytes, JSONValue, PersonName } from "./data-set";

/** Writes PS3.10 files in Explicit VR Little Endian from the DICOM JSON model. */

const EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
const IMPLEMENTATION_CLASS = "2.25.134927308245312745862931847120476259143";
const IMPLEMENTATION_VERSION = "MARTLET_WEB";
/** VRs whose length has four bytes (PS3.5 §7.1.2). */
const longForms = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]);
const zeroPadded = new Set(["UI", "OB", "UN"]);
const oneValue = new Set(["LT", "ST", "UT", "UR"]);

class Bytes {
  private parts: Uint8Array[] = [];
  length = 0;

  add(bytes: Uint8Array): void {
    this.parts.push(bytes);
    this.length += bytes.length;
  }

  uint16(value: number): void {
    this.add(Uint8Array.of(value & 255, (value >> 8) & 255));
  }

  uint32(value: number): void {
    this.add(Uint8Array.of(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24));
  }

  joined(): Uint8Array {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

/** The file of an object; its SOP Class and Instance UIDs must be in the data set. Text is UTF-8. */
export function part10(dataSet: DataSet): Uint8Array {
  const text = (tag: string): string => String(dataSet[tag]?.Value?.[0] ?? "");
  const meta = new Bytes();
  element(meta, "00020001", { vr: "OB", InlineBinary: "AAE=" });
  for (const [tag, vr, value] of [
    ["00020002", "UI", text("00080016")], ["00020003", "UI", text("00080018")],
    ["00020010", "UI", EXPLICIT_LITTLE_ENDIAN], ["00020012", "UI", IMPLEMENTATION_CLASS],
    ["00020013", "SH", IMPLEMENTATION_VERSION],
  ]) element(meta, tag, { vr, Value: [value] });
  const file = new Bytes();
  file.add(new Uint8Array(128));
  file.add(new TextEncoder().encode("DICM"));
  element(file, "00020000", { vr: "UL", Value: [meta.length] });
  file.add(meta.joined());
  elements(file, { ...dataSet, "00080005": { vr: "CS", Value: ["ISO_IR 192"] } });
  return file.joined();
}

function elements(to: Bytes, dataSet: DataSet): void {
  for (const tag of Object.keys(dataSet).sort()) element(to, tag, dataSet[tag]);
}

function element(to: Bytes, tag: string, { vr, Value: values = [], ...rest }: Element): void {
  to.uint16(parseInt(tag.slice(0, 4), 16));
  to.uint16(parseInt(tag.slice(4), 16));
  to.add(new TextEncoder().encode(vr));
  const value = vr === "SQ" ? sequence(values) : inlineBytes({ vr, ...rest }) ?? valueBytes(vr, values);
  const padded = value.length % 2 === 0 ? value : withPad(value, zeroPadded.has(vr) ? 0 : 32);
  if (longForms.has(vr)) {
    to.uint16(0);
    to.uint32(padded.length);
  } else {
    if (padded.length > 0xfffe) throw new Error(`The value of ${tag} is too long.`);
    to.uint16(padded.length);
  }
  to.add(padded);
}

function withPad(value: Uint8Array, pad: number): Uint8Array {
  const padded = new Uint8Array(value.length + 1);
  padded.set(value);
  padded[value.length] = pad;
  return padded;
}

function sequence(values: readonly JSONValue[]): Uint8Array {
  const all = new Bytes();
  for (const value of values) {
    const one = new Bytes();
    elements(one, (value ?? {}) as DataSet);
    all.uint16(0xfffe);
    all.uint16(0xe000);
    all.uint32(one.length);
    all.add(one.joined());
  }
  return all.joined();
}

type Setter = (view: DataView, at: number, value: number) => void;

const binaries: Record<string, [number, Setter]> = {
  US: [2, (view, at, value) => view.setUint16(at, value, true)],
  SS: [2, (view, at, value) => view.setInt16(at, value, true)],
  OW: [2, (view, at, value) => view.setUint16(at, value, true)],
  UL: [4, (view, at, value) => view.setUint32(at, value, true)],
  SL: [4, (view, at, value) => view.setInt32(at, value, true)],
  FL: [4, (view, at, value) => view.setFloat32(at, value, true)],
  OF: [4, (view, at, value) => view.setFloat32(at, value, true)],
  FD: [8, (view, at, value) => view.setFloat64(at, value, true)],
};

function valueBytes(vr: string, values: readonly JSONValue[]): Uint8Array {
  const binary = binaries[vr];
  if (binary) {
    const [size, set] = binary;
    const view = new DataView(new ArrayBuffer(size * values.length));
    values.forEach((value, i) => set(view, i * size, Number(value)));
    return new Uint8Array(view.buffer);
  }
  if (vr === "AT") {
    const all = new Bytes();
    for (const value of values) {
      all.uint16(parseInt(String(value).slice(0, 4), 16));
      all.uint16(parseInt(String(value).slice(4), 16));
    }
    return all.joined();
  }
  const texts = values.map((value) => (vr === "PN" ? personName(value) : value === null ? "" : decimal(vr, value)));
  return new TextEncoder().encode(oneValue.has(vr) ? texts[0] ?? "" : texts.join("\\"));
}

/** A DS has at most 16 characters (PS3.5 §6.2). */
function decimal(vr: string, value: JSONValue): string {
  if (vr !== "DS" || typeof value !== "number") return String(value);
  for (let digits = 15; digits > 0; digits -= 1) {
    const text = String(Number(value.toPrecision(digits)));
    if (text.length <= 16) return text;
  }
  return value.toExponential(8);
}

function personName(value: JSONValue): string {
  if (typeof value !== "object" || value === null) return String(value ?? "");
  const { Alphabetic = "", Ideographic = "", Phonetic = "" } = value as PersonName;
  return [Alphabetic, Ideographic, Phonetic].join("=").replace(/=+$/, "");
}

/** A UID out of a random number (PS3.5 §B.2). */
export function newUID(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return `2.25.${value}`;
}
