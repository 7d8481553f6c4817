// SPDX-License-Identifier: Apache-2.0

import { Exam, LocalDateTime, Order, Patient } from "../types";

/** The agenda of `/api/v1` as it stands on the wire. */

export type ResourceKind = "room" | "machine" | "person";

export interface Opening {
  /** 1 for Monday to 7 for Sunday. */
  weekday: number;
  /** Minutes of the day; the end is not in it. */
  from: number;
  to: number;
}

export interface Closure {
  from: LocalDateTime;
  to: LocalDateTime;
  reason: string;
}

export interface Resource {
  id: number;
  name: string;
  kind: ResourceKind;
  aeTitle: string;
  modality: string;
  location: string;
  openings: Opening[];
  closures: Closure[];
  isActive: boolean;
}

export interface Booking {
  id: number;
  /** 0 for what is no exam. */
  exam: number;
  step: number;
  resources: number[];
  start: LocalDateTime;
  minutes: number;
  title: string;
  isOverbooked: boolean;
  bookedBy: string;
}

export interface Appointment {
  booking: Booking;
  exam?: Exam | null;
  order?: number | null;
  patient?: Patient | null;
  /** What the user may do with the exam. */
  commands: string[];
}

export interface WaitingEntry {
  entry: { exam: number; since: number; wishedFrom: string; wishedTo: string; note: string };
  order: Order;
  patient?: Patient | null;
}

/** An exam without a time, or the exam of an appointment: what can be put on the agenda. */
export interface Bookable {
  exam: number;
  order: number;
  patient: Patient | null;
  description: string;
  modality: string;
  minutes: number;
  priority: string;
}
