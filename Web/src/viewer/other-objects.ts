// SPDX-License-Identifier: Apache-2.0

import { Archive } from "../api/archive";
import { describe } from "../api/problem";
import { InstanceInfo } from "../api/types";
import { h, replace } from "../components/dom";
import { icon } from "../components/icons";
import { count } from "../components/text";
import { toast } from "../components/toast";
import { firstPart } from "./data/multipart";
import { FrameSet } from "./state/frame-set";

const MOST_LISTED = 20;

/** Beginnings of SOP Class UIDs, the longer before the shorter, and what they are called here. */
const kinds: [string, string][] = [
  ["1.2.840.10008.5.1.4.1.1.104.1", "PDF document"],
  ["1.2.840.10008.5.1.4.1.1.104.2", "CDA document"],
  ["1.2.840.10008.5.1.4.1.1.104.", "3D model"],
  ["1.2.840.10008.5.1.4.1.1.88.59", "key object selection"],
  ["1.2.840.10008.5.1.4.1.1.88.67", "radiation dose report"],
  ["1.2.840.10008.5.1.4.1.1.88.", "structured report"],
  ["1.2.840.10008.5.1.4.1.1.11.", "presentation state"],
  ["1.2.840.10008.5.1.4.1.1.77.1.1.1", "video"],
  ["1.2.840.10008.5.1.4.1.1.77.1.2.1", "video"],
  ["1.2.840.10008.5.1.4.1.1.77.1.4.1", "video"],
  ["1.2.840.10008.5.1.4.1.1.9.", "waveform"],
  ["1.2.840.10008.5.1.4.1.1.66.5", "surface"],
  ["1.2.840.10008.5.1.4.1.1.66.4", "segmentation"],
  ["1.2.840.10008.5.1.4.1.1.66.", "spatial registration"],
  ["1.2.840.10008.5.1.4.1.1.481.3", "radiotherapy structure set"],
  ["1.2.840.10008.5.1.4.1.1.481.5", "radiotherapy plan"],
  ["1.2.840.10008.5.1.4.1.1.481.", "radiotherapy object"],
];

const videoSyntax = /^1\.2\.840\.10008\.1\.2\.4\.10[0-8](\.1)?$/;

export function kindOf(instance: InstanceInfo): string {
  if (instance.isVideo) return "video";
  if (instance.transferSyntaxUID && videoSyntax.test(instance.transferSyntaxUID)) return "video";
  return kinds.find(([prefix]) => instance.sopClassUID.startsWith(prefix))?.[1] ?? "object without an image";
}

/** Says plainly what a series without images is, and gives its objects as files. */
export class OtherObjects {
  constructor(private readonly archive: Archive, private readonly studyUID: string) {}

  show(box: HTMLElement, set: FrameSet): void {
    const key = `${set.id} ${set.others.length}`;
    box.hidden = false;
    if (box.dataset.others === key && box.querySelector(".others")) return;
    box.dataset.others = key;
    replace(box, this.card(set));
  }

  private card(set: FrameSet): HTMLElement {
    const kind = set.others[0] ? kindOf(set.others[0]) : "series without objects";
    const title = kind.charAt(0).toUpperCase() + kind.slice(1);
    const list = h("ul");
    for (const instance of set.others.slice(0, MOST_LISTED)) list.append(this.item(set, instance));
    const more = set.others.length - MOST_LISTED;
    const card = h(
      "div", { class: "notice others" }, icon(kind === "video" ? "video" : "document"), h("h2", { text: title }),
    );
    if (set.series.description) card.append(h("p", { text: set.series.description }));
    card.append(h("p", { text: "This cannot be shown here yet. It can be downloaded as a DICOM file." }), list);
    if (more > 0) card.append(h("p", { text: `and ${count(more, "more object", "more objects")}` }));
    return card;
  }

  private item(set: FrameSet, instance: InstanceInfo): HTMLElement {
    const button = h("button", { class: "button", attrs: { type: "button" } }, icon("download"), "Download");
    button.addEventListener("click", () => {
      button.disabled = true;
      this.download(set.series.seriesUID, instance.sopInstanceUID)
        .catch((error: unknown) => toast(`Not downloaded. ${describe(error)}`, "error"))
        .finally(() => (button.disabled = false));
    });
    const number = instance.number === null ? kindOf(instance) : `${kindOf(instance)} no. ${instance.number}`;
    const label = instance.documentTitle || number;
    return h("li", {}, h("span", { text: label }), button);
  }

  private async download(series: string, sop: string): Promise<void> {
    const response = await this.archive.object({ study: this.studyUID, series, sop });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const part = firstPart(bytes, response.headers.get("Content-Type") ?? "");
    const address = URL.createObjectURL(new Blob([part], { type: "application/dicom" }));
    const link = h("a", { attrs: { href: address, download: `${sop}.dcm` } });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }
}
