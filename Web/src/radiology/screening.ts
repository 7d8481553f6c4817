// SPDX-License-Identifier: Apache-2.0

import { Http } from "../api/http";
import { dialog, DialogButton, goBack, inputField } from "../components/dialog";
import { h } from "../components/dom";
import { t } from "../i18n/i18n";
import { momentText } from "./words";

/** Safety questions of an exam, as `/api/v1` has them. */
export interface SafetyQuestion {
  key: string;
  text: string;
  stopsAtYes?: boolean;
  stopsBelow?: number;
  stopsAbove?: number;
}

export type SafetyAnswer = "yes" | "no" | "doesNotApply" | number;

export interface Screening {
  questions: SafetyQuestion[];
  answers?: { answers: Record<string, SafetyAnswer>; at: number; by: string; override: string } | null;
  blocks: boolean;
  open: string[];
  contraindicated: string[];
}

export function screening(http: Http, exam: number, signal?: AbortSignal): Promise<Screening> {
  return http.json(`/api/v1/exams/${exam}/screening`, signal);
}

interface QuestionField {
  key: string;
  box: HTMLElement;
  value(): SafetyAnswer | null;
}

function questionField(question: SafetyQuestion, answer: SafetyAnswer | undefined, stops: boolean): QuestionField {
  const box = h("fieldset", { class: stops ? "question stops" : "question" }, h("legend", { text: question.text }));
  if (stops) box.append(h("p", { class: "danger", text: t("Contra-indicated") }));
  const limit = question.stopsBelow ?? question.stopsAbove;
  const name = `question-${question.key}`;
  const radio = (value: string, text: string): HTMLInputElement => {
    const input = h("input", { attrs: { type: "radio", name, value, checked: answer === value } });
    box.append(h("label", { class: "check" }, input, text));
    return input;
  };
  const choices: HTMLInputElement[] = [];
  let number: HTMLInputElement | null = null;
  if (limit !== undefined) {
    const label = question.stopsBelow !== undefined
      ? t("Value; below {n} is a contra-indication", { n: limit })
        : t("Value; above {n} is a contra-indication", { n: limit });
    const field = inputField(label, typeof answer === "number" ? String(answer) : "", { type: "number", step: "any" });
    number = field.input;
    box.append(field.box);
  } else choices.push(radio("yes", t("Yes")), radio("no", t("No")));
  choices.push(radio("doesNotApply", t("Does not apply")));
  number?.addEventListener("input", () => choices.forEach((each) => (each.checked = false)));
  return {
    key: question.key, box,
    value() {
      const chosen = choices.find((each) => each.checked);
      if (chosen) return chosen.value as SafetyAnswer;
      return number && number.value.trim() !== "" && Number.isFinite(number.valueAsNumber) ? number.valueAsNumber
        : null;
    },
  };
}

/** Asks the safety questions. Answers whether nothing stands in the way any more. */
export async function askSafety(http: Http, exam: number, mayOverride: boolean): Promise<boolean> {
  for (let state = await screening(http, exam); ;) {
    const given = state.answers;
    const fields = state.questions.map((question) =>
      questionField(question, given?.answers[question.key], state.contraindicated.includes(question.key)));
    const override = inputField(t("Why to go on in spite of a contra-indication (radiologist)"), given?.override ?? "");
    const keep = async (): Promise<Screening> => {
      const answers: Record<string, SafetyAnswer> = {};
      for (const field of fields) {
        const value = field.value();
        if (value !== null) answers[field.key] = value;
      }
      const body = { answers, ...(mayOverride && override.input.value.trim()
        ? { override: override.input.value.trim() } : {}) };
      const response = await http.authorised("PUT", `/api/v1/exams/${exam}/screening`, { body });
      return (await response.json()) as Screening;
    };
    const buttons: DialogButton[] = [goBack(), { text: t("Keep the answers"), kind: "primary", run: keep }];
    const stops = state.contraindicated.length > 0;
    const next = await dialog<Screening>(
      { title: t("Safety questions"), class: "wide safety", buttons },
      stops ? h("p", { class: "alerts", attrs: { role: "alert" }, text: mayOverride
        ? t("Something stands in the way. Change what was wrong, or say why to go on.")
        : t("Something stands in the way: ask a radiologist.") }) : null,
      given ? h("p", { class: "faint", text: t("Answered by {name}, {time}",
        { name: given.by, time: momentText(given.at) }) }) : null,
      ...fields.map((field) => field.box), stops && mayOverride ? override.box : null,
    );
    if (!next) return false;
    if (!next.blocks) return true;
    state = next;
  }
}
