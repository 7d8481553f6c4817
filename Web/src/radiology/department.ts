// SPDX-License-Identifier: Apache-2.0

import { Http } from "../api/http";
import { ExamStates, Order, OrderView, Patient } from "./types";

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
    query: { search: string; statuses: string[]; offset: number; limit: number }, signal?: AbortSignal,
  ): Promise<OrderView[]> {
    const parameters = new URLSearchParams({ offset: String(query.offset), limit: String(query.limit) });
    if (query.search) parameters.set("search", query.search);
    query.statuses.forEach((status) => parameters.append("status", status));
    return (await this.http.json<{ orders: OrderView[] }>(`/api/v1/orders?${parameters}`, signal)).orders;
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
