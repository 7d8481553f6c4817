// SPDX-License-Identifier: Apache-2.0

import { Archive, InstancePath, renderedAddress } from "../../api/archive";
import { describe } from "../../api/problem";
import { InstanceInfo } from "../../api/types";
import { DataSet, inlineBytes } from "../../dicom/data-set";
import { h, replace } from "../../components/dom";
import { icon } from "../../components/icons";
import { plural, t } from "../../i18n/i18n";
import { toast } from "../../components/toast";
import { saveBytes } from "../export/save-bytes";
import { firstPart } from "../data/multipart";
import { FrameSet } from "../state/frame-set";
import { Viewer } from "../viewer";
import { clinicalDocument } from "./clinical-document";
import { DocumentAddresses, documentPage } from "./document-page";
import { kindOf } from "./kinds";
import { reportPage } from "./report-page";
import { videoPage } from "./video-page";
import { waveformPage } from "./waveform-page";

export { kindOf } from "./kinds";

const MOST_LISTED = 20;
const REPORTS = "1.2.840.10008.5.1.4.1.1.88.";
const KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59";
const WAVEFORMS = "1.2.840.10008.5.1.4.1.1.9.";

/** Shows the objects of a series that are no images: reports, waveforms, films, documents; all of them as files. */
export class OtherObjects {
  private readonly addresses = new DocumentAddresses();
  /** CDA documents by SOP Instance UID: null until they came, or why they did not. */
  private readonly clinical = new Map<string, HTMLElement | string | null>();

  constructor(private readonly archive: Archive, private readonly viewer: () => Viewer) {}

  dispose(): void {
    this.addresses.dispose();
  }

  show(box: HTMLElement, set: FrameSet): void {
    const known = set.others.map((instance) => Number(this.viewer().details.peek(instance.sopInstanceUID) !== null));
    const key = `${set.id} ${set.others.length} ${known.join("")} ${this.viewer().details.arrivals.peek()}`;
    box.hidden = false;
    if (box.dataset.others === key && box.querySelector(".others")) return;
    box.dataset.others = key;
    // What plays or is being read is not made anew because of what else arrives.
    const lasting = box.querySelector<HTMLElement>("video, .document");
    if (lasting && lasting.closest<HTMLElement>(".others")?.dataset.set === set.id) return;
    replace(box, this.card(set));
  }

  private card(set: FrameSet): HTMLElement {
    const kind = set.others[0] ? kindOf(set.others[0]) : "series without objects";
    const name = t(kind);
    const title = name.charAt(0).toUpperCase() + name.slice(1);
    const list = h("ul");
    for (const instance of set.others.slice(0, MOST_LISTED)) list.append(this.item(set, instance));
    const more = set.others.length - MOST_LISTED;
    const pages = set.others.slice(0, MOST_LISTED).flatMap((instance) => this.page(set, instance) ?? []);
    const card = h(
      "div", { class: pages.length > 0 ? "others pages" : "notice others", attrs: { "data-set": set.id } }
    );
    if (pages.length === 0) card.append(icon(kind === "video" ? "video" : "document"));
    card.append(h("h2", { text: title }));
    if (set.series.description) card.append(h("p", { text: set.series.description }));
    card.append(...pages);
    if (pages.length === 0) card.append(h("p", { text: t("It can be downloaded as a DICOM file.") }));
    card.append(list);
    if (more > 0) card.append(h("p", { text: plural(more, "and {n} more object|and {n} more objects") }));
    return card;
  }

  /** Null for what has no page, or while its attributes come. */
  private page(set: FrameSet, instance: InstanceInfo): HTMLElement | null {
    const path = this.path(set, instance);
    const kind = kindOf(instance);
    if (kind === "video") return videoPage({
      address: renderedAddress(path), rate: rateOf(instance), count: instance.numberOfFrames,
    });
    if (kind === "PDF document") return this.document(instance, path);
    if (kind === "CDA document") return this.clinicalPage(path);
    const isReport = instance.sopClassUID.startsWith(REPORTS) || instance.sopClassUID === KEY_OBJECTS;
    if (!isReport && !instance.sopClassUID.startsWith(WAVEFORMS)) return null;
    const { details } = this.viewer();
    const dataSet = details.want(path);
    if (!dataSet) return h("p", { class: "faint", text: t("Loading…") });
    return isReport ? this.report(dataSet) : waveformPage(dataSet, (element) =>
      inlineBytes(element) ?? (element.BulkDataURI ? details.bulk(element.BulkDataURI) : null));
  }

  private document(instance: InstanceInfo, path: InstancePath): HTMLElement {
    const title = instance.documentTitle || t("PDF document");
    return documentPage(this.addresses, path.sop, title, async () =>
      (await this.archive.rendered(path, "application/pdf")).arrayBuffer());
  }

  private clinicalPage(path: InstancePath): HTMLElement {
    const known = this.clinical.get(path.sop);
    if (known instanceof HTMLElement) return known;
    if (typeof known === "string") return h("p", { class: "form-error", text: known, attrs: { role: "alert" } });
    const box = h("div", {}, h("p", { class: "faint", text: t("Loading…") }));
    if (known === null) return box;
    this.clinical.set(path.sop, null);
    this.archive.rendered(path, "text/xml, application/xml, application/hl7-v3+xml").then(
      async (response) => clinicalDocument(await response.text()) ?? t("The document cannot be read."),
      (error: unknown) => `${t("Not loaded.")} ${describe(error)}`,
    ).then((made) => {
      this.clinical.set(path.sop, made);
      this.viewer().details.arrivals.update((count) => count + 1);
    });
    return box;
  }

  private report(dataSet: DataSet): HTMLElement {
    return reportPage(dataSet, (sop, frame) => {
      if (!this.viewer().showImage(sop, frame)) toast(t("The image is not in this study."), "error");
    });
  }

  private path(set: FrameSet, instance: InstanceInfo): InstancePath {
    return { study: set.study, series: set.series.seriesUID, sop: instance.sopInstanceUID };
  }

  private item(set: FrameSet, instance: InstanceInfo): HTMLElement {
    const path = this.path(set, instance);
    const download = this.button("download", t("Download"), () => this.download(path));
    const kind = t(kindOf(instance));
    const number = instance.number === null ? kind : `${kind} ${t("no.")} ${instance.number}`;
    const label = h("span", { text: instance.documentTitle || number });
    if (kindOf(instance) !== "PDF document") return h("li", {}, label, download);
    return h("li", {}, label, this.button("document", t("Open"), () => this.openDocument(path)), download);
  }

  private button(picture: "download" | "document", label: string, run: () => Promise<void>): HTMLElement {
    const button = h("button", { class: "button", attrs: { type: "button" } }, icon(picture), label);
    button.addEventListener("click", () => {
      button.disabled = true;
      run()
        .catch((error: unknown) => toast(`${t("Not loaded.")} ${describe(error)}`, "error"))
        .finally(() => (button.disabled = false));
    });
    return button;
  }

  /** In a tab of its own, where a document can do nothing to this page. */
  private async openDocument(path: InstancePath): Promise<void> {
    const response = await this.archive.rendered(path, "application/pdf");
    const address = URL.createObjectURL(new Blob([await response.arrayBuffer()], { type: "application/pdf" }));
    window.open(address, "_blank", "noopener");
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  private async download(path: InstancePath): Promise<void> {
    const response = await this.archive.object(path);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const part = firstPart(bytes, response.headers.get("Content-Type") ?? "");
    saveBytes(part, "application/dicom", `${path.sop}.dcm`);
  }
}

/** Images in a second, as exactly as the object says it; null where it does not. */
function rateOf({ recommendedDisplayFrameRate, cineRate, frameTime }: InstanceInfo): number | null {
  return (frameTime && 1000 / frameTime) || recommendedDisplayFrameRate || cineRate || null;
}
