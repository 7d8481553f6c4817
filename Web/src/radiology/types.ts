// SPDX-License-Identifier: Apache-2.0

/** Orders, exams and patients of `/api/v1` as they stand on the wire. */

export interface Identifier {
  value: string;
  issuer: string;
  type?: string;
}

export interface OrderNumber {
  value: string;
  issuer: string;
}

export interface Patient {
  id: number;
  identifiers: Identifier[];
  /** PN. */
  name: string;
  /** YYYYMMDD, or empty. */
  birthDate: string;
  sex: string;
  clinical?: {
    weight?: number | null; allergies?: string[]; medicalAlerts?: string[]; specialNeeds?: string; pregnancy?: unknown;
  };
  mergedInto?: number | null;
  version: number;
}

export interface LocalDateTime {
  /** YYYYMMDD. */
  date: string;
  /** HHMMSS. */
  time: string;
}

export interface Step {
  id: number;
  stepID: string;
  modality: string;
  description: string;
  station: { aeTitles: string[]; name: string; location: string };
  start?: LocalDateTime | null;
  minutes: number;
  performingPhysician: string;
  comments: string;
  status: string;
}

export interface Exam {
  id: number;
  procedureID: string;
  description: string;
  studyInstanceUID: string;
  priority: Priority;
  details: { laterality: string; comments: string; transport: string; location: string };
  status: ExamStatus;
  steps: Step[];
  claim?: { by: string; at: number } | null;
  endReason: string;
  /** Microseconds since 1970-01-01 UTC. */
  statusSince: number;
}

export interface Order {
  id: number;
  patient: number;
  placer: OrderNumber;
  filler: OrderNumber;
  accession: OrderNumber;
  request: {
    requestingPhysician: string; requestingService: string; referringPhysician: string; reason: string; history: string;
    comments: string; wishedDate: string;
  };
  visit: { location: string; patientClass: string };
  procedures: Exam[];
  placedAt: number;
  placedBy: string;
  version: number;
}

export interface DepartmentEvent {
  sequence: number;
  kind: string;
  at: number;
  from: string;
  to: string;
  by: string;
  reason: string;
}

/** An order with what the user may do with each exam of it. */
export interface OrderView {
  order: Order;
  status: string;
  patient?: Patient | null;
  /** By the exam's id. */
  commands: Record<string, string[]>;
  events?: DepartmentEvent[] | null;
}

export type Priority = "STAT" | "HIGH" | "MEDIUM" | "ROUTINE" | "LOW";

export type ExamStatus =
  | "requested" | "scheduled" | "arrived" | "inRoom" | "performed" | "toRead" | "dictated" | "toSign" | "validated"
  | "sent" | "cancelled" | "noShow" | "discontinued";

/** The transition table of exams, as the server has it. */
export interface ExamStates {
  states: { state: ExamStatus; title: string }[];
  transitions: {
    from: ExamStatus; command: string; title: string; to: ExamStatus; needsReason: boolean; allowed: boolean;
  }[];
}
