// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { h, replace } from "../components/dom";
import { icon } from "../components/icons";
import { personName } from "../components/text";
import { t } from "../i18n/i18n";
import { momentText } from "../radiology/words";
import { ReportsClient } from "./client";
import { CriticalLevel, CriticalResult } from "./types";
import { findingText, levelTitle } from "./words";

const levels: readonly CriticalLevel[] = ["red", "orange", "yellow"];

/** Somebody was told, and said it back. */
export function isAcknowledged(result: CriticalResult): boolean {
  return result.calls.some((call) => call.readBack);
}

/** Findings that somebody must be told of, and who was told: when, how, and whether they said it back. */
export class CriticalDialog {
  readonly element: HTMLDialogElement;
  private readonly list = h("div", { class: "critical-list" });
  private readonly error = h("p", { class: "form-error", hidden: true, attrs: { role: "alert" } });
  private results: CriticalResult[] = [];

  constructor(
    private readonly client: ReportsClient, private readonly exam: number, mayRaise: boolean,
    finding: string, private readonly changed: (results: readonly CriticalResult[]) => void,
  ) {
    const close = h("button", { class: "ghost", attrs: { type: "button", "aria-label": t("Close") } }, icon("close"));
    this.element = h(
      "dialog", { class: "critical-dialog", attrs: { "aria-label": t("Critical result") } },
      h("header", {}, h("h2", { text: t("Critical result") }), close), this.list, mayRaise ? this.form(finding) : null,
      this.error,
    );
    close.addEventListener("click", () => this.element.close());
    void this.refresh();
  }

  private async refresh(): Promise<void> {
    try {
      this.results = await this.client.criticalResults(this.exam);
      this.changed(this.results);
      replace(this.list, ...this.results.map((result) => this.card(result)));
    } catch (error) {
      this.fail(error);
    }
  }

  private form(finding: string): HTMLElement {
    const text = h("textarea", { id: "critical-finding", attrs: { rows: 2, maxlength: 1000, required: true } });
    text.value = finding;
    const select = h("select", { id: "critical-level" }, ...levels.map((level) =>
      h("option", { text: levelTitle(level), attrs: { value: level } })));
    const recipient = h("input", {
      id: "critical-recipient",
      attrs: { type: "text", maxlength: 200, placeholder: t("Who asked for the exam, where nobody is named") },
    });
    const go = h("button", { class: "button primary", text: t("Note the finding"), attrs: { type: "submit" } });
    const form = h(
      "form", { class: "critical-form" },
      h("div", { class: "field" }, h("label", { text: t("What was found"), attrs: { for: text.id } }), text),
      h("div", { class: "field" }, h("label", { text: t("How soon"), attrs: { for: select.id } }), select),
      h("div", { class: "field" }, h("label", { text: t("To be told"), attrs: { for: recipient.id } }), recipient), go,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!text.value.trim()) return text.focus();
      void this.run(async () => {
        await this.client.raise(this.exam, select.value as CriticalLevel, text.value.trim(),
          recipient.value.trim());
        text.value = "";
      });
    });
    return form;
  }

  private card(result: CriticalResult): HTMLElement {
    const done = isAcknowledged(result);
    const state = h("span", {
      class: done ? "acknowledged" : "open-critical", text: done ? t("Acknowledged") : t("Nobody has said it back yet"),
    });
    const calls = result.calls.map((call) => h(
      "li", {}, h("time", { class: "faint", text: momentText(call.at) }),
      h("span", { text: `${call.person} · ${call.means}` }),
      h("span", { class: call.readBack ? "acknowledged" : "faint", text: call.readBack ? t("read back") : t(
        "not read back") }),
      h("span", { class: "faint", text: call.by }),
    ));
    const told = personName(result.escalations[result.escalations.length - 1]?.contact || result.recipient);
    const escalated = result.escalations.length === 0 ? null : h("p", {
      class: "open-critical",
      text: t("Not acknowledged in time: passed on {when}", {
        when: momentText(result.escalations[0].at).slice(0, 16),
      }),
    });
    return h(
      "section", { class: "critical-card", attrs: { "data-level": result.level } },
      h("p", { class: "strong", text: findingText(result) }),
      h("p", { class: "faint", text: `${levelTitle(result.level)} · ${result.by} · ${momentText(result.at)}` }),
      told ? h("p", { text: t("To be told: {name}", { name: told }) }) : null, done ? null : escalated, state,
      h("ol", { class: "calls" }, ...calls), done ? null : this.call(result),
    );
  }

  private call(result: CriticalResult): HTMLElement {
    const person = h("input", {
      attrs: { type: "text", maxlength: 200, placeholder: t("Who was told"), "aria-label": t("Who was told") },
    });
    const means = h("select", { attrs: { "aria-label": t("How") } }, ...[
      t("Telephone"), t("In person"), t("Message"),
    ].map((text) => h("option", { text })));
    const readBack = h("input", { attrs: { type: "checkbox" } });
    const go = h("button", { class: "button small primary", text: t("Note the call"), attrs: { type: "submit" } });
    const form = h(
      "form", { class: "call-form" }, person, means,
      h("label", { class: "check" }, readBack, t("They said it back")), go,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!person.value.trim()) return person.focus();
      void this.run(() => this.client.noteCall(result.id, {
        person: person.value.trim(), means: means.value, readBack: readBack.checked,
      }));
    });
    return form;
  }

  private async run(work: () => Promise<unknown>): Promise<void> {
    this.error.hidden = true;
    try {
      await work();
      await this.refresh();
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    this.error.textContent = describe(error);
    this.error.hidden = false;
  }
}
