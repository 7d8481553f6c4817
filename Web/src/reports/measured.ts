// SPDX-License-Identifier: Apache-2.0

import { DataSet, item, items, meaning, number, text } from "../dicom/data-set";
import { short } from "../components/text";
import { t } from "../i18n/i18n";
import { describeMeasurement } from "../viewer/overlay/describe-measurement";
import { COMPREHENSIVE_SR_CLASS } from "../viewer/writing/measurement-report";
import { Viewer } from "../viewer/viewer";
import { KeyImageReference } from "./types";

/** Something measured, in words for a report. */
export interface MeasuredItem {
  readonly words: string;
}

const documentClasses = new Set([
  "1.2.840.10008.5.1.4.1.1.88.11", "1.2.840.10008.5.1.4.1.1.88.22", COMPREHENSIVE_SR_CLASS,
  "1.2.840.10008.5.1.4.1.1.88.34", "1.2.840.10008.5.1.4.1.1.88.50", "1.2.840.10008.5.1.4.1.1.88.65",
]);
const MOST_DOCUMENTS = 20;
const MOST_ITEMS = 200;
const DEEPEST = 16;

/** What was drawn on the images, or read from a report with its place on them. */
export function drawnItems(viewer: Viewer): MeasuredItem[] {
  return viewer.measurements.all.peek().flatMap((one) => {
    for (const set of viewer.allSets) {
      const at = set.frames.findIndex((frame) => frame.key === one.frameKey);
      if (at < 0) continue;
      const { spacing, contents } = viewer.measure(set, set.frames[at], one);
      const figures = describeMeasurement(one, spacing, contents).split("\n").filter(Boolean).join(", ");
      const place = t("series {series}, image {image}", { series: set.series.number ?? "?", image: at + 1 });
      return figures ? [{ words: `${figures} (${place})` }] : [];
    }
    return [];
  });
}

/** The numbers of the study's structured reports that have no place on an image. */
export async function documentItems(viewer: Viewer): Promise<MeasuredItem[]> {
  const study = viewer.study.peek();
  const paths = (study?.series ?? []).flatMap((series) => series.instances
    .filter((instance) => documentClasses.has(instance.sopClassUID))
    .map((instance) => ({ study: viewer.studyUID, series: series.seriesUID, sop: instance.sopInstanceUID })));
  const documents = await Promise.all(paths.slice(0, MOST_DOCUMENTS).map((path) => viewer.details.whole(path)));
  const found = documents.flatMap((document) => numericItems(document).map((words) => ({ words })));
  return found.slice(0, MOST_ITEMS);
}

/** Numbers of a document with their names and units, those below one name together. */
export function numericItems(document: DataSet | null): string[] {
  const found: string[] = [];
  const walk = (one: DataSet, side: string, depth: number): void => {
    const children = depth < DEEPEST ? items(one, "0040A730") : [];
    const modifier = children.find((child) => text(item(child, "0040A043"), "00080100") === "272741003"
      || text(item(child, "0040A043"), "00080100") === "G-C171");
    const own = (modifier ? meaning(modifier, "0040A168") : null) ?? side;
    for (const child of children) {
      const words = numeric(child, own);
      if (words && !found.includes(words)) found.push(words);
      walk(child, own, depth + 1);
    }
  };
  if (document) walk(document, "", 0);
  return found;
}

function numeric(one: DataSet, side: string): string | null {
  if (text(one, "0040A040") !== "NUM") return null;
  const hasPlace = items(one, "0040A730").some((child) => (text(child, "0040A040") ?? "").startsWith("SCOORD"));
  const measured = item(one, "0040A300");
  const value = number(measured, "0040A30A");
  const name = meaning(one, "0040A043");
  if (hasPlace || value === null || !name) return null;
  const code = text(item(measured, "004008EA"), "00080100") ?? "";
  const unit = code === "1" || code.startsWith("{") ? "" : code;
  return `${name}${side ? ` (${side})` : ""}: ${short(value, 3)} ${unit}`.trim();
}

/** The images that were marked, here or in the archive; the one at hand where none was. */
export function keyImagesOf(viewer: Viewer): KeyImageReference[] {
  const marked = viewer.keyImages.marked.peek().map(({ set, frame }) =>
    reference(set.study, set.series.seriesUID, frame));
  const stored = viewer.keyImages.stored.peek();
  const kept = viewer.sets.peek().flatMap((set) => set.frames
    .filter((frame) => stored.has(frame.key) || stored.has(frame.instance.sopInstanceUID))
    .map((frame) => reference(set.study, set.series.seriesUID, frame)));
  if (marked.length + kept.length > 0) return [...marked, ...kept];
  const pane = viewer.active.peek();
  const [set, shown] = [pane.set.peek(), pane.shown];
  return set && shown ? [reference(set.study, set.series.seriesUID, shown.frame)] : [];
}

function reference(
  study: string, series: string,
  frame: { instance: { sopClassUID: string; sopInstanceUID: string; numberOfFrames: number | null }; number: number },
): KeyImageReference {
  const { sopClassUID, sopInstanceUID, numberOfFrames } = frame.instance;
  return {
    studyInstanceUID: study, seriesInstanceUID: series, sopClassUID, sopInstanceUID,
    ...((numberOfFrames ?? 1) > 1 ? { frame: frame.number } : {}),
  };
}
