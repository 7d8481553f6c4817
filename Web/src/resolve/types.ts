// SPDX-License-Identifier: Apache-2.0

import { Exam, Order, Patient } from "../radiology/types";

/** What is to be put right, as `/api/v1` has it. */

export interface StudyLink {
  facts: {
    studyInstanceUID: string;
    patient: { id: string; issuer: string; name: string; birthDate: string };
    accession: string; date: string; description: string; modalities: string[]; instances: number; receivedAt: number;
  };
  state: "matched" | "mismatched" | "unmatched" | "dismissed";
  exam: number;
  by: string;
  differences: { attribute: string; study: string; order: string }[];
}

export interface ExamLine {
  exam: { patient: Patient; order: Order; exam: Exam; studies: StudyLink[] };
  commands: string[];
}

export interface Correction {
  name: string;
  kind: string;
  at: number;
  actor: string;
  comment: string;
  patient?: { id: string; issuer: string };
  study?: string;
  series?: string;
  instances?: string[];
  values?: Record<string, string>;
  meaning?: string | null;
  refersTo?: string | null;
  undoneBy?: string | null;
  purged?: boolean;
}

export interface HiddenStudy {
  correction: Correction;
  purgeAt: number | null;
  studyUID: string;
  patientID: string;
  patientName: string;
  date: string;
  description: string;
  seriesCount: number;
  instanceCount: number;
  bytes: number;
}
