// SPDX-License-Identifier: Apache-2.0

import cs from "./messages/cs.json";
import es from "./messages/es.json";
import fr from "./messages/fr.json";
import it from "./messages/it.json";

/** English text → translated text. Plurals: `{n} image|{n} images` → the forms of the language, in its order. */
export type Messages = Readonly<Record<string, string>>;

export const languages: Readonly<Record<string, string>> = {
  en: "English", es: "Español", fr: "Français", it: "Italiano", cs: "Čeština",
};

/** In which order the forms of a plural stand in the message files. */
const pluralForms: Readonly<Record<string, readonly Intl.LDMLPluralRule[]>> = {
  en: ["one", "other"], es: ["one", "other"], fr: ["one", "other"], it: ["one", "other"], cs: ["one", "few", "other"],
};

const files: Readonly<Record<string, Messages>> = { en: {}, es, fr, it, cs };
const STORED = "martlet.language";

let language = "en";
let messages: Messages = files.en;
let rules = new Intl.PluralRules("en");

export function currentLanguage(): string {
  return language;
}

/** The language chosen before, else the first of the browser's that there is. */
export function startLanguage(): void {
  const wanted = [localStorage.getItem(STORED) ?? "", ...navigator.languages].map((tag) => tag.slice(0, 2));
  use(wanted.find((tag) => tag in files) ?? "en");
  document.documentElement.lang = language;
}

export function chooseLanguage(tag: string): void {
  localStorage.setItem(STORED, tag);
  location.reload();
}

export function use(tag: string): void {
  language = tag in files ? tag : "en";
  messages = files[language];
  rules = new Intl.PluralRules(language);
}

type Values = Readonly<Record<string, string | number>>;

function filled(text: string, values?: Values): string {
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The text in the user's language; the English text is its name. */
export function t(text: string, values?: Values): string {
  return filled(messages[text] ?? text, values);
}

/** `one|many` of English, with `{n}` for the number. */
export function plural(value: number, forms: string): string {
  const known = (messages[forms] ?? forms).split("|");
  const at = pluralForms[language].indexOf(rules.select(value));
  const form = known[at < 0 ? known.length - 1 : Math.min(at, known.length - 1)];
  return filled(form, { n: value.toLocaleString(language) });
}
