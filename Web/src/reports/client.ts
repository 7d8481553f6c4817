// SPDX-License-Identifier: Apache-2.0

import { Http } from "../api/http";
import { ApiError } from "../api/problem";
import {
  CriticalLevel, CriticalResult, ExamItem, ExamView, OpenCritical, ReportCommand, ReportContent, ReportDraft,
  ReportFound, ReportTemplate, ReportVersion,
} from "./types";

/** What a reading list shows. */
export interface ExamFilter {
  statuses: readonly string[];
  modality: string;
  /** User name; empty for nobody; null for everybody. */
  claimedBy: string | null;
  urgent: boolean;
  search: string;
  newestFirst: boolean;
  offset: number;
  limit: number;
}

/** Reports, and the exams that they are of. */
export class ReportsClient {
  constructor(private readonly http: Http) {}

  exams(filter: ExamFilter, signal?: AbortSignal): Promise<{ total: number; exams: ExamView[] }> {
    const parameters = new URLSearchParams({ offset: String(filter.offset), limit: String(filter.limit) });
    filter.statuses.forEach((status) => parameters.append("status", status));
    if (filter.modality) parameters.append("modality", filter.modality);
    if (filter.claimedBy !== null) parameters.set("claimedBy", filter.claimedBy);
    if (filter.urgent) parameters.set("urgent", "true");
    if (filter.search) parameters.set("search", filter.search);
    if (filter.newestFirst) parameters.set("order", "newest");
    return this.http.json(`/api/v1/exams?${parameters}`, signal);
  }

  exam(id: number, signal?: AbortSignal): Promise<ExamView> {
    return this.http.json(`/api/v1/exams/${id}`, signal);
  }

  async claim(exam: number, takeOver: boolean): Promise<void> {
    await this.http.authorised("POST", `/api/v1/exams/${exam}/claim${takeOver ? "?takeOver=true" : ""}`, { body: {} });
  }

  async release(exam: number, isLast = false): Promise<void> {
    await this.http.authorised("DELETE", `/api/v1/exams/${exam}/claim`, { keepalive: isLast });
  }

  /** The versions that the user may see, oldest first; none where there are none. */
  async versions(exam: number, signal?: AbortSignal): Promise<ReportVersion[]> {
    try {
      return (await this.http.json<{ versions: ReportVersion[] }>(`/api/v1/exams/${exam}/report`, signal)).versions;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return [];
      throw error;
    }
  }

  async write(
    exam: number, command: ReportCommand, content: ReportContent | null, basedOn: number, reason = "",
  ): Promise<ReportVersion> {
    const body = { command, basedOn, reason, ...(content ? { content } : {}) };
    const response = await this.http.authorised("POST", `/api/v1/exams/${exam}/report`, { body });
    return (await response.json()) as ReportVersion;
  }

  /** One's own addendum or correction that is being written; null where there is none. */
  async draft(exam: number): Promise<ReportDraft | null> {
    try {
      return await this.http.json<ReportDraft>(`/api/v1/exams/${exam}/report-draft`);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
  }

  async keepDraft(exam: number, draft: Omit<ReportDraft, "savedAt">): Promise<void> {
    await this.http.authorised("PUT", `/api/v1/exams/${exam}/report-draft`, { body: draft });
  }

  async discardDraft(exam: number): Promise<void> {
    await this.http.authorised("DELETE", `/api/v1/exams/${exam}/report-draft`);
  }

  template(exam: number): Promise<ReportTemplate> {
    return this.http.json(`/api/v1/exams/${exam}/report-template`);
  }

  async templates(): Promise<ReportTemplate[]> {
    return (await this.http.json<{ templates: ReportTemplate[] }>("/api/v1/report-templates")).templates;
  }

  /** Validated reports of a patient, newest first. */
  async ofPatient(patient: number): Promise<{ exam: ExamItem; report?: ReportVersion | null }[]> {
    return (await this.http.json<{ exams: { exam: ExamItem; report?: ReportVersion | null }[] }>(
      `/api/v1/patients/${patient}/reports?limit=50`)).exams;
  }

  /** The validated versions of an exam, with the exam: the same for everybody. */
  validated(exam: number, signal?: AbortSignal): Promise<{
    exam: ExamItem; versions: ReportVersion[]; template?: ReportTemplate | null;
  }> {
    return this.http.json(`/api/v1/reports/${exam}`, signal);
  }

  async search(
    query: { words: string; affirmed: boolean; language: string; offset: number; limit: number }, signal?: AbortSignal,
  ): Promise<ReportFound[]> {
    const parameters = new URLSearchParams({
      words: query.words, offset: String(query.offset), limit: String(query.limit),
    });
    if (query.affirmed) parameters.set("affirmed", "true");
    if (query.language) parameters.set("language", query.language);
    return (await this.http.json<{ reports: ReportFound[] }>(`/api/v1/reports?${parameters}`, signal)).reports;
  }

  async criticalResults(exam: number): Promise<CriticalResult[]> {
    return (await this.http.json<{ results: CriticalResult[] }>(`/api/v1/exams/${exam}/critical-results`)).results;
  }

  /** Those that nobody has acknowledged, the oldest first. */
  async openCritical(): Promise<OpenCritical[]> {
    return (await this.http.json<{ results: OpenCritical[] }>("/api/v1/critical-results")).results;
  }

  async raise(
    exam: number, level: CriticalLevel, finding: string, recipient: string,
  ): Promise<CriticalResult> {
    const body = { level, finding, recipient };
    const response = await this.http.authorised("POST", `/api/v1/exams/${exam}/critical-results`, { body });
    return (await response.json()) as CriticalResult;
  }

  async noteCall(result: number, call: { person: string; means: string; readBack: boolean }): Promise<CriticalResult> {
    const response = await this.http.authorised("POST", `/api/v1/critical-results/${result}/calls`, { body: call });
    return (await response.json()) as CriticalResult;
  }
}
