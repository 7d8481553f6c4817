// SPDX-License-Identifier: Apache-2.0

import { StudyDetail } from "../api/types";
import { h } from "../components/dom";
import { t } from "../i18n/i18n";
import { DataSet, text } from "../dicom/data-set";
import { Scope } from "../signals/scope";
import { Signal } from "../signals/signal";
import { reportPage } from "../viewer/objects/report-page";
import { FrameSet } from "../viewer/state/frame-set";
import { Viewer } from "../viewer/viewer";

const REPORT_CLASSES = new Set([
  "1.2.840.10008.5.1.4.1.1.88.11", "1.2.840.10008.5.1.4.1.1.88.22", "1.2.840.10008.5.1.4.1.1.88.33",
  "1.2.840.10008.5.1.4.1.1.88.34",
]);
const KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59";
const MOST_REPORTS = 10;
/** Room for the report beside the image. */
const WIDE = "(min-width: 900px)";

/** A report that somebody has answered for: complete and verified (PS3.3 table C.17-2). */
export function isValidated(report: DataSet): boolean {
  return text(report, "0040A491") === "COMPLETE" && text(report, "0040A493") === "VERIFIED";
}

/** The marked images in the order of the series. */
export function keyPlaces(
  sets: readonly FrameSet[], marked: ReadonlyMap<string, string>,
): [FrameSet, number][] {
  return sets.flatMap((set) => set.frames.flatMap((frame, index): [FrameSet, number][] =>
    (marked.has(frame.key) || marked.has(frame.instance.sopInstanceUID) ? [[set, index]] : [])));
}

/** The validated reports of the study, beside the image where there is room, else over it. */
export class ReportPanel {
  readonly element = h("aside", { class: "light-report", hidden: true, attrs: { "aria-label": t("Report") } });
  readonly hasReports = new Signal(false);
  readonly isOpen = new Signal(false);

  constructor(private readonly viewer: Viewer, scope: Scope) {
    scope.effect(() => { this.element.hidden = !this.isOpen.get(); });
  }

  toggle(): void {
    this.isOpen.update((open) => !open);
  }

  /** Reads the reports and the marks of key images. */
  async find(study: StudyDetail): Promise<void> {
    const { details, studyUID } = this.viewer;
    const wanted = study.series.flatMap((series) => series.instances
      .filter(({ sopClassUID }) => REPORT_CLASSES.has(sopClassUID) || sopClassUID === KEY_OBJECTS)
      .map((instance) => ({
        isReport: REPORT_CLASSES.has(instance.sopClassUID),
        path: { study: studyUID, series: series.seriesUID, sop: instance.sopInstanceUID },
      })));
    const found = await Promise.all(wanted.map(async ({ isReport, path }) => ({
      isReport, set: await details.whole(path),
    })));
    const sets = (isReport: boolean): DataSet[] =>
      found.flatMap((one) => (one.isReport === isReport && one.set ? [one.set] : []));
    this.viewer.keyImages.take(sets(false));
    const reports = sets(true).filter(isValidated).slice(0, MOST_REPORTS);
    this.element.replaceChildren(...reports.map((report) => reportPage(report, (sop, frame) => {
      if (!matchMedia(WIDE).matches) this.isOpen.set(false);
      this.viewer.showImage(sop, frame);
    })));
    this.hasReports.set(reports.length > 0);
    this.isOpen.set(reports.length > 0 && matchMedia(WIDE).matches);
  }
}
