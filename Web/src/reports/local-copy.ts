// SPDX-License-Identifier: Apache-2.0

import { ReportContent } from "./types";

/** What somebody is writing, and what it is for. */
export type WritingMode = "report" | "addendum" | "correction";

/** Text that the server does not have yet, kept in this browser until it does. */
export interface LocalCopy {
  readonly content: ReportContent;
  /** The version that it goes on from; 0 for none. */
  readonly basedOn: number;
  readonly mode: WritingMode;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number;
}

/** A week in which nobody came back to it. */
const KEPT_MS = 7 * 86_400_000;
const PREFIX = "martlet.report.";

/** Unsaved reports of one user; they go as soon as the server has them. */
export class LocalCopies {
  constructor(private readonly user: string, private readonly storage: Storage = localStorage) {}

  private name(exam: number): string {
    return `${PREFIX}${encodeURIComponent(this.user)}.${exam}`;
  }

  find(exam: number): LocalCopy | null {
    const text = this.storage.getItem(this.name(exam));
    if (text === null) return null;
    try {
      const copy = JSON.parse(text) as LocalCopy;
      return Array.isArray(copy.content?.sections) && typeof copy.basedOn === "number" ? copy : null;
    } catch {
      return null;
    }
  }

  /** False where the browser has no room for it. */
  keep(exam: number, copy: LocalCopy): boolean {
    try {
      this.storage.setItem(this.name(exam), JSON.stringify(copy));
      return true;
    } catch {
      return false;
    }
  }

  forget(exam: number): void {
    this.storage.removeItem(this.name(exam));
  }

  /** Takes away what was left behind long ago, of anybody. */
  clean(now: number): void {
    for (const name of Object.keys(this.storage).filter((each) => each.startsWith(PREFIX))) {
      let at = 0;
      try {
        at = (JSON.parse(this.storage.getItem(name) ?? "{}") as LocalCopy).at ?? 0;
      } catch {
        at = 0;
      }
      if (now - at > KEPT_MS) this.storage.removeItem(name);
    }
  }
}
