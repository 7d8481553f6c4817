// SPDX-License-Identifier: Apache-2.0

import { Archive } from "../api/archive";
import { isAbort } from "../api/problem";
import { StudyPage, StudySummary } from "../api/types";
import { ElsewhereStudy } from "./other-archives";
import { ListQuery, requestParameters } from "./query";

export const PAGE_SIZE = 50;
const MOST_PAGES = 60;

export interface PagesObserver {
  /** Rows or the total have changed. `fresh`: they belong to a new query. */
  changed(fresh: boolean): void;
  failed(error: unknown): void;
}

/**
 * The rows of one query, a page at a time from the server, and after them what other archives have. Requests of an
 * older query are cancelled.
 */
export class StudyPages {
  /** Studies of this archive. */
  here = 0;
  /** There are more of them than were counted. */
  isMore = false;
  /** Studies of other archives. */
  elsewhere: readonly ElsewhereStudy[] = [];
  /** False until the first page of the query is here. */
  ready = false;
  private query: ListQuery | null = null;
  private pages = new Map<number, StudySummary[]>();
  private requests = new Map<number, AbortController>();
  private refreshing: AbortController | null = null;

  constructor(private readonly archive: Archive, private readonly observer: PagesObserver) {}

  get total(): number {
    return this.here + this.elsewhere.length;
  }

  row(index: number): StudySummary | undefined {
    if (index >= this.here) return this.elsewhere[index - this.here];
    return this.pages.get(Math.floor(index / PAGE_SIZE))?.[index % PAGE_SIZE];
  }

  rowOf(studyUID: string): number | undefined {
    for (const [page, rows] of this.pages) {
      const at = rows.findIndex((row) => row.studyUID === studyUID);
      if (at >= 0) return page * PAGE_SIZE + at;
    }
    const at = this.elsewhere.findIndex((row) => row.studyUID === studyUID);
    return at >= 0 ? this.here + at : undefined;
  }

  /** Asks for a new query. The rows of the old one stay until the answer is here. */
  async open(query: ListQuery): Promise<void> {
    this.cancel();
    this.query = query;
    this.ready = false;
    this.elsewhere = [];
    const request = new AbortController();
    this.requests.set(0, request);
    try {
      const page = await this.fetch(0, request.signal);
      this.requests.delete(0);
      this.pages.clear();
      this.take(0, page);
      this.ready = true;
      this.observer.changed(true);
    } catch (error) {
      if (isAbort(error)) return;
      this.requests.delete(0);
      this.observer.failed(error);
    }
  }

  /** Asks for the pages that are missing, and gives up those that nobody waits for any longer. */
  need(pages: readonly number[]): void {
    if (!this.ready) return;
    for (const [page, request] of this.requests) {
      if (!pages.includes(page)) {
        request.abort();
        this.requests.delete(page);
      }
    }
    for (const page of pages) {
      if (page * PAGE_SIZE >= this.here) continue;
      if (!this.pages.has(page) && !this.requests.has(page)) void this.load(page);
    }
  }

  /** Asks again for these pages and takes all answers at once, so that no row is seen twice or jumps. */
  async refresh(pages: readonly number[], beforeChange: () => () => void): Promise<void> {
    if (!this.ready) return;
    this.refreshing?.abort();
    const request = new AbortController();
    this.refreshing = request;
    try {
      const answers = await Promise.all(pages.map((page) => this.fetch(page, request.signal)));
      if (request.signal.aborted) return;
      const afterChange = beforeChange();
      this.pages.clear();
      answers.forEach((answer, at) => this.take(pages[at], answer));
      afterChange();
      this.observer.changed(false);
    } catch (error) {
      if (!isAbort(error)) this.observer.failed(error);
    }
  }

  cancel(): void {
    this.refreshing?.abort();
    this.requests.forEach((request) => request.abort());
    this.requests.clear();
  }

  private async load(page: number): Promise<void> {
    const request = new AbortController();
    this.requests.set(page, request);
    try {
      this.take(page, await this.fetch(page, request.signal));
      this.observer.changed(false);
    } catch (error) {
      if (!isAbort(error)) this.observer.failed(error);
    } finally {
      if (this.requests.get(page) === request) this.requests.delete(page);
    }
  }

  private fetch(page: number, signal: AbortSignal): Promise<StudyPage> {
    const query = this.query;
    if (!query) return Promise.reject(new Error("no query"));
    return this.archive.studies(requestParameters(query, page * PAGE_SIZE, PAGE_SIZE, new Date()), signal);
  }

  private take(page: number, answer: StudyPage): void {
    this.here = answer.total;
    this.isMore = answer.isMore;
    this.pages.delete(page);
    this.pages.set(page, answer.studies);
    for (const oldest of this.pages.keys()) {
      if (this.pages.size <= MOST_PAGES) break;
      this.pages.delete(oldest);
    }
  }
}
