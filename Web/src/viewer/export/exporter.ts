// SPDX-License-Identifier: Apache-2.0

import { Archive } from "../../api/archive";
import { download, mediumAddress } from "../../api/media";
import { toast } from "../../components/toast";
import { describe } from "../../api/problem";
import { t } from "../../i18n/i18n";
import { firstPart } from "../data/multipart";
import { PaneGrid } from "../pane-grid";
import { Viewer } from "../viewer";
import { encoded } from "./picture";
import { saveBytes } from "./save-bytes";
import { zip, ZipEntry } from "./zip";

export type ExportKind =
  | "png" | "jpeg" | "clipboard" | "png without identity" | "series pictures" | "series" | "study" | "series medium"
  | "study medium";

export const exportKinds: readonly [ExportKind, string][] = [
  ["png", "This view as PNG"], ["png without identity", "This view as PNG, without the patient"],
  ["jpeg", "This view as JPEG"], ["clipboard", "This view to the clipboard"],
  ["series pictures", "All images of the series as PNG (zip)"], ["series", "The series as DICOM files (zip)"],
  ["study", "The study as DICOM files (zip)"], ["series medium", "The series as a medium with DICOMDIR (zip)"],
  ["study medium", "The study as a medium with DICOMDIR (zip)"],
];

const MOST_PICTURES = 2_000;
const LONGEST_WAIT_MS = 30_000;

/** Takes pictures and files out of the viewer. */
export class Exporter {
  constructor(private readonly viewer: Viewer, private readonly archive: Archive, private readonly grid: PaneGrid) {}

  run(kind: ExportKind): void {
    this.export(kind).catch((error: unknown) => toast(`${t("Not exported.")} ${describe(error)}`, "error"));
  }

  private async export(kind: ExportKind): Promise<void> {
    const pane = this.viewer.active.peek();
    switch (kind) {
      case "series pictures": return this.pictures();
      case "series": return this.files(pane.set.peek()?.series.seriesUID ?? null);
      case "study": return this.files(null);
      case "series medium": return this.medium(pane.set.peek()?.series.seriesUID ?? null);
      case "study medium": return this.medium(null);
      default: {
        const picture = this.grid.picture(pane, { withIdentity: kind !== "png without identity" });
        if (!picture) throw new Error(t("There is no image to export."));
        const type = kind === "jpeg" ? "image/jpeg" : "image/png";
        const blob = await encoded(picture, type);
        if (kind === "clipboard") return this.copy(blob);
        saveBytes(blob, type, `${this.name()}.${kind === "jpeg" ? "jpg" : "png"}`);
      }
    }
  }

  private async copy(blob: Blob): Promise<void> {
    if (typeof ClipboardItem === "undefined") throw new Error(t("Pictures can be copied over https only."));
    await navigator.clipboard.write([new ClipboardItem({ [blob.type]: blob })]);
    toast(t("The picture is in the clipboard."));
  }

  /** Names no patient: series and image only. */
  private name(): string {
    const pane = this.viewer.active.peek();
    const series = pane.set.peek()?.series;
    const words = [series?.modality ?? "image", series?.number ?? "", (pane.shown?.index ?? 0) + 1];
    return words.filter((word) => word !== "").join("-");
  }

  private async pictures(): Promise<void> {
    const pane = this.viewer.active.peek();
    const before = pane.view.peek().frame;
    const entries: ZipEntry[] = [];
    for (let index = 0; index < Math.min(pane.count, MOST_PICTURES); index += 1) {
      pane.scrollTo(index);
      await this.shown(index);
      const picture = this.grid.picture(pane, { withIdentity: true });
      if (!picture) continue;
      const bytes = new Uint8Array(await (await encoded(picture, "image/png")).arrayBuffer());
      entries.push({ name: `${String(index + 1).padStart(4, "0")}.png`, bytes });
    }
    pane.scrollTo(before);
    saveBytes(new Blob(zip(entries, new Date())), "application/zip", `${this.name()}.zip`);
  }

  /** Waits until the image that was asked for is drawn. */
  private async shown(index: number): Promise<void> {
    const pane = this.viewer.active.peek();
    const begun = performance.now();
    while (pane.shown?.index !== index) {
      if (performance.now() - begun > LONGEST_WAIT_MS) throw new Error(t("An image did not come."));
      await new Promise((done) => requestAnimationFrame(done));
    }
  }

  /** One series, or all of the study where null, as a file-set that the server makes with all corrections. */
  private medium(seriesUID: string | null): void {
    const study = this.viewer.study.peek();
    if (study) download(mediumAddress(study.study.studyUID, seriesUID));
  }

  /** One series, or all of the study where null. */
  private async files(seriesUID: string | null): Promise<void> {
    const study = this.viewer.study.peek();
    if (!study) return;
    const wanted = study.series.filter((series) => seriesUID === null || series.seriesUID === seriesUID);
    const entries: ZipEntry[] = [];
    for (const series of wanted) {
      for (const instance of series.instances) {
        const path = { study: study.study.studyUID, series: series.seriesUID, sop: instance.sopInstanceUID };
        const response = await this.archive.object(path);
        const bytes = new Uint8Array(await response.arrayBuffer());
        const file = firstPart(bytes, response.headers.get("Content-Type") ?? "");
        entries.push(
          { name: `${folder(series.number)}/${String(entries.length + 1).padStart(6, "0")}.dcm`, bytes: file }
        );
      }
    }
    saveBytes(new Blob(zip(entries, new Date())), "application/zip", "dicom.zip");
  }
}

function folder(number: number | null): string {
  return `series${String(number ?? 0).padStart(3, "0")}`;
}
