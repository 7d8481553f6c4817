// SPDX-License-Identifier: Apache-2.0

import { Http } from "../api/http";
import { Exam, ExamStates, Order, OrderView, Patient } from "./types";

/** What a new order says; the server fills in the rest. */
export interface NewOrder {
  patient: Partial<Patient>;
  order: {
    request: Partial<Order["request"]>;
    procedures: {
      description: string; priority: string; details?: { catalogueCode: string };
      steps: {
        modality: string; description: string; minutes?: number; start?: { date: string; time: string };
        station?: { aeTitles: string[]; name: string; location: string };
      }[];
    }[];
  };
}

/** An exam that the department offers. */
export interface CatalogueEntry {
  code: string;
  title: string;
  steps: { modality: string; minutes: number }[];
  isActive: boolean;
}

interface ExamRow {
  exam: { patient: Patient; order: Order; exam: Exam };
  commands: string[];
}

/** Orders, exams and patients of the server. */
export class DepartmentClient {
  private known: Promise<ExamStates> | null = null;

  constructor(readonly http: Http) {}

  /** The transition table, asked for once. */
  states(): Promise<ExamStates> {
    this.known ??= this.http.json<ExamStates>("/api/v1/exam-states").catch((error: unknown) => {
      this.known = null;
      throw error;
    });
    return this.known;
  }

  async orders(
    query: { search: string; statuses: string[]; order?: string; offset: number; limit: number },
    signal?: AbortSignal,
  ): Promise<OrderView[]> {
    const parameters = new URLSearchParams({ offset: String(query.offset), limit: String(query.limit) });
    if (query.search) parameters.set("search", query.search);
    if (query.order) parameters.set("order", query.order);
    query.statuses.forEach((status) => parameters.append("status", status));
    return (await this.http.json<{ orders: OrderView[] }>(`/api/v1/orders?${parameters}`, signal)).orders;
  }

  /** Exams in some states with what the user may do with each. */
  async exams(
    query: { search: string; statuses: readonly string[]; order?: string; station?: string; day?: string;
      offset: number; limit: number }, signal?: AbortSignal,
  ): Promise<{ total: number; views: OrderView[] }> {
    const parameters = new URLSearchParams({ offset: String(query.offset), limit: String(query.limit) });
    if (query.search) parameters.set("search", query.search);
    if (query.order) parameters.set("order", query.order);
    if (query.station) parameters.set("station", query.station);
    if (query.day) {
      parameters.set("from", query.day);
      parameters.set("to", query.day);
    }
    query.statuses.forEach((status) => parameters.append("status", status));
    const found = await this.http.json<{ total: number; exams: ExamRow[] }>(`/api/v1/exams?${parameters}`, signal);
    const views = found.exams.map(({ exam, commands }) => ({
      order: { ...exam.order, procedures: [exam.exam] }, status: "", patient: exam.patient,
      commands: { [String(exam.exam.id)]: commands },
    }));
    return { total: found.total, views };
  }

  /** How many exams stand in each state; none is counted further than `largest`. */
  counts(signal?: AbortSignal): Promise<{ counts: Record<string, number>; largest: number }> {
    return this.http.json("/api/v1/exam-counts", signal);
  }

  /** Patients who may be the one that is described. */
  async similarPatients(
    known: { name: string; birthDate: string; identifier: string; telephone?: string }, signal?: AbortSignal,
  ): Promise<{ patient: Patient; reasons: string[] }[]> {
    const parameters = new URLSearchParams(known);
    return (await this.http.json<{ patients: { patient: Patient; reasons: string[] }[] }>(
      `/api/v1/similar-patients?${parameters}`, signal)).patients;
  }

  /** Exams of the same kind that a patient had lately, or is to have. */
  async similarExams(
    patient: number, code: string, description: string, signal?: AbortSignal,
  ): Promise<{ exam: { order: Order; exam: Exam }; isOpen: boolean }[]> {
    const parameters = new URLSearchParams({ patient: String(patient), code, description });
    return (await this.http.json<{ exams: { exam: { order: Order; exam: Exam }; isOpen: boolean }[] }>(
      `/api/v1/similar-exams?${parameters}`, signal)).exams;
  }

  order(id: number, signal?: AbortSignal): Promise<OrderView> {
    return this.http.json(`/api/v1/orders/${id}`, signal);
  }

  async patients(search: string, signal?: AbortSignal): Promise<Patient[]> {
    const parameters = new URLSearchParams({ search, limit: "20" });
    return (await this.http.json<{ patients: Patient[] }>(`/api/v1/patients?${parameters}`, signal)).patients;
  }

  patient(id: number): Promise<Patient> {
    return this.http.json(`/api/v1/patients/${id}`);
  }

  async catalogue(): Promise<CatalogueEntry[]> {
    return (await this.http.json<{ entries: CatalogueEntry[] }>("/api/v1/catalogue")).entries;
  }

  async place(order: NewOrder): Promise<OrderView> {
    return this.send("POST", "/api/v1/orders", order);
  }

  perform(exam: number, command: string, reason: string): Promise<OrderView> {
    return this.send("POST", `/api/v1/exams/${exam}/commands`, { command, reason });
  }

  claim(exam: number, takeOver: boolean): Promise<OrderView> {
    return this.send("POST", `/api/v1/exams/${exam}/claim${takeOver ? "?takeOver=true" : ""}`, {});
  }

  release(exam: number): Promise<OrderView> {
    return this.send("DELETE", `/api/v1/exams/${exam}/claim`);
  }

  private async send(method: "POST" | "DELETE", path: string, body?: unknown): Promise<OrderView> {
    const response = await this.http.authorised(method, path, { body });
    return (await response.json()) as OrderView;
  }
}
