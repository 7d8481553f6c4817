// SPDX-License-Identifier: Apache-2.0

import { ExamStatus } from "./types";

/** A worklist: the exams in some states. */
export interface Worklist {
  readonly key: string;
  readonly title: string;
  readonly statuses: readonly ExamStatus[];
  /** Who begins their day with it. */
  readonly roles: readonly string[];
  /** Urgent first where it is not said; `start` by the time of the appointment. */
  readonly order?: "start" | "newest";
  /** Lists of what is over have no end that anybody counts. */
  readonly isOver?: boolean;
}

export const worklists: readonly Worklist[] = [
  { key: "schedule", title: "To schedule", statuses: ["requested", "noShow"], roles: ["receptionist", "secretary"] },
  { key: "scheduled", title: "Scheduled", statuses: ["scheduled"], roles: [], order: "start" },
  { key: "waiting", title: "Arrived", statuses: ["arrived"], roles: ["technologist"] },
  { key: "room", title: "In room", statuses: ["inRoom"], roles: [] },
  { key: "performed", title: "Exam done", statuses: ["performed"], roles: [] },
  { key: "read", title: "To interpret", statuses: ["toRead"], roles: ["radiologist"] },
  { key: "drafts", title: "Dictated", statuses: ["dictated"], roles: [] },
  { key: "sign", title: "To sign", statuses: ["toSign"], roles: [] },
  {
    key: "done", title: "Validated", statuses: ["validated", "sent"], roles: ["clinician"], order: "newest",
    isOver: true,
  },
  {
    key: "ended", title: "Not done", statuses: ["cancelled", "discontinued"], roles: [], order: "newest",
    isOver: true,
  },
  { key: "all", title: "All", statuses: [], roles: ["administrator"], order: "newest", isOver: true },
];

export function worklist(key: string | null, role: string): Worklist {
  const found = worklists.find((each) => each.key === key) ?? worklists.find((each) => each.roles.includes(role));
  return found ?? worklists[worklists.length - 1];
}
