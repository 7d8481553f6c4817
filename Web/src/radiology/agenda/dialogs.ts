// SPDX-License-Identifier: Apache-2.0

import { describe } from "../../api/problem";
import { orderAddress } from "../../app/router";
import { dialog, DialogButton, goBack, inputField } from "../../components/dialog";
import { h } from "../../components/dom";
import { age, date, personName } from "../../components/text";
import { t } from "../../i18n/i18n";
import { examFlow } from "../exam-actions";
import { DepartmentClient } from "../department";
import { ExamStates, LocalDateTime } from "../types";
import { commandTitle, identifierText, statusTitle } from "../words";
import { AgendaClient } from "./agenda-client";
import { atMinute, clock, dateOf, dayText, minuteOf, minutesOfClock, today } from "./calendar";
import { Appointment, Bookable, Resource } from "./types";

export function bookingText(appointment: Appointment): string {
  const { booking, exam, patient } = appointment;
  const start = minuteOf(booking.start);
  const time = `${clock(start)}–${clock(start + booking.minutes)}`;
  const name = exam ? personName(patient?.name ?? "") : booking.title || t("Blocked");
  return [time, name, exam?.description].filter(Boolean).join(" · ");
}

/** Why a time cannot be had, and what may be done about it. */
export function explainRefusal(
  reason: unknown, inTheWay: { taken: Appointment[]; closed: Resource[] }, mayForce: boolean,
    free: LocalDateTime | null,
): Promise<"force" | "free" | null> {
  const buttons: DialogButton[] = [goBack()];
  if (mayForce) buttons.push({ text: t("Book all the same"), kind: "danger", run: () => "force" });
  if (free) {
    const at = minuteOf(free);
    const when = `${dayText(Math.floor(at / 1440))} ${clock(at)}`;
    buttons.push({ text: t("Book {time}", { time: when }), kind: "primary", run: () => "free" });
  }
  const lines = [
    ...inTheWay.taken.map((each) => h("li", { text: bookingText(each) })),
    ...inTheWay.closed.map((each) => h("li", { text: t("{name} is closed then", { name: each.name }) })),
  ];
  return dialog(
    { title: t("This time is taken"), buttons }, h("p", { class: "lines", text: describe(reason) }),
    lines.length > 0 ? h("ul", {}, ...lines) : null,
    free ? h("p", { class: "faint", text: t("The next time at which all are free:") }) : null,
    mayForce ? null
      : h("p", { class: "faint", text: t("To book over others is a right that your role does not have.") }),
  );
}

/** When, how long and with what; answers the chosen values. */
export function timeFields(resources: readonly Resource[], chosen: readonly number[], start: number, minutes: number): {
  box: HTMLElement; value(): { resources: number[]; start: LocalDateTime; minutes: number };
} {
  const iso = dateOf(Math.floor(start / 1440)).replace(/(\d{4})(\d{2})(\d{2})/, "$1-$2-$3");
  const day = inputField(t("Day"), iso, { type: "date" });
  const time = inputField(t("Time"), clock(start), { type: "time", step: 300 });
  const length = inputField(t("Minutes"), String(minutes), { type: "number", min: 5, max: 1440, step: 5 });
  const boxes = resources.filter((each) => each.isActive || chosen.includes(each.id)).map((each) => {
    const input = h("input", { attrs: { type: "checkbox", value: each.id, checked: chosen.includes(each.id) } });
    return { id: each.id, input, label: h("label", { class: "check" }, input, each.name) };
  });
  return {
    box: h(
      "div", {}, h("div", { class: "fields" }, day.box, time.box, length.box),
      h("fieldset", { class: "checks" }, h("legend", { text: t("Resources") }), ...boxes.map((each) => each.label)),
    ),
    value() {
      const at = minutesOfClock(time.input.value);
      const long = Number(length.input.value);
      const ids = boxes.filter((each) => each.input.checked).map((each) => each.id);
      if (!day.input.value || at === null) throw new Error(t("Give a day and a time."));
      if (!(long >= 1 && long <= 1440)) throw new Error(t("An appointment lasts from one minute to a day."));
      if (ids.length === 0) throw new Error(t("Choose at least one resource."));
      return { resources: ids, start: { date: day.input.value.replaceAll("-", ""), time: atMinute(at).time },
        minutes: long };
    },
  };
}

export interface AppointmentActions {
  move(appointment: Appointment): void;
  rebook(appointment: Appointment, to: { resources: number[]; start: LocalDateTime; minutes: number }): void;
  changed(): void;
}

/** An appointment: who comes, for what, and what may be done. */
export async function showAppointment(
  appointment: Appointment, resources: readonly Resource[], states: ExamStates | null, client: DepartmentClient,
  actions: AppointmentActions,
): Promise<void> {
  const { booking, exam, patient } = appointment;
  if (!exam) return;
  const fields = timeFields(resources, booking.resources, minuteOf(booking.start), booking.minutes);
  const alerts = [...(patient?.clinical?.allergies ?? []), ...(patient?.clinical?.medicalAlerts ?? [])];
  const facts = [
    identifierText(patient), patient?.sex, date(patient?.birthDate ?? ""),
      age(patient?.birthDate ?? "", dateOf(today())),
  ];
  const commands = h("div", { class: "exam-actions" });
  const step = (text: string, run: () => void): void => {
    const button = h("button", { class: "button small", text, attrs: { type: "button" } });
    button.addEventListener("click", () => {
      button.closest("dialog")?.close();
      run();
    });
    commands.append(button);
  };
  for (const command of ["arrive", "enterRoom", "complete", "undoArrival", "markNoShow", "unschedule", "cancel"]) {
    if (!appointment.commands.includes(command)) continue;
    const title = commandTitle(states, command);
    step(title, () => void examFlow(client, states, exam, command, title, actions.changed));
  }
  if (exam.status === "scheduled") step(t("Move with the arrows"), () => actions.move(appointment));
  const open = h("a", { class: "button small", text: t("Open order"),
    attrs: { href: orderAddress(appointment.order ?? 0) } });
  open.addEventListener("click", () => open.closest("dialog")?.close());
  commands.append(open);
  const canMove = appointment.commands.includes("schedule");
  const buttons: DialogButton[] = [goBack()];
  if (canMove) {
    buttons.push({ text: t("Change"), kind: "primary", run: () => actions.rebook(appointment, fields.value()) });
  }
  await dialog(
    { title: personName(patient?.name ?? "") || t("(no name)"), class: "wide", buttons },
    h("p", { class: "faint", text: facts.filter(Boolean).join(" · ") }),
    alerts.length > 0 ? h("p", { class: "alerts", text: alerts.join(" · "), attrs: { role: "alert" } }) : null,
    h(
      "p", {}, h("strong", { text: exam.description }), " ",
      h("span", { class: "status-badge", text: statusTitle(states, exam.status),
        attrs: { "data-status": exam.status } }),
    ),
    booking.isOverbooked ? h("p", { class: "warned", text: t(
      "Booked over others, or outside of opening hours, by {name}", {
      name: booking.bookedBy,
    }) }) : null,
    commands, canMove ? fields.box : null,
  );
}

/** A time in which resources do something else. */
export async function showBlock(appointment: Appointment, client: AgendaClient, changed: () => void): Promise<void> {
  const { booking } = appointment;
  const remove = async (): Promise<void> => {
    await client.removeBlock(booking.id);
    changed();
  };
  await dialog(
    {
      title: booking.title || t("Blocked"),
      buttons: [goBack(), { text: t("Give the time back"), kind: "danger", run: remove }],
    },
    h("p", { text: bookingText(appointment) }),
    h("p", { class: "faint", text: t("Blocked by {name}", { name: booking.bookedBy }) }),
  );
}

export async function blockTime(
  client: AgendaClient, resources: readonly Resource[], chosen: readonly number[], start: number, changed: () => void,
): Promise<void> {
  const title = inputField(t("What for"), "");
  const fields = timeFields(resources, chosen, start, 60);
  const save = async (): Promise<void> => {
    const value = fields.value();
    await client.block(value.resources, value.start, value.minutes, title.input.value.trim());
    changed();
  };
  await dialog(
    { title: t("Block time"), class: "wide", buttons: [goBack(), { text: t("Block"), kind: "primary", run: save }] },
    title.box, fields.box,
  );
}

export async function letWait(client: AgendaClient, what: Bookable, changed: () => void): Promise<void> {
  const from = inputField(t("Not before"), "", { type: "date" });
  const to = inputField(t("Not after"), "", { type: "date" });
  const note = inputField(t("Note"), "");
  const save = async (): Promise<void> => {
    await client.wait(what.exam, {
      wishedFrom: from.input.value.replaceAll("-", ""), wishedTo: to.input.value.replaceAll("-", ""),
      note: note.input.value.trim(),
    });
    changed();
  };
  await dialog(
    { title: t("Put on the waiting list"), buttons: [goBack(), { text: t("Let wait"), kind: "primary", run: save }] },
    h("p", { text: [personName(what.patient?.name ?? ""), what.description].filter(Boolean).join(" · ") }),
    h("div", { class: "fields" }, from.box, to.box), note.box,
  );
}
