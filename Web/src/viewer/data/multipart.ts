// SPDX-License-Identifier: Apache-2.0

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(wanted[0], from); at >= 0; at = bytes.indexOf(wanted[0], at + 1)) {
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

function boundaryOf(contentType: string): string | null {
  if (!/^multipart\/related/i.test(contentType)) return null;
  return /boundary="?([^";]+)"?/i.exec(contentType)?.[1] ?? null;
}

/** The body of the first part of a `multipart/related` message (RFC 2387); any other body as it is. */
export function firstPart(bytes: Uint8Array, contentType: string): Uint8Array {
  const boundary = boundaryOf(contentType);
  if (!boundary) return bytes;
  const text = new TextEncoder();
  const start = indexOf(bytes, text.encode(`--${boundary}`), 0);
  const body = start < 0 ? -1 : indexOf(bytes, text.encode("\r\n\r\n"), start);
  if (body < 0) throw new Error("The answer of the server is no valid multipart message.");
  const end = indexOf(bytes, text.encode(`\r\n--${boundary}`), body + 4);
  return bytes.slice(body + 4, end < 0 ? bytes.length : end);
}
