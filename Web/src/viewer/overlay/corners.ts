// SPDX-License-Identifier: Apache-2.0

import { StudySummary } from "../../api/types";
import * as text from "../../components/text";
import { Presentation } from "../render/presentation";
import { FrameSet } from "../state/frame-set";
import { ShownFrame } from "../state/pane";
import { ViewState } from "../state/view-state";
import { describeWindow } from "../state/window";
import { AnnotationLevel } from "../viewer";

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
  const name = text.personName(study.patientName) || "No name";
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
  return lines(study.description, study.accession && `Acc ${study.accession}`, taken);
}

function image(input: CornerInput): Line[] {
  const { set, shown, view, presentation, level } = input;
  const number = `${shown.index + 1} / ${set.frames.length}`;
  if (level === "minimal") return lines({ text: number, kind: "strong" }, lossy(input));
  const window = presentation.window;
  const turned = joined(
    view.rotation !== 0 && `${view.rotation}°`, view.mirrored && "mirrored", view.inverted && "inverted",
  );
  return lines(
    { text: number, kind: "strong" },
    window ? joined(describeWindow(window), window.name) : "",
    `Zoom ${Math.round(input.magnification * 100)} %`,
    turned,
    lossy(input),
  );
}

function lossy(input: CornerInput): Line | null {
  return input.shown.frame.instance.lossy ? { text: "Lossy compressed", kind: "danger" } : null;
}

function series(input: CornerInput): Line[] {
  const { set, shown, level } = input;
  const { laterality, sliceThickness, sliceLocation, number, imageComments } = shown.frame.instance;
  const side = { text: joined(laterality, shown.frame.instance.viewPosition), kind: "strong" as const };
  if (level === "minimal") return lines(side);
  const { series: one } = set;
  const label = joined(one.modality, one.number !== null && `Series ${one.number}`, set.part && `part ${set.part}`);
  return lines(
    side, label, one.description, one.bodyPart,
    joined(
      sliceThickness !== null && `Thick ${text.short(sliceThickness, 2)} mm`,
      sliceLocation !== null && `Loc ${text.short(sliceLocation)} mm`,
    ),
    number !== null && `Image no. ${number}`,
    imageComments,
  );
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
