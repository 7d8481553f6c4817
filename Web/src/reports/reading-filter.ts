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

/** The exams that were left behind in this window, so that "next" leads on; a look at the list begins anew. */
export class Visited {
  private static readonly stored = "martlet.reading.visited";

  constructor(private readonly storage: Storage = sessionStorage) {}

  get all(): ReadonlySet<number> {
    return new Set((this.storage.getItem(Visited.stored) ?? "").split(" ").filter(Boolean).map(Number));
  }

  add(exam: number): void {
    this.storage.setItem(Visited.stored, [...this.all, exam].slice(-MOST_NEXT).join(" "));
  }

  clear(): void {
    this.storage.removeItem(Visited.stored);
  }
}

/** The first exam of a list that nobody else works on and that was not left behind. Null where there is none. */
export async function nextExam(
  client: Pick<ReportsClient, "exams">, filter: ExamFilter, visited: ReadonlySet<number>, user: string,
): Promise<number | null> {
  const { exams } = await client.exams({ ...filter, claimedBy: null, offset: 0, limit: MOST_NEXT });
  const free = exams.find(({ exam }) => {
    const holder = exam.exam.claim?.by;
    return !visited.has(exam.exam.id) && (holder === undefined || holder === user);
  });
  return free?.exam.exam.id ?? null;
}
