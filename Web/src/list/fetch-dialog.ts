// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { dialog, DialogButton } from "../components/dialog";
import { h, replace, setText } from "../components/dom";
import { icon } from "../components/icons";
import { t } from "../i18n/i18n";
import { ElsewhereStudy, FetchState, OtherArchives } from "./other-archives";

const LOOK_MS = 400;

/** Brings a study here and shows how far it is. Answers whether it is here; who leaves does not stop it. */
export async function fetchStudy(others: OtherArchives, study: ElsewhereStudy): Promise<boolean> {
  return new FetchDialog(others, study).open();
}

class FetchDialog {
  private readonly bar = h("progress", { attrs: { "aria-label": t("Objects fetched") } });
  private readonly text = h("p", { class: "faint fetch-state", attrs: { role: "status", "aria-live": "polite" } });
  private readonly fault = h("p", { class: "form-error", hidden: true, attrs: { role: "alert" } });
  private readonly retry = h("button", { class: "button", text: t("Try again"), hidden: true, attrs: {
    type: "button",
  } });
  private readonly body = h("div", { class: "fetching" }, this.bar, this.text, this.fault, this.retry);
  private isHere = false;
  private isOpen = true;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly others: OtherArchives, private readonly study: ElsewhereStudy) {}

  async open(): Promise<boolean> {
    const buttons: DialogButton[] = [{ text: t("Go on without waiting"), run: null }];
    const title = t("Fetching the study from {archive}", { archive: this.study.archives.join(", ") });
    const closed = dialog({ title, class: "fetch-dialog", buttons }, this.body);
    this.retry.addEventListener("click", () => void this.begin());
    void this.begin();
    await closed;
    this.isOpen = false;
    clearTimeout(this.timer);
    return this.isHere;
  }

  private async begin(): Promise<void> {
    this.fault.hidden = true;
    this.bar.removeAttribute("value");
    this.retry.hidden = true;
    setText(this.text, t("Asking for it…"));
    await this.look(() => this.others.fetch(this.study));
  }

  private async look(ask: () => Promise<FetchState>): Promise<void> {
    try {
      const state = await ask();
      if (!this.isOpen) return;
      if (this.show(state)) this.timer = setTimeout(() => void this.look(() => this.next()), LOOK_MS);
    } catch (error) {
      this.failed(describe(error));
    }
  }

  private next(): Promise<FetchState> {
    return this.others.progress(this.study);
  }

  /** Answers whether it goes on. */
  private show(state: FetchState): boolean {
    if (state.total > 0) {
      this.bar.max = state.total;
      this.bar.value = state.completed + state.failed;
    }
    switch (state.state) {
      case "done":
        this.isHere = true;
        this.body.closest("dialog")?.close();
        return false;
      case "failed":
      case "cancelled":
        this.failed(state.reason || t("It was cancelled."));
        return false;
      case "paused":
        setText(this.text, t("It was paused, and goes on when the queue does."));
        return true;
      case "waiting":
        setText(this.text, state.reason ? `${state.reason}. ${t("It is tried again.")}` : t("It waits for its turn."));
        return true;
      case "running":
        setText(this.text, state.total > 0
          ? t("{n} of {total} objects are here", { n: state.completed, total: state.total }) : t("Asking for it…"));
        return true;
    }
  }

  private failed(reason: string): void {
    setText(this.text, t("The study could not be fetched."));
    replace(this.fault, icon("warning"), reason);
    this.fault.hidden = false;
    this.retry.hidden = false;
  }
}
