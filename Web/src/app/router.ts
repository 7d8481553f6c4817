// SPDX-License-Identifier: Apache-2.0

import { Signal } from "../signals/signal";

/** Where the user is: the part of the address behind `#`. */
export type Route =
  | { page: "list"; query: URLSearchParams }
  | { page: "study"; studyUID: string; query: URLSearchParams }
  | { page: "view"; studyUID: string; query: URLSearchParams }
  | { page: "worklist"; query: URLSearchParams }
  | { page: "order"; order: number }
  | { page: "new-order"; patient: number }
  | { page: "agenda"; query: URLSearchParams }
  | { page: "patients"; query: URLSearchParams }
  | { page: "patient"; patient: number }
  | { page: "resolve"; tab: string }
  | { page: "reading-list"; query: URLSearchParams }
  | { page: "reading"; exam: number; query: URLSearchParams; hasImages: boolean }
  | { page: "report-search"; query: URLSearchParams }
  | { page: "validated-report"; exam: number }
  | { page: "statistics"; query: URLSearchParams }
  | { page: "administration"; tab: string; query: URLSearchParams }
  | { page: "signin"; next: string }
  | { page: "setup"; token: string }
  | { page: "unknown"; path: string };

export function parseRoute(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#/, "").split("?", 2);
  const query = new URLSearchParams(search);
  const parts = path.split("/").filter(Boolean);
  if (parts.length === 0) return { page: "list", query };
  if ((parts[0] === "study" || parts[0] === "view") && parts.length === 2) {
    return { page: parts[0], studyUID: decodePart(parts[1]), query };
  }
  if (parts[0] === "worklist" && parts.length === 1) return { page: "worklist", query };
  if (parts[0] === "order" && parts.length === 2) {
    if (parts[1] === "new") return { page: "new-order", patient: Number(query.get("patient") ?? 0) };
    if (/^\d{1,15}$/.test(parts[1])) return { page: "order", order: Number(parts[1]) };
  }
  if (parts.length <= 2) {
    const tab = parts[1] ?? "";
    if (parts[0] === "resolve") return { page: "resolve", tab };
    if (parts[0] === "administration") return { page: "administration", tab, query };
    if (parts[0] === "patient" && /^\d{1,15}$/.test(tab)) return { page: "patient", patient: Number(tab) };
  }
  if (parts.length === 1) {
    if (parts[0] === "agenda" || parts[0] === "patients" || parts[0] === "statistics") {
      return { page: parts[0], query };
    }
  }
  if (parts[0] === "reading" && parts.length === 1) return { page: "reading-list", query };
  if (parts[0] === "reports" && parts.length === 1) return { page: "report-search", query };
  if (parts.length === 2 && /^\d{1,15}$/.test(parts[1])) {
    const exam = Number(parts[1]);
    if (parts[0] === "read") return { page: "reading", exam, query, hasImages: true };
    if (parts[0] === "report") return { page: "reading", exam, query, hasImages: false };
    if (parts[0] === "validated") return { page: "validated-report", exam };
  }
  if (parts[0] === "signin") return { page: "signin", next: query.get("next") ?? "" };
  if (parts[0] === "setup") return { page: "setup", token: query.get("token") ?? "" };
  return { page: "unknown", path };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function studyAddress(studyUID: string): string {
  return `#/study/${encodeURIComponent(studyUID)}`;
}

export function worklistAddress(query: URLSearchParams): string {
  return `#/worklist?${query}`;
}

export function orderAddress(order: number): string {
  return `#/order/${order}`;
}

export function patientAddress(patient: number): string {
  return `#/patient/${patient}`;
}

/** The agenda, ready to book an exam. */
export function bookingAddress(exam: number): string {
  return `#/agenda?exam=${exam}`;
}

function withQuery(path: string, query: URLSearchParams): string {
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** The images of an exam with its report; the query is that of the list it comes from. */
export function readingAddress(exam: number, query: URLSearchParams): string {
  return withQuery(`#/read/${exam}`, query);
}

/** The report alone. */
export function reportAddress(exam: number, query: URLSearchParams): string {
  return withQuery(`#/report/${exam}`, query);
}

export function readingListAddress(query: URLSearchParams): string {
  return withQuery("#/reading", query);
}

export function reportSearchAddress(query: URLSearchParams): string {
  return withQuery("#/reports", query);
}

export function listAddress(query: URLSearchParams): string {
  const text = query.toString();
  return text ? `#/?${text}` : "#/";
}

/** Asked before another page opens. False keeps the page; who answers so may call `leave` later. */
export type Guard = (leave: () => void) => boolean;

export class Router {
  readonly route = new Signal<Route>(parseRoute(location.hash));
  private guard: Guard | null = null;
  private address = location.hash;

  constructor() {
    window.addEventListener("hashchange", () => this.changed(location.hash));
  }

  /** Holds until the returned function is called. */
  guardWith(guard: Guard): () => void {
    this.guard = guard;
    return () => {
      if (this.guard === guard) this.guard = null;
    };
  }

  private changed(address: string): void {
    if (address === this.address) return;
    const leave = (): void => {
      this.guard = null;
      this.go(address);
    };
    if (this.guard && !this.guard(leave)) {
      history.replaceState(history.state, "", this.address || "#/");
      return;
    }
    this.address = address;
    this.route.set(parseRoute(address));
  }

  go(address: string): void {
    location.hash = address;
  }

  /** Changes the address without a step in the history and without a new page. */
  replace(address: string): void {
    history.replaceState(history.state, "", address);
    this.address = location.hash;
  }

  /** As `go`, leaving no step to come back to. */
  redirect(address: string): void {
    this.replace(address);
    this.route.set(parseRoute(location.hash));
  }
}
