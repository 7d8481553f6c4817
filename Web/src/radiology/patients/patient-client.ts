// SPDX-License-Identifier: Apache-2.0

import { Http } from "../../api/http";
import { OrderView, Patient } from "../types";

/** A patient with all that the department knows. */
export interface PatientRecord extends Patient {
  otherNames?: string[];
  contact?: { address: string; telephone: string; email: string; language: string };
  clinical?: {
    weight?: number | null; size?: number | null; allergies?: string[]; medicalAlerts?: string[]; specialNeeds?: string;
    pregnancy?: unknown;
  };
}

export class PatientClient {
  constructor(private readonly http: Http) {}

  async find(search: string, birthDate: string, limit: number, signal?: AbortSignal): Promise<PatientRecord[]> {
    const parameters = new URLSearchParams({ search, limit: String(limit) });
    if (birthDate) parameters.set("birthDate", birthDate);
    return (await this.http.json<{ patients: PatientRecord[] }>(`/api/v1/patients?${parameters}`, signal)).patients;
  }

  patient(id: number, signal?: AbortSignal): Promise<PatientRecord> {
    return this.http.json(`/api/v1/patients/${id}`, signal);
  }

  async orders(patient: number, signal?: AbortSignal): Promise<OrderView[]> {
    const path = `/api/v1/orders?patient=${patient}&limit=100`;
    return (await this.http.json<{ orders: OrderView[] }>(path, signal)).orders;
  }

  async register(patient: PatientRecord): Promise<PatientRecord> {
    const response = await this.http.authorised("POST", "/api/v1/patients", { body: patient });
    return (await response.json()) as PatientRecord;
  }

  async change(patient: PatientRecord): Promise<PatientRecord> {
    const response = await this.http.authorised("PUT", `/api/v1/patients/${patient.id}`, { body: patient });
    return (await response.json()) as PatientRecord;
  }

  async merge(patient: number, into: number): Promise<PatientRecord> {
    const response = await this.http.authorised("POST", `/api/v1/patients/${patient}/merge`, { body: { into } });
    return (await response.json()) as PatientRecord;
  }
}
