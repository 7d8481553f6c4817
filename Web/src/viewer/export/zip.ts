// SPDX-License-Identifier: Apache-2.0

import { t } from "../../i18n/i18n";

/** Archives of stored files (PKWARE APPNOTE 4.3), without compression: pictures and DICOM files gain nothing by it. */

const MOST_FILES = 65_535;
const MOST_BYTES = 0xffff_fffe;
const UTF8_NAMES = 0x0800;

const table = Uint32Array.from({ length: 256 }, (_, i) => {
  let value = i;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffff_ffff) >>> 0;
}

export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The parts of the archive, one after another. */
export function zip(entries: readonly ZipEntry[], now: Date): Uint8Array[] {
  const total = entries.reduce((sum, entry) => sum + entry.bytes.length + 2 * entry.name.length + 128, 0);
  if (entries.length > MOST_FILES || total > MOST_BYTES) throw new Error(t("This is too much for one archive."));
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = new TextEncoder().encode(entry.name);
    const crc = crc32(entry.bytes);
    const local = header(0x04034b50, 30, name, entry.bytes.length, crc, now, 0);
    parts.push(local, entry.bytes);
    directory.push(header(0x02014b50, 46, name, entry.bytes.length, crc, now, offset));
    offset += local.length + entry.bytes.length;
  }
  const size = directory.reduce((sum, one) => sum + one.length, 0);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, entries.length, true);
  end.setUint16(10, entries.length, true);
  end.setUint32(12, size, true);
  end.setUint32(16, offset, true);
  return [...parts, ...directory, new Uint8Array(end.buffer)];
}

function header(
  signature: number, length: number, name: Uint8Array, size: number, crc: number, now: Date, offset: number,
): Uint8Array {
  const isDirectory = length === 46;
  const view = new DataView(new ArrayBuffer(length + name.length));
  let at = 0;
  const put16 = (value: number): void => view.setUint16((at += 2) - 2, value, true);
  const put32 = (value: number): void => view.setUint32((at += 4) - 4, value >>> 0, true);
  put32(signature);
  if (isDirectory) put16(20);
  put16(20);
  put16(UTF8_NAMES);
  put16(0);
  put16((now.getHours() << 11) | (now.getMinutes() << 5) | (now.getSeconds() >> 1));
  put16(((now.getFullYear() - 1980) << 9) | ((now.getMonth() + 1) << 5) | now.getDate());
  put32(crc);
  put32(size);
  put32(size);
  put16(name.length);
  put16(0);
  if (isDirectory) {
    for (const value of [0, 0, 0]) put16(value);
    put32(0);
    put32(offset);
  }
  const bytes = new Uint8Array(view.buffer);
  bytes.set(name, length);
  return bytes;
}
