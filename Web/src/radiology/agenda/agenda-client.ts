// SPDX-License-Identifier: Apache-2.0

import { Http } from "../../api/http";
import { LocalDateTime } from "../types";
import { atMinute, dateOf } from "./calendar";
import { Appointment, Booking, Resource, WaitingEntry } from "./types";

/** Appointments, resources and the waiting list of the server. */
export class AgendaClient {
  constructor(private readonly http: Http) {}

  async resources(): Promise<Resource[]> {
    const all = (await this.http.json<{ resources: Resource[] }>("/api/v1/resources")).resources;
    const order = ["machine", "room", "person"];
    return all.sort((one, other) =>
      order.indexOf(one.kind) - order.indexOf(other.kind) || one.name.localeCompare(other.name));
  }

  /** Of all resources where none is named. */
  async appointments(
    day: number, days: number, signal?: AbortSignal, resource?: number,
  ): Promise<Appointment[]> {
    const answer = await this.http.json<{ appointments: { appointment: Appointment; commands: string[] }[] }>(
      `/api/v1/agenda?from=${dateOf(day)}&days=${days}${resource ? `&resource=${resource}` : ""}`, signal,
    );
    return answer.appointments.map((each) => ({ ...each.appointment, commands: each.commands }));
  }

  async waiting(signal?: AbortSignal): Promise<WaitingEntry[]> {
    return (await this.http.json<{ waiting: WaitingEntry[] }>("/api/v1/waiting-list", signal)).waiting;
  }

  async free(resources: readonly number[], minutes: number, from: number, limit = 1): Promise<LocalDateTime[]> {
    const at = atMinute(from);
    const parameters = new URLSearchParams({
      minutes: String(minutes), from: `${at.date}${at.time.slice(0, 4)}`, days: "60", limit: String(limit),
    });
    resources.forEach((id) => parameters.append("resource", String(id)));
    return (await this.http.json<{ slots: LocalDateTime[] }>(`/api/v1/agenda/free?${parameters}`)).slots;
  }

  async book(
    exam: number,
      what: { step?: number; resources: number[]; start: LocalDateTime; minutes: number; overbooks: boolean },
  ): Promise<void> {
    await this.http.authorised("PUT", `/api/v1/exams/${exam}/booking`, { body: what });
  }

  async block(resources: number[], start: LocalDateTime, minutes: number, title: string): Promise<Booking> {
    const body = { resources, start, minutes, title };
    return (await (await this.http.authorised("POST", "/api/v1/agenda/blocks", { body })).json()) as Booking;
  }

  async removeBlock(booking: number): Promise<void> {
    await this.http.authorised("DELETE", `/api/v1/agenda/blocks/${booking}`);
  }

  async wait(exam: number, wish: { wishedFrom: string; wishedTo: string; note: string }): Promise<void> {
    await this.http.authorised("PUT", `/api/v1/exams/${exam}/waiting`, { body: wish });
  }

  async stopWaiting(exam: number): Promise<void> {
    await this.http.authorised("DELETE", `/api/v1/exams/${exam}/waiting`);
  }

  async save(resource: Resource): Promise<void> {
    await this.http.authorised("PUT", "/api/v1/resources", { body: resource });
  }
}
