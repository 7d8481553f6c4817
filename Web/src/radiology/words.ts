// SPDX-License-Identifier: Apache-2.0

import { date, time } from "../components/text";
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
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${at.toTimeString().slice(0, 8)}`;
}

const priorities: Record<Priority, string> = {
  STAT: "Emergency", HIGH: "Urgent", MEDIUM: "Soon", ROUTINE: "Routine", LOW: "Low",
};

export function priorityText(priority: Priority): string {
  return t(priorities[priority] ?? priority);
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
  return `${Math.floor(minutes / 1440)} d`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A line of an order's history. */
export function eventText(event: DepartmentEvent, states: ExamStates | null): string {
  const [subject = "", command = ""] = event.kind.split(".");
  if (subject === "exam" && command === "place") return statusTitle(states, event.to);
  const what = subject === "exam" ? commandTitle(states, command) : sentence(`${subject} ${command}`.trim());
  const change = event.to && event.from !== event.to
    ? `: ${event.from ? `${statusTitle(states, event.from)} → ` : ""}${statusTitle(states, event.to)}` : "";
  return `${what}${change}${event.reason ? ` (${event.reason})` : ""}`;
}
