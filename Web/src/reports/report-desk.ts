// SPDX-License-Identifier: Apache-2.0

import { ApiError, describe } from "../api/problem";
import { h, replace } from "../components/dom";
import { toast } from "../components/toast";
import { currentLanguage, t } from "../i18n/i18n";
import { askReason } from "../radiology/exam-actions";
import { momentText } from "../radiology/words";
import { Scope } from "../signals/scope";
import { Autosave, sameContent, SaveState } from "./autosave";
import { ReportsClient } from "./client";
import { deskActions, DeskAction } from "./desk-actions";
import { DictationSource } from "./dictation";
import { ReportEditor } from "./editor";
import { LocalCopies, LocalCopy, WritingMode } from "./local-copy";
import { MeasuredItem } from "./measured";
import {
  ExamView, isVisible, KeyImageReference, ReportContent, ReportStatus, ReportTemplate, ReportVersion,
} from "./types";
import { begun, reportTitle, retold, saveTitle } from "./words";

/** What the desk needs to know of whoever writes. */
export interface Writer {
  readonly name: string;
  readonly role: string;
}

export interface DeskHost {
  /** The exam may have gone on. */
  wrote(): void;
  show(image: KeyImageReference): void;
  /** More buttons, such as the way to the next exam. */
  after: HTMLElement[];
}

/** The report of one exam: what it says, what it is, and what may be done with it. */
export class ReportDesk {
  readonly element = h("div", { class: "report-desk" });
  private readonly banner = h("div", { class: "report-state", attrs: { role: "status" } });
  private readonly saving = h("span", { class: "save-state", attrs: { role: "status" } });
  private readonly notices = h("div", { class: "report-notices" });
  private readonly actions = h("div", { class: "report-actions" });
  private readonly templates = h("select", { class: "menu", attrs: { "aria-label": t("Template") } });
  private readonly autosave: Autosave;
  private readonly editor: ReportEditor;
  private mode: WritingMode = "report";
  private isHeld = false;

  constructor(
    private readonly client: ReportsClient, scope: Scope, private view: ExamView, private versions: ReportVersion[],
    private own: ReportTemplate, private known: readonly ReportTemplate[], private readonly writer: Writer,
    private readonly copies: LocalCopies, private readonly host: DeskHost, sources: readonly DictationSource[] = [],
  ) {
    const exam = view.exam.exam.id;
    this.autosave = new Autosave(exam, client, copies, writer.name, (version) => this.took(version));
    this.autosave.last = this.last;
    const content = this.last?.content ?? begun(own, currentLanguage(), view.exam.order.request.reason);
    this.editor = new ReportEditor(content, this.templateOf(content), "none", {
      changed: (changed) => this.autosave.changed(changed, this.mode), show: (image) => host.show(image),
    }, sources);
    this.fillTemplates();
    const head = h("div", { class: "report-head" }, this.banner, this.templates, this.saving);
    this.element.append(head, this.notices, this.editor.element, this.actions);
    scope.effect(() => this.showSaving(this.autosave.state.get()));
    scope.own(() => {
      void this.autosave.flush();
      this.autosave.stop();
      this.editor.stop();
    });
    scope.listen(window, "pagehide", () => void this.autosave.flush());
    scope.listen(document, "visibilitychange", () => void (document.hidden && this.autosave.flush()));
    this.draw();
    this.restore();
  }

  private get blank(): ReportContent {
    return begun(this.own, currentLanguage(), this.view.exam.order.request.reason);
  }

  get last(): ReportVersion | null {
    return this.versions[this.versions.length - 1] ?? null;
  }

  get allVersions(): readonly ReportVersion[] {
    return this.versions;
  }

  get status(): ReportStatus | undefined {
    return this.last?.status;
  }

  private templateOf(content: ReportContent): ReportTemplate | null {
    return [this.own, ...this.known].find((one) => one.name === content.template) ?? this.own;
  }

  // MARK: What may be written

  /** The exam as it is now, and whether it is ours to write. */
  hold(view: ExamView, isHeld: boolean): void {
    this.view = view;
    if (isHeld === this.isHeld) return;
    this.isHeld = isHeld;
    this.draw();
  }

  private get writable(): "all" | "none" | "last" {
    if (!this.isHeld) return "none";
    if (this.mode === "addendum") return "last";
    if (this.mode === "correction") return "all";
    return this.status === undefined || this.status === "draft" || this.status === "preliminary" ? "all" : "none";
  }

  /** Shows the report anew by the server's last version, or by what is being written. */
  private draw(content: ReportContent = this.editor.value): void {
    this.editor.take(content, this.templateOf(content), this.writable);
    this.element.dataset.status = this.status ?? "none";
    this.element.dataset.mode = this.mode;
    this.element.dataset.writable = this.writable;
    this.templates.disabled = this.writable !== "all" || this.mode !== "report";
    this.templates.value = content.template;
    this.showState();
    this.showSaving(this.autosave.state.peek());
    this.showActions();
  }

  private showState(): void {
    const visible = isVisible(this.status);
    const last = this.last;
    const written = last ? `${last.author} · ${momentText(last.at).slice(0, 16)}` : "";
    const title = this.mode === "report" ? reportTitle(this.status)
      : this.mode === "addendum" ? t("Addendum being written") : t("Correction being written");
    const warning = visible && this.mode === "report" ? null
      : h("strong", { class: "unvalidated", text: t("Not validated") });
    replace(this.banner, warning, h("span", { class: "report-title", text: title }), h("span", {
      class: "faint", text: written,
    }));
  }

  private showSaving(state: SaveState): void {
    this.saving.dataset.state = state;
    this.saving.textContent = this.writable === "none" ? "" : saveTitle(state);
    if (state === "conflict") this.showConflict();
  }

  private showActions(): void {
    const all = deskActions({
      status: this.status, mode: this.mode, isHeld: this.isHeld, role: this.writer.role, user: this.writer.name,
      last: this.last, needsSecondReader: this.needsSecondReader, examStatus: this.view.exam.exam.status,
    });
    replace(this.actions, ...all.map((action) => this.button(action)), ...this.host.after);
  }

  private get needsSecondReader(): boolean {
    return this.own.needsSecondReader || (this.templateOf(this.editor.value)?.needsSecondReader ?? false);
  }

  private button(action: DeskAction): HTMLElement {
    const button = h("button", {
      class: action.isPrimary ? "button primary" : "button", title: action.reason ?? action.hint,
      attrs: { type: "button", "data-action": action.name, disabled: action.reason !== undefined },
    }, action.title, action.key ? h("kbd", { text: action.key }) : null);
    button.addEventListener("click", () => void this.run(action));
    return button;
  }

  /** Presses the button of that name where there is one. True where there is. */
  press(...names: readonly string[]): boolean {
    for (const name of names) {
      const button = this.actions.querySelector<HTMLButtonElement>(`[data-action="${name}"]`);
      if (!button) continue;
      if (button.disabled) toast(button.title, "error");
      else button.click();
      return true;
    }
    return false;
  }

  // MARK: Doing

  async run(action: DeskAction): Promise<boolean> {
    if (action.name === "startAddendum" || action.name === "startCorrection") {
      this.begin(action.name === "startAddendum" ? "addendum" : "correction");
      return false;
    }
    if (action.name === "giveUp") {
      this.autosave.forget();
      this.mode = "report";
      if (this.last) this.draw(this.last.content);
      return false;
    }
    if (action.command === undefined) return false;
    const reason = action.needsReason ? await askReason(action.title) : "";
    if (reason === null) return false;
    const content = this.writable === "none" ? null : this.tidied();
    try {
      const version = await this.autosave.perform(action.command, content, reason);
      this.mode = "report";
      this.draw(version.content);
      this.host.wrote();
      toast(reportTitle(version.status));
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) await this.reread();
      toast(`${action.title}: ${describe(error)}`, "error");
      this.editor.goToMissing();
      return false;
    }
  }

  private tidied(): ReportContent {
    const content = this.editor.value;
    return { ...content, sections: content.sections.map((one) => ({ ...one, text: one.text.trimEnd() })) };
  }

  private begin(mode: WritingMode): void {
    const last = this.last;
    if (!last) return;
    this.mode = mode;
    const sections = mode === "addendum"
      ? [...last.content.sections, { key: "addendum", title: "Addendum", text: "" }] : last.content.sections;
    this.draw({ ...last.content, sections });
    this.editor.move(1);
  }

  private took(version: ReportVersion): void {
    const isFirst = this.last === null || this.last.status !== version.status;
    this.versions = [...this.versions.filter((one) => one.number < version.number), version];
    this.showState();
    this.showActions();
    if (isFirst) this.host.wrote();
  }

  /** Reads the versions again. Text that was not saved stays, and is said to be in conflict. */
  async reread(): Promise<void> {
    const versions = await this.client.versions(this.view.exam.exam.id);
    const last = versions[versions.length - 1] ?? null;
    if ((last?.number ?? 0) === (this.last?.number ?? 0)) return;
    this.versions = versions;
    if (this.autosave.state.peek() === "saved") {
      this.autosave.last = last;
      this.mode = "report";
      if (last) this.draw(last.content);
    } else {
      this.autosave.state.set("conflict");
      this.showState();
    }
  }

  // MARK: What was kept

  /** Text of an earlier time that the server never got comes back. */
  private restore(): void {
    const copy = this.copies.find(this.view.exam.exam.id);
    if (!copy) {
      if (isVisible(this.status)) void this.restoreDraft();
      return;
    }
    const last = this.last;
    if (sameContent(copy.content, last?.content ?? this.blank)) {
      this.copies.forget(this.view.exam.exam.id);
      return;
    }
    const newer = this.versions.filter((one) => one.number > copy.basedOn);
    const isOurs = newer.every((one) => one.author === this.writer.name && !isVisible(one.status));
    if (isOurs && (copy.mode === "report") !== isVisible(last?.status)) this.resume(copy, t(
      "What you wrote here before is back; it had not been saved."));
    else this.offer(copy);
  }

  /** An addendum or a correction that was begun elsewhere. */
  private async restoreDraft(): Promise<void> {
    const draft = await this.client.draft(this.view.exam.exam.id).catch(() => null);
    if (!draft || draft.mode === "report" || this.mode !== "report") return;
    this.autosave.knowDraft();
    const copy = { ...draft, at: draft.savedAt / 1000 };
    if (draft.basedOn !== (this.last?.number ?? 0)) return this.offer(copy);
    this.resume(copy, t("What you began on {when} is back; nobody else has seen it.", {
      when: momentText(draft.savedAt).slice(0, 16),
    }));
  }

  private resume(copy: LocalCopy, words: string): void {
    this.mode = copy.mode;
    this.draw(copy.content);
    this.autosave.changed(copy.content, copy.mode);
    replace(this.notices, h("p", { class: "report-notice", text: words }));
  }

  private showConflict(): void {
    const copy = this.copies.find(this.view.exam.exam.id);
    if (copy) void this.client.versions(this.view.exam.exam.id).then((versions) => {
      this.versions = versions;
      this.offer(copy);
    }, () => undefined);
  }

  /** Two texts: what is not saved here, and what somebody saved. The user decides; neither is lost. */
  private offer(copy: LocalCopy): void {
    const other = this.last;
    const mine = h("button", { class: "button small primary", text: t("Go on with mine"), attrs: { type: "button" } });
    const theirs = h("button", { class: "button small", text: t("Give mine up"), attrs: { type: "button" } });
    mine.addEventListener("click", () => {
      replace(this.notices);
      this.mode = isVisible(other?.status) ? "correction" : "report";
      this.autosave.last = other;
      this.draw(copy.content);
      this.autosave.changed(copy.content, this.mode);
      void this.autosave.overwrite(other);
    });
    theirs.addEventListener("click", () => {
      replace(this.notices);
      this.autosave.forget();
      this.autosave.last = other;
      this.mode = "report";
      this.draw(other?.content ?? this.blank);
    });
    const words = t("{name} saved this report meanwhile. What you wrote is kept here and not saved.", {
      name: other?.author ?? "?",
    });
    replace(this.notices, h("div", { class: "report-notice conflict", attrs: { role: "alert" } }, h("p", {
      text: words,
    }), mine, theirs));
  }

  // MARK: Templates and insertions

  private fillTemplates(): void {
    const all = new Map([this.own, ...this.known].map((one) => [one.name, one]));
    const modality = this.view.exam.exam.steps[0]?.modality ?? "";
    const fitting = [...all.values()].filter((one) => one === this.own || !one.modality || one.modality === modality);
    const current = this.editor.value.template;
    const listed = fitting.some((one) => one.name === current) ? fitting : [...fitting, ...all.values()];
    const names = [...new Set(listed)];
    replace(this.templates, ...names.map((one) => h("option", { text: t(one.title), attrs: { value: one.name } })));
    this.templates.addEventListener("change", () => {
      const template = all.get(this.templates.value);
      if (!template) return;
      const written = this.editor.value;
      const content = retold(written, template, this.templateOf(written), this.view.exam.order.request.reason);
      this.draw(content);
      this.autosave.changed(content, this.mode);
      this.editor.focus();
    });
  }

  focus(): void {
    this.editor.focus();
  }

  move(by: 1 | -1): void {
    this.editor.move(by);
  }

  /** The measurements that were not put in yet; all of them once more where all were. */
  insertMeasurements(all: readonly MeasuredItem[]): void {
    if (this.writable === "none") return;
    if (all.length === 0) return toast(t("Nothing was measured."));
    // What stands in the text does not come twice; what was deleted from it comes again.
    const fresh = all.filter((one) => !this.editor.value.sections.some((each) => each.text.includes(one.words)));
    if (fresh.length === 0) return toast(t("These measurements stand in the report already."));
    this.editor.insertLines(fresh.map((one) => one.words));
  }

  insertImages(images: readonly KeyImageReference[]): void {
    if (this.writable !== "all") return;
    if (images.length === 0) return toast(t("No image is open."));
    if (this.editor.addImages(images) === 0) toast(t("These images stand in the report already."));
  }

  /** The conclusion, as the first words of a critical result. */
  get conclusion(): string {
    const { sections } = this.editor.value;
    return sections.find((section) => section.key === "impression")?.text.trim().slice(0, 1000) ?? "";
  }

  save(): Promise<void> {
    return this.autosave.flush();
  }
}
