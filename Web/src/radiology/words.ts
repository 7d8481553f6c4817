// SPDX-License-Identifier: Apache-2.0

import { date, dayAt, time } from "../components/text";
import { t } from "../i18n/i18n";
import { DepartmentEvent, ExamStates, LocalDateTime, Patient, Priority, Step } from "./types";

/** How orders and exams read on the screen. */

export function startText(start: LocalDateTime | null | undefined): string {
  return start ? `${date(start.date)} ${time(start.time)}` : "";
}

export function identifierText(patient: Patient | null | undefined): string {
  const first = patient?.identifiers[0];
  if (!first) return "";
  return first.issuer ? `${first.value} (${first.issuer})` : first.value;
}

export function stationText(step: Step): string {
  return [step.station.name, step.station.aeTitles.join(", "), step.station.location].filter(Boolean).join(" · ");
}

/** A time of the server on this screen's clock. */
export function momentText(microseconds: number): string {
  const at = new Date(microseconds / 1000);
  return `${date(dayAt(at))} ${at.toTimeString().slice(0, 8)}`;
}

const priorities: Record<Priority, string> = {
  STAT: "Emergency", HIGH: "Urgent", MEDIUM: "Soon", ROUTINE: "Routine", LOW: "Low",
};

export function priorityText(priority: Priority): string {
  return t(priorities[priority] ?? priority);
}

/** The most urgent first, then those who wait the longest; as the server sorts its lists. */
export function byUrgency(
  left: { priority: Priority; since: number }, right: { priority: Priority; since: number },
): number {
  const ranks: Priority[] = ["STAT", "HIGH", "MEDIUM", "ROUTINE", "LOW"];
  return ranks.indexOf(left.priority) - ranks.indexOf(right.priority) || left.since - right.since;
}

export function isUrgent(priority: Priority): boolean {
  return priority === "STAT" || priority === "HIGH";
}

export function statusTitle(states: ExamStates | null, status: string): string {
  return t(states?.states.find((each) => each.state === status)?.title ?? status);
}

export function commandTitle(states: ExamStates | null, command: string): string {
  return t(states?.transitions.find((each) => each.command === command)?.title ?? command);
}

/** What somebody waits for longer than an hour is worth a look. */
export function waited(since: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - since / 1000) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 2880) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return t("{n} d", { n: Math.floor(minutes / 1440) });
}

const stepStates: readonly { state: string; label: string }[] = [
  { state: "SCHEDULED", label: "Scheduled" }, { state: "ARRIVED", label: "Arrived" },
  { state: "READY", label: "Ready" },
  { state: "STARTED", label: "Started" }, { state: "DEPARTED", label: "Departed" },
  { state: "CANCELED", label: "Cancelled" }, { state: "DISCONTINUED", label: "Discontinued" },
  { state: "COMPLETED", label: "Completed" },
];

/** PS3.3 C.4.10: Scheduled Procedure Step Status. */
export function stepStateText(state: string): string {
  const known = stepStates.find((each) => each.state === state.toUpperCase());
  return known ? t(known.label) : state;
}

/** What events are about, other than an exam's own commands. */
const eventTitles: readonly { kind: string; label: string }[] = [
  { kind: "order.placed", label: "Order placed" }, { kind: "order.changed", label: "Order changed" },
  { kind: "order.replaced", label: "Order replaced" }, { kind: "order.cancelled", label: "Order cancelled" },
  { kind: "order.discontinued", label: "Order discontinued" }, { kind: "order.moved", label: "Order moved" },
  { kind: "patient.registered", label: "Patient registered" }, { kind: "patient.changed", label: "Patient changed" },
  { kind: "patient.merged", label: "Patients merged" }, { kind: "patient.unmerged", label: "Merge undone" },
  { kind: "step.start", label: "Step started" }, { kind: "step.complete", label: "Step completed" },
  { kind: "step.arrive", label: "Step: patient arrived" }, { kind: "step.discontinue", label: "Step discontinued" },
  { kind: "study.matched", label: "Images came" },
  { kind: "study.mismatched", label: "Images came that say otherwise" },
  { kind: "study.attached", label: "Images attached" }, { kind: "study.detached", label: "Images detached" },
  { kind: "critical.raised", label: "Critical result raised" },
  { kind: "critical.called", label: "Critical result told" },
  { kind: "critical.acknowledged", label: "Critical result acknowledged" },
  { kind: "critical.escalated", label: "Critical result passed on" },
  { kind: "exam.claim", label: "Claimed" }, { kind: "exam.unclaim", label: "Released" },
  { kind: "exam.screen", label: "Safety questions answered" }, { kind: "exam.wait", label: "On the waiting list" },
];

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A line of an order's history. */
export function eventText(event: DepartmentEvent, states: ExamStates | null): string {
  const [subject = "", command = ""] = event.kind.split(".");
  if (subject === "exam" && command === "place") return statusTitle(states, event.to);
  const known = eventTitles.find((each) => each.kind === event.kind)?.label;
  const title = subject === "exam" ? commandTitle(states, command) : event.kind;
  const what = known && (subject !== "exam" || title === command) ? t(known)
    : subject === "exam" ? title : sentence(`${subject} ${command}`.trim());
  const state = (name: string): string => subject === "step" ? stepStateText(name) : statusTitle(states, name);
  const change = event.to && event.from !== event.to
    ? `: ${event.from ? `${state(event.from)} → ` : ""}${state(event.to)}` : "";
  return `${what}${change}${event.reason ? ` (${event.reason})` : ""}`;
}
