// SPDX-License-Identifier: Apache-2.0

import { Exam, Order, Patient } from "../radiology/types";

/** Reports and exams of `/api/v1` as they stand on the wire. */

export type ReportStatus = "draft" | "preliminary" | "signed" | "validated" | "addendum" | "correction";

export type ReportCommand = "save" | "submit" | "sendBack" | "sign" | "validate" | "addAddendum" | "correct";

export interface Code {
  value: string;
  scheme: string;
  meaning: string;
}

export interface Section {
  key: string;
  title: string;
  text: string;
}

export interface FieldValue {
  key: string;
  value: string;
  unit?: string | null;
  code?: Code | null;
}

export interface KeyImageReference {
  studyInstanceUID: string;
  seriesInstanceUID: string;
  sopClassUID: string;
  sopInstanceUID: string;
  /** From 1; absent for the whole instance. */
  frame?: number | null;
  caption?: string | null;
}

export interface ReportContent {
  template: string;
  language: string;
  sections: Section[];
  fields: FieldValue[];
  keyImages: KeyImageReference[];
}

export interface ReportVersion {
  exam: number;
  number: number;
  status: ReportStatus;
  content: ReportContent;
  /** Microseconds since 1970-01-01 UTC. */
  at: number;
  author: string;
  reason: string;
  sopInstanceUID: string;
  hash: string;
}

export interface TemplateSection {
  key: string;
  title: string;
  code?: Code | null;
  text: string;
  isRequired: boolean;
}

export interface TemplateField {
  key: string;
  title: string;
  kind: "text" | "number" | "choice" | "date";
  unit?: string | null;
  choices: Code[];
  code?: Code | null;
  isRequired: boolean;
}

export interface ReportTemplate {
  name: string;
  title: string;
  language: string;
  modality: string;
  sections: TemplateSection[];
  fields: TemplateField[];
  needsSecondReader: boolean;
}

export interface StudyLink {
  facts: {
    studyInstanceUID: string; accession: string; date: string; description: string; modalities: string[];
    instances: number;
  };
  state: "matched" | "mismatched" | "unmatched" | "dismissed";
}

/** An exam with all that a worklist says of it. */
export interface ExamItem {
  patient: Patient;
  order: Order;
  exam: Exam;
  studies: StudyLink[];
}

export interface ExamView {
  exam: ExamItem;
  commands: string[];
}

export interface ReportFound {
  exam: ExamItem;
  report: ReportVersion;
  /** The words of its text that were asked for, in small letters. */
  matched: string[];
}

export type CriticalLevel = "red" | "orange" | "yellow";

export interface CriticalCall {
  person: string;
  means: string;
  readBack: boolean;
  at: number;
  by: string;
}

export interface CriticalResult {
  id: number;
  exam: number;
  level: CriticalLevel;
  finding: string;
  at: number;
  by: string;
  /** Who is to be told first. */
  recipient: string;
  calls: CriticalCall[];
  /** Nobody had acknowledged it in time: who was to be told next, and since when. */
  escalations: { at: number; contact: string }[];
}

/** One that nobody has acknowledged, with its exam. */
export interface OpenCritical {
  result: CriticalResult;
  isLate: boolean;
  contact: string;
  dueAt?: number | null;
  exam: ExamItem;
}

/** What somebody writes that is no version yet, as the server keeps it. */
export interface ReportDraft {
  mode: "report" | "addendum" | "correction";
  content: ReportContent;
  basedOn: number;
  /** Microseconds since 1970-01-01 UTC. */
  savedAt: number;
}

/** Clinicians may see it. */
export function isVisible(status: ReportStatus | undefined): boolean {
  return status === "validated" || status === "addendum" || status === "correction";
}

/** The study whose images an exam has; the one that it was asked under where none came yet. */
export function studyOf(item: ExamItem): string {
  const matched = item.studies.find((one) => one.state === "matched") ?? item.studies[0];
  return matched?.facts.studyInstanceUID ?? item.exam.studyInstanceUID;
}
