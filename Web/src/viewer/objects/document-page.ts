// SPDX-License-Identifier: Apache-2.0

import { describe } from "../../api/problem";
import { h, replace } from "../../components/dom";
import { t } from "../../i18n/i18n";

const PDF = "application/pdf";

/** Addresses of documents that are shown; each holds memory until it is given back. */
export class DocumentAddresses {
  private readonly made = new Map<string, string>();

  of(name: string): string | null {
    return this.made.get(name) ?? null;
  }

  make(name: string, bytes: BlobPart): string {
    const address = URL.createObjectURL(new Blob([bytes], { type: PDF }));
    this.made.set(name, address);
    return address;
  }

  dispose(): void {
    for (const address of this.made.values()) URL.revokeObjectURL(address);
    this.made.clear();
  }
}

/**
 * A PDF in the browser's own reader, which runs its scripts outside of this page. The bytes are declared a PDF here:
 * whatever else they are is never markup.
 */
export function documentPage(
  addresses: DocumentAddresses, name: string, title: string, load: () => Promise<BlobPart>,
): HTMLElement {
  const page = h("div", { class: "document" });
  if ((navigator as Navigator & { pdfViewerEnabled?: boolean }).pdfViewerEnabled === false) {
    replace(page, h("p", { class: "faint", text: t(
      "This browser shows no PDF in a page. Open or download it below."
    ) }));
    return page;
  }
  const show = (address: string): void => replace(page, h("iframe", {
    title, attrs: { src: `${address}#navpanes=0` },
  }));
  const known = addresses.of(name);
  if (known) {
    show(known);
    return page;
  }
  replace(page, h("p", { class: "faint", text: t("Loading…") }));
  load().then((bytes) => show(addresses.make(name, bytes))).catch((error: unknown) =>
    replace(page, h("p", { class: "form-error", text: `${t("Not loaded.")} ${describe(error)}`, attrs: {
      role: "alert",
    } })));
  return page;
}
