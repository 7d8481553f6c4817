// SPDX-License-Identifier: Apache-2.0

import { h, replace } from "../../components/dom";
import { date, personName } from "../../components/text";
import { plural, t } from "../../i18n/i18n";
import { Exam, OrderView, Patient } from "../types";
import { byUrgency, isUrgent, priorityText, waited } from "../words";
import { Bookable, WaitingEntry } from "./types";

export interface SideActions {
  pick(what: Bookable): void;
  grab(what: Bookable, event: PointerEvent): void;
  wait(what: Bookable): void;
  stopWaiting(what: Bookable): void;
}

export function bookable(exam: Exam, order: number, patient: Patient | null): Bookable {
  const step = exam.steps[0];
  return {
    exam: exam.id, order, patient, description: exam.description || step?.description || "",
    modality: step?.modality ?? "", minutes: Math.max(step?.minutes ?? 0, 0) || 20, priority: exam.priority,
  };
}

/** Beside the agenda: who waits for a time, and what was asked for and has none. */
export class AgendaSide {
  readonly element = h("aside", { class: "agenda-side", attrs: { "aria-label": t("Without a time") } });

  constructor(private readonly actions: SideActions) {}

  draw(waiting: readonly WaitingEntry[], views: readonly OrderView[]): void {
    const onList = new Set(waiting.map(({ entry }) => entry.exam));
    const waits = waiting.flatMap((each) => {
      const exam = each.order.procedures.find((one) => one.id === each.entry.exam);
      return exam ? [{ each, exam, priority: exam.priority, since: each.entry.since }] : [];
    }).sort(byUrgency).map(({ each, exam }) =>
      this.item(bookable(exam, each.order.id, each.patient ?? null), exam, each));
    const asked = views.flatMap((view) => view.order.procedures
      .filter((exam) => (exam.status === "requested" || exam.status === "noShow") && !onList.has(exam.id))
      .map((exam) => ({ view, exam, priority: exam.priority, since: exam.statusSince })))
      .sort(byUrgency).map(({ view, exam }) =>
        this.item(bookable(exam, view.order.id, view.patient ?? null), exam, null));
    replace(
      this.element, ...this.section(t("Waiting list"), waits, t("Nobody waits.")),
      ...this.section(t("To schedule"), asked, t("All that was asked for has a time.")),
    );
  }

  private section(title: string, items: HTMLElement[], none: string): HTMLElement[] {
    const head = h("h2", {}, title, h("span", { class: "count", text: String(items.length) }));
    return [head, items.length > 0 ? h("ul", {}, ...items) : h("p", { class: "faint", text: none })];
  }

  private item(what: Bookable, exam: Exam, waiting: WaitingEntry | null): HTMLElement {
    const name = personName(what.patient?.name ?? "") || t("(no name)");
    const minutes = plural(what.minutes, "{n} minute|{n} minutes");
    const since = waited(waiting ? waiting.entry.since : exam.statusSince, Date.now());
    const button = h(
      "button", { class: "side-item", attrs: { type: "button", "data-exam": what.exam,
        "data-modality": what.modality } },
      h("strong", { text: name }), h("span", { text: what.description }),
      h("span", { class: "faint", text: [what.modality, minutes, since].filter(Boolean).join(" · ") }),
    );
    if (isUrgent(exam.priority)) button.append(h("span", { class: "priority urgent",
      text: priorityText(exam.priority) }));
    if (exam.status === "noShow") button.append(h("span", { class: "status-badge", text: t("No show") }));
    if (waiting) {
      const { wishedFrom, wishedTo, note } = waiting.entry;
      const wish = [wishedFrom && t("from {day}", { day: date(wishedFrom) }), wishedTo && t("until {day}", {
        day: date(wishedTo),
      }), note].filter(Boolean).join(" · ");
      if (wish) button.append(h("span", { class: "wish", text: wish }));
    }
    button.addEventListener("click", () => this.actions.pick(what));
    button.addEventListener("pointerdown", (event) => this.actions.grab(what, event));
    const other = waiting
      ? h("button", { class: "ghost", text: t("Take off"), attrs: { type: "button" } })
      : h("button", { class: "ghost", text: t("Let wait"), attrs: { type: "button" } });
    other.addEventListener("click", () => (waiting ? this.actions.stopWaiting(what) : this.actions.wait(what)));
    return h("li", {}, button, other);
  }
}
