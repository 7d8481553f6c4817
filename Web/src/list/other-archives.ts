// SPDX-License-Identifier: Apache-2.0

import { Http } from "../api/http";
import { isAbort } from "../api/problem";
import { StudySummary } from "../api/types";
import { isFiltered, ListQuery, requestParameters } from "./query";

/** A study that is in other archives and not here. */
export interface ElsewhereStudy extends StudySummary {
  archives: string[];
}

export interface ElsewherePage {
  studies: ElsewhereStudy[];
  hasMore: boolean;
  /** Who gave no answer, or not all. */
  absent: { archive: string; reason: string }[];
}

/** How far a study is that is brought here. */
export interface FetchState {
  state: "waiting" | "running" | "paused" | "done" | "failed" | "cancelled";
  total: number;
  completed: number;
  failed: number;
  reason: string;
}

const uid = encodeURIComponent;
const MOST_STUDIES = 500;

export function isElsewhere(study: StudySummary): study is ElsewhereStudy {
  return (study.archives?.length ?? 0) > 0;
}

/** Asks the archives beside this one, for one query at a time. */
export class OtherArchives {
  private request: AbortController | null = null;

  constructor(private readonly http: Http) {}

  /** What they have of a query; null where they are not to be asked for it, or another query came meanwhile. */
  async ask(query: ListQuery): Promise<ElsewherePage | null> {
    this.cancel();
    // Nobody wants to see all that all archives have.
    if (!query.others || !isFiltered(query)) return null;
    const request = new AbortController();
    this.request = request;
    const parameters = requestParameters(query, 0, MOST_STUDIES, new Date());
    try {
      return await this.http.json<ElsewherePage>(`/api/v1/other-archives/studies?${parameters}`, request.signal);
    } catch (error) {
      if (isAbort(error)) return null;
      throw error;
    } finally {
      if (this.request === request) this.request = null;
    }
  }

  cancel(): void {
    this.request?.abort();
    this.request = null;
  }

  /** Has a study brought here; joins whoever has asked for it before. */
  async fetch(study: ElsewhereStudy): Promise<FetchState> {
    const response = await this.http.authorised("POST", this.address(study), { body: { archives: study.archives } });
    return (await response.json()) as FetchState;
  }

  progress(study: ElsewhereStudy): Promise<FetchState> {
    return this.http.json<FetchState>(this.address(study));
  }

  private address(study: ElsewhereStudy): string {
    return `/api/v1/other-archives/studies/${uid(study.studyUID)}/fetch`;
  }
}
