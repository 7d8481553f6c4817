// SPDX-License-Identifier: Apache-2.0

import { ExamFilter, ReportsClient } from "./client";

/** What a reading list is of; `t` translates the titles. */
export const readingLists = [
  { key: "read", title: "To interpret", statuses: ["toRead", "dictated"] },
  { key: "sign", title: "To sign", statuses: ["toSign"] },
  { key: "all", title: "All unread", statuses: ["toRead", "dictated", "toSign"] },
  { key: "done", title: "Validated", statuses: ["validated", "sent"] },
] as const;

const MOST_NEXT = 100;

/** The filter that an address stands for. */
export function readingFilter(query: URLSearchParams, user: string): ExamFilter {
  const list = readingLists.find((one) => one.key === query.get("list")) ?? readingLists[0];
  const who = query.get("who");
  return {
    statuses: list.statuses, modality: query.get("modality") ?? "",
    claimedBy: who === "mine" ? user : who === "free" ? "" : null, urgent: query.get("urgent") === "true",
    search: query.get("search") ?? "", newestFirst: list.key === "done", offset: 0, limit: 100,
  };
}

/** The exam that comes after one in a list: the first that nobody else works on. Null where there is none. */
export async function nextExam(
  client: Pick<ReportsClient, "exams">, filter: ExamFilter, current: number, user: string,
): Promise<number | null> {
  const { exams } = await client.exams({ ...filter, claimedBy: null, offset: 0, limit: MOST_NEXT });
  const at = exams.findIndex((one) => one.exam.exam.id === current);
  const inOrder = [...exams.slice(at + 1), ...exams.slice(0, Math.max(0, at))];
  const free = inOrder.find(({ exam }) => {
    const holder = exam.exam.claim?.by;
    return exam.exam.id !== current && (holder === undefined || holder === user);
  });
  return free?.exam.exam.id ?? null;
}
