// SPDX-License-Identifier: Apache-2.0

import { StudySummary } from "../../api/types";
import { DataSet } from "../../dicom/data-set";
import * as text from "../../components/text";
import { plural, t } from "../../i18n/i18n";
import { Presentation } from "../render/presentation";
import { FrameSet } from "../state/frame-set";
import { ShownFrame } from "../state/pane";
import { ViewState } from "../state/view-state";
import { describeWindow } from "../state/window";
import { AnnotationLevel } from "../viewer";
import { institution, lossyText, modalityLines } from "./modality-lines";

export interface Line {
  readonly text: string;
  readonly kind?: "strong" | "danger" | "faint";
}

export interface Corners {
  readonly topLeft: readonly Line[];
  readonly topRight: readonly Line[];
  readonly bottomLeft: readonly Line[];
  readonly bottomRight: readonly Line[];
}

export interface CornerInput {
  readonly level: AnnotationLevel;
  readonly study: StudySummary;
  readonly set: FrameSet;
  readonly shown: ShownFrame;
  readonly view: ViewState;
  readonly presentation: Presentation;
  readonly magnification: number;
  /** All attributes of the image, where they are here. */
  readonly details?: DataSet | null;
  /** Label of the presentation state that is applied. */
  readonly state?: string | null;
  /** Why the image is marked as a key image. */
  readonly keyTitle?: string | null;
  /** The image's own mask is subtracted. */
  readonly isMasked?: boolean;
  /** As large as in life on this screen. */
  readonly isTrueSize?: boolean;
}

const nothing: Corners = { topLeft: [], topRight: [], bottomLeft: [], bottomRight: [] };

function lines(...parts: (string | Line | null | undefined | false)[]): Line[] {
  const kept: Line[] = [];
  for (const part of parts) {
    const line = typeof part === "string" ? { text: part } : part;
    if (line && line.text.trim()) kept.push(line);
  }
  return kept;
}

function joined(...parts: (string | null | undefined | false)[]): string {
  return parts.filter((part): part is string => Boolean(part && part.trim())).join("  ");
}

/** Who this is. Never shortened: the identity of the patient is what the corners are for. */
function patient(study: StudySummary, level: AnnotationLevel): Line[] {
  const birth = study.birthDate ? `* ${text.date(study.birthDate)}` : "";
  const more = level === "full" ? joined(birth, study.sex, text.age(study.birthDate, study.date)) : birth;
  const name = text.personName(study.patientName) || t("No name");
  return lines({ text: name, kind: "strong" }, study.patientID, more);
}

function examination(input: CornerInput): Line[] {
  const { study, shown } = input;
  const { acquisitionDate, acquisitionTime, contentDate, contentTime } = shown.frame.instance;
  const taken = acquisitionDate
    ? joined(text.date(acquisitionDate), text.time(acquisitionTime, true))
    : contentDate
      ? joined(text.date(contentDate), text.time(contentTime, true))
      : joined(text.date(study.date), text.time(study.time, true));
  if (input.level === "minimal") return lines(taken);
  return lines(
    institution(input.details ?? null), study.description, study.accession && `Acc ${study.accession}`, taken,
  );
}

function image(input: CornerInput): Line[] {
  const { set, shown, view, presentation, level } = input;
  const number = `${shown.index + 1} / ${set.frames.length}`;
  const key = input.keyTitle ? { text: `★ ${input.keyTitle}`, kind: "strong" as const } : null;
  if (level === "minimal") {
    return lines({ text: number, kind: "strong" }, key, input.isMasked && t("Mask subtracted"), lossy(input));
  }
  const window = presentation.window;
  const turned = joined(
    view.rotation !== 0 && `${view.rotation}°`, view.mirrored && t("mirrored"), view.inverted && t("inverted"),
  );
  const zoom = `${t("Zoom")} ${Math.round(input.magnification * 100)} %`;
  return lines(
    key,
    { text: number, kind: "strong" },
    window ? joined(describeWindow(window), t(window.name)) : "",
    joined(zoom, input.isTrueSize ? t("true size") : Math.abs(input.magnification - 1) < 0.001 && "1:1"),
    turned,
    input.isMasked && t("Mask subtracted"),
    input.state && `${t("Presentation state")} ${input.state}`,
    lossy(input),
  );
}

function lossy(input: CornerInput): Line | null {
  if (!input.shown.frame.instance.lossy) return null;
  return { text: joined(t("Lossy compressed"), lossyText(input.details ?? null)), kind: "danger" };
}

function series(input: CornerInput): Line[] {
  const { set, shown, level } = input;
  const { laterality, sliceThickness, sliceLocation, spacingBetweenSlices, number } = shown.frame.instance;
  const side = { text: joined(laterality, shown.frame.instance.viewPosition), kind: "strong" as const };
  if (level === "minimal") return lines(side);
  const { series: one } = set;
  const label = joined(
    one.modality, one.number !== null && `${t("Series")} ${one.number}`, set.part && t("part {n}", { n: set.part }),
  );
  return lines(
    side, label, one.description, one.bodyPart,
    ...modalityLines(one.modality, input.details ?? null),
    joined(
      sliceThickness !== null && `${t("Thick")} ${text.short(sliceThickness, 2)} mm`,
      spacingBetweenSlices !== null && spacingBetweenSlices !== undefined
        && `${t("Spacing")} ${text.short(spacingBetweenSlices, 2)} mm`,
      sliceLocation !== null && `${t("Loc")} ${text.short(sliceLocation)} mm`,
    ),
    number !== null && `${t("Image no.")} ${number}`,
    shown.frame.instance.imageComments,
  );
}

/** For readers of screens: where they are. */
export function announcement(input: Pick<CornerInput, "set" | "shown">): string {
  const { set, shown } = input;
  const images = plural(set.frames.length, "{n} image|{n} images");
  return `${set.series.description ?? ""} ${t("Image {n} of {images}", { n: shown.index + 1, images })}`.trim();
}

export function corners(input: CornerInput): Corners {
  if (input.level === "none") return nothing;
  return {
    topLeft: patient(input.study, input.level),
    topRight: examination(input),
    bottomLeft: image(input),
    bottomRight: series(input),
  };
}
