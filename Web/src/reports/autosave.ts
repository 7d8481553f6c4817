// SPDX-License-Identifier: Apache-2.0

import { ApiError } from "../api/problem";
import { Signal } from "../signals/signal";
import { ReportsClient } from "./client";
import { LocalCopies, WritingMode } from "./local-copy";
import { isVisible, ReportCommand, ReportContent, ReportVersion } from "./types";

/**
 * `saved`: the server has all of it. `local`: only this browser has it, until it is validated. `draft`: the server
 * keeps it for its author alone, until it is validated. `offline`: the server does not take it just now. `conflict`:
 * somebody else wrote meanwhile. `lost`: not even the browser keeps it.
 */
export type SaveState = "saved" | "unsaved" | "saving" | "local" | "draft" | "offline" | "conflict" | "lost";

export interface AutosaveTimes {
  /** After the last key. */
  readonly restMs: number;
  /** After the first key that is not saved. */
  readonly longestMs: number;
  readonly retryMs: number;
  readonly longestRetryMs: number;
}

const usual: AutosaveTimes = { restMs: 1_500, longestMs: 8_000, retryMs: 2_000, longestRetryMs: 15_000 };

/** Keeps what is typed: at once in this browser, soon on the server. Nothing is given up until the server has it. */
export class Autosave {
  readonly state = new Signal<SaveState>("saved");
  /** The last version that is known here. */
  last: ReportVersion | null = null;
  private content: ReportContent | null = null;
  private mode: WritingMode = "report";
  private unsavedSince = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private retry: number;
  private running: Promise<void> | null = null;
  private isStopped = false;
  private hasDraft = false;

  constructor(
    private readonly exam: number,
    private readonly client: Pick<ReportsClient, "write" | "versions" | "keepDraft" | "discardDraft">,
    private readonly copies: LocalCopies, private readonly user: string,
    private readonly wrote: (version: ReportVersion) => void, private readonly times: AutosaveTimes = usual,
  ) {
    this.retry = times.retryMs;
  }

  /** What the server keeps of drafts in this state; null where it keeps none. */
  private get command(): ReportCommand | null {
    if (this.mode !== "report") return null;
    const status = this.last?.status;
    if (status === undefined || status === "draft") return "save";
    return status === "preliminary" ? "submit" : null;
  }

  changed(content: ReportContent, mode: WritingMode): void {
    if (this.isStopped) return;
    this.content = content;
    this.mode = mode;
    const isKept = this.copies.keep(this.exam, { content, mode, basedOn: this.last?.number ?? 0, at: Date.now() });
    if (this.unsavedSince === 0) this.unsavedSince = Date.now();
    if (this.command === null) {
      this.state.set(isKept ? "local" : "lost");
      if (mode !== "report") this.scheduleDraft();
      return;
    }
    if (this.state.peek() === "conflict") return;
    this.state.set(isKept ? "unsaved" : "lost");
    this.schedule(Math.max(0, Math.min(this.times.restMs, this.unsavedSince + this.times.longestMs - Date.now())));
  }

  /** Saves what waits, now. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.running) await this.running;
    if (this.content !== null && this.mode !== "report") return this.keepDraft();
    if (this.content === null || this.command === null || this.state.peek() === "conflict") return;
    this.running = this.save().finally(() => (this.running = null));
    await this.running;
  }

  /** An addendum or a correction is no version before it is validated: the server keeps it as its author's draft. */
  private scheduleDraft(): void {
    clearTimeout(this.timer);
    const longest = this.unsavedSince + this.times.longestMs - Date.now();
    this.timer = setTimeout(() => void this.keepDraft(), Math.max(0, Math.min(this.times.restMs, longest)));
  }

  private async keepDraft(): Promise<void> {
    const [content, mode] = [this.content, this.mode];
    if (content === null || mode === "report") return;
    try {
      await this.client.keepDraft(this.exam, { mode, content, basedOn: this.last?.number ?? 0 });
      this.hasDraft = true;
      this.retry = this.times.retryMs;
      if (this.content !== content) return;
      this.unsavedSince = 0;
      this.state.set("draft");
    } catch {
      if (this.content === null || this.isStopped) return;
      this.state.set("offline");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.keepDraft(), this.retry);
      this.retry = Math.min(this.retry * 2, this.times.longestRetryMs);
    }
  }

  /** The server has a draft from before. */
  knowDraft(): void {
    this.hasDraft = true;
  }

  /** Takes the report through its table; what is written goes along. */
  async perform(command: ReportCommand, content: ReportContent | null, reason = ""): Promise<ReportVersion> {
    clearTimeout(this.timer);
    if (this.running) await this.running;
    const version = await this.client.write(this.exam, command, content, this.last?.number ?? 0, reason);
    // The server has dropped the draft with it.
    this.hasDraft = false;
    this.forget();
    this.adopt(version);
    return version;
  }

  /** Goes on from a version of the server. */
  adopt(version: ReportVersion | null): void {
    this.last = version;
    if (version) this.wrote(version);
  }

  /** Goes on with what is written, whatever somebody else wrote meanwhile; that stays a version of its own. */
  async overwrite(last: ReportVersion | null): Promise<void> {
    this.last = last;
    this.state.set("unsaved");
    await this.flush();
  }

  /** Gives up what is not saved. */
  forget(): void {
    clearTimeout(this.timer);
    this.content = null;
    this.unsavedSince = 0;
    this.copies.forget(this.exam);
    if (this.hasDraft) {
      this.hasDraft = false;
      void this.client.discardDraft(this.exam).catch(() => undefined);
    }
    this.state.set("saved");
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private schedule(wait: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), wait);
  }

  private async save(): Promise<void> {
    const [content, command] = [this.content, this.command];
    if (content === null || command === null) return;
    this.state.set("saving");
    try {
      this.took(await this.client.write(this.exam, command, content, this.last?.number ?? 0), content);
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 0;
      if (status === 409) await this.settle(content);
      else this.later();
    }
  }

  private took(version: ReportVersion, content: ReportContent): void {
    this.retry = this.times.retryMs;
    this.adopt(version);
    if (this.content === content) return this.forget();
    // Keys that came meanwhile.
    this.unsavedSince = Date.now();
    if (this.content) this.changed(this.content, this.mode);
  }

  private later(): void {
    this.state.set("offline");
    if (this.isStopped) return;
    this.schedule(this.retry);
    this.retry = Math.min(this.retry * 2, this.times.longestRetryMs);
  }

  /** Another version is there. Where it is our own, whose answer got lost, we go on from it. */
  private async settle(content: ReportContent): Promise<void> {
    try {
      const versions = await this.client.versions(this.exam);
      const known = this.last?.number ?? 0;
      const newer = versions.filter((version) => version.number > known);
      const last = newer[newer.length - 1];
      const isOurs = newer.length > 0 && newer.every((one) => one.author === this.user && !isVisible(one.status));
      if (isOurs && sameContent(last.content, content)) this.took(last, content);
      else this.state.set("conflict");
    } catch {
      this.later();
    }
  }
}

/** Whether two contents say the same; what the server leaves out counts as empty. */
export function sameContent(one: ReportContent, other: ReportContent): boolean {
  const plain = (content: ReportContent): string => JSON.stringify([
    content.template, content.language, content.sections.map((each) => [each.key, each.title, each.text]),
    content.fields.map((each) => [each.key, each.value, each.unit ?? "", each.code?.value ?? ""]),
    content.keyImages.map((each) => [each.sopInstanceUID, each.frame ?? 0, each.caption ?? ""]),
  ]);
  return plain(one) === plain(other);
}
