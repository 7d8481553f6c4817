// SPDX-License-Identifier: Apache-2.0

import { Signal } from "../signals/signal";
import { parseRoute, type Route } from "./route";

export { parseRoute, type Route };

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
