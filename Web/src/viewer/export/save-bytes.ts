// SPDX-License-Identifier: Apache-2.0

import { h } from "../../components/dom";

const KEPT_MS = 60_000;

/** Hands bytes to the browser as a file to keep. */
export function saveBytes(bytes: BlobPart, type: string, name: string): void {
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  h("a", { attrs: { href: address, download: name } }).click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}
