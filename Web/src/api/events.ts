// SPDX-License-Identifier: Apache-2.0

import { Signal } from "../signals/signal";
import { Session } from "./session";
import { StudyEvent } from "./types";

type Listener = (event: StudyEvent) => void;
/** What else the stream tells: how the queues of jobs stand, and that something happened in the department. */
type Topic = "queues" | "department";

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 15_000;

/** The server's event stream: kept open while somebody is signed in, opened again after a break. */
export class Events {
  /** False while the stream is down: what is on the screen may be old. */
  readonly connected = new Signal(true);
  private source: EventSource | null = null;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private retry = FIRST_RETRY_MS;
  private wanted = false;
  private broken = false;
  private readonly studyListeners = new Set<Listener>();
  private readonly reconnectListeners = new Set<() => void>();
  private readonly topics: Readonly<Record<Topic, Set<(data: string) => void>>> = {
    queues: new Set(), department: new Set(),
  };

  constructor(private readonly session: Session) {}

  start(): void {
    this.wanted = true;
    if (!this.source && this.retryTimer === undefined) this.open();
  }

  stop(): void {
    this.wanted = false;
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    this.source?.close();
    this.source = null;
  }

  /** Returns what ends the subscription. `reconnected` says that events may have been missed. */
  subscribe(study: Listener, reconnected: () => void): () => void {
    this.studyListeners.add(study);
    this.reconnectListeners.add(reconnected);
    return () => {
      this.studyListeners.delete(study);
      this.reconnectListeners.delete(reconnected);
    };
  }

  /** Returns what ends the subscription. */
  follow(topic: Topic, listener: (data: string) => void): () => void {
    this.topics[topic].add(listener);
    return () => this.topics[topic].delete(listener);
  }

  private open(): void {
    const source = new EventSource("/api/v1/events");
    this.source = source;
    source.addEventListener("open", () => this.opened());
    source.addEventListener("study", (event) => this.received((event as MessageEvent<string>).data));
    for (const topic of ["queues", "department"] as const) {
      source.addEventListener(topic, (event) => {
        this.topics[topic].forEach((listener) => listener((event as MessageEvent<string>).data));
      });
    }
    source.addEventListener("error", () => this.failed(source));
  }

  private opened(): void {
    this.retry = FIRST_RETRY_MS;
    this.connected.set(true);
    if (this.broken) this.reconnectListeners.forEach((listener) => listener());
    this.broken = false;
  }

  private received(data: string): void {
    let event: StudyEvent;
    try {
      event = JSON.parse(data) as StudyEvent;
    } catch {
      return;
    }
    if (typeof event.studyUID === "string") this.studyListeners.forEach((listener) => listener(event));
  }

  private failed(source: EventSource): void {
    source.close();
    if (this.source !== source) return;
    this.source = null;
    this.broken = true;
    this.connected.set(false);
    if (!this.wanted) return;
    this.retryTimer = setTimeout(() => {
      this.retryTimer = undefined;
      void this.reopen();
    }, this.retry);
    this.retry = Math.min(this.retry * 2, LAST_RETRY_MS);
  }

  /** A stream that ended may mean that the session did: asking tells. */
  private async reopen(): Promise<void> {
    try {
      await this.session.refresh();
    } catch {
      this.connected.set(false);
    }
    if (this.wanted && this.session.user.peek() && !this.source) this.open();
  }
}
