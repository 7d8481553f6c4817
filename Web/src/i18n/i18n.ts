// SPDX-License-Identifier: Apache-2.0

/** English text → translated text. Plurals: `{n} image|{n} images` → the forms of the language, in its order. */
export type Messages = Readonly<Record<string, string>>;

export const languages: Readonly<Record<string, string>> = {
  en: "English", es: "Español", fr: "Français", it: "Italiano", cs: "Čeština",
};

/** In which order the forms of a plural stand in the message files. */
const pluralForms: Readonly<Record<string, readonly Intl.LDMLPluralRule[]>> = {
  en: ["one", "other"], es: ["one", "other"], fr: ["one", "other"], it: ["one", "other"], cs: ["one", "few", "other"],
};

/** Only the file of the user's language is loaded; English needs none. */
const files: Readonly<Record<string, () => Promise<{ default: Messages }>>> = {
  es: () => import("./messages/es.json"), fr: () => import("./messages/fr.json"),
  it: () => import("./messages/it.json"), cs: () => import("./messages/cs.json"),
};
const STORED = "martlet.language";

let language = "en";
let messages: Messages = {};
let rules = new Intl.PluralRules("en");

export function currentLanguage(): string {
  return language;
}

/** The language chosen before, else the first of the browser's that there is. */
export async function startLanguage(): Promise<void> {
  const wanted = [localStorage.getItem(STORED) ?? "", ...navigator.languages].map((tag) => tag.slice(0, 2));
  const tag = wanted.find((one) => one in languages) ?? "en";
  // Without its texts the page speaks English.
  const file = await files[tag]?.().catch(() => null);
  if (file) use(tag, file.default);
  document.documentElement.lang = language;
}

export function chooseLanguage(tag: string): void {
  localStorage.setItem(STORED, tag);
  location.reload();
}

export function use(tag: string, texts: Messages): void {
  language = tag;
  messages = texts;
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
