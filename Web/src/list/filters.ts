// SPDX-License-Identifier: Apache-2.0

import { t } from "../i18n/i18n";
import { h } from "../components/dom";
import { icon } from "../components/icons";
import { Scope } from "../signals/scope";
import { Signal } from "../signals/signal";
import { ListQuery, Period } from "./query";

const SEARCH_DELAY_MS = 160;

const offered = ["CT", "MR", "DX", "CR", "US", "MG", "XA", "RF", "NM", "PT", "OT"];
const periodLabels: [Period, string][] = [
  ["any", "Any date"], ["today", "Today"], ["yesterday", "Yesterday"], ["7", "7 days"], ["30", "30 days"],
  ["range", "Range…"],
];

/** Search as you type: the query changes when the typing pauses. */
export function searchBox(
  query: Signal<ListQuery>, scope: Scope, leave: (key: "ArrowDown" | "Enter") => void,
): HTMLElement {
  const input = h("input", {
    id: "study-search",
    attrs: {
      type: "search", placeholder: t("Name, patient ID, accession, description"), autocomplete: "off",
      spellcheck: "false", "aria-label": t("Search studies"), "aria-keyshortcuts": "/",
    },
  });
  input.value = query.peek().search;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const apply = (): void => {
    clearTimeout(timer);
    query.update((value) => (value.search === input.value ? value : { ...value, search: input.value }));
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(apply, SEARCH_DELAY_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      apply();
      leave(event.key);
    } else if (event.key === "Escape" && input.value) {
      event.preventDefault();
      input.value = "";
      apply();
    }
  });
  scope.effect(() => {
    const search = query.get().search;
    if (document.activeElement !== input && input.value !== search) input.value = search;
  });
  scope.own(() => clearTimeout(timer));
  return h("div", { class: "search", attrs: { role: "search" } }, icon("search"), input, h("kbd", { text: "/" }));
}

export function modalityFilter(query: Signal<ListQuery>, scope: Scope): HTMLElement {
  const box = h("div", { class: "chips", attrs: { role: "group", "aria-label": t("Modality") } });
  const others = query.peek().modalities.filter((modality) => !offered.includes(modality));
  for (const modality of [...offered, ...others]) {
    const chip = h("button", { class: "chip", text: modality, attrs: { type: "button", "data-modality": modality } });
    chip.addEventListener("click", () => query.update((value) => toggled(value, modality)));
    scope.effect(() => chip.setAttribute("aria-pressed", String(query.get().modalities.includes(modality))));
    box.append(chip);
  }
  return box;
}

function toggled(query: ListQuery, modality: string): ListQuery {
  const has = query.modalities.includes(modality);
  const modalities = has ? query.modalities.filter((other) => other !== modality) : [...query.modalities, modality];
  return { ...query, modalities };
}

export function dateFilter(query: Signal<ListQuery>, scope: Scope): HTMLElement {
  const box = h("div", { class: "chips segmented", attrs: { role: "group", "aria-label": t("Study date") } });
  for (const [period, label] of periodLabels) {
    const chip = h("button", { class: "chip", text: t(label), attrs: { type: "button", "data-period": period } });
    chip.addEventListener("click", () => query.update((value) => ({ ...value, period })));
    scope.effect(() => chip.setAttribute("aria-pressed", String(query.get().period === period)));
    box.append(chip);
  }
  const range = h(
    "span", { class: "range" }, dayInput(query, scope, "from"), h(
      "span", { text: t("to") }
    ), dayInput(query, scope, "to"),
  );
  scope.effect(() => (range.hidden = query.get().period !== "range"));
  return h("div", { class: "dates" }, box, range);
}

/** Whether other archives are asked as well; only where there are some. */
export function othersSwitch(query: Signal<ListQuery>, scope: Scope, archives: readonly string[]): HTMLElement | null {
  if (archives.length === 0) return null;
  const title = t("Ask {archive} as well", { archive: archives.join(", ") });
  const chip = h("button", { class: "chip others", text: t("Other archives"), title, attrs: { type: "button" } });
  chip.addEventListener("click", () => query.update((value) => ({ ...value, others: !value.others })));
  scope.effect(() => chip.setAttribute("aria-pressed", String(query.get().others)));
  return chip;
}

function dayInput(query: Signal<ListQuery>, scope: Scope, end: "from" | "to"): HTMLInputElement {
  const input = h("input", { attrs: { type: "date", "aria-label": end === "from" ? t("From date") : t("To date") } });
  input.addEventListener("change", () => {
    const day = input.value.replaceAll("-", "");
    query.update((value) => ({ ...value, [end]: day }));
  });
  scope.effect(() => {
    const day = query.get()[end];
    input.value = day ? `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}` : "";
  });
  return input;
}
