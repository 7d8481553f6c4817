// SPDX-License-Identifier: Apache-2.0

import { t } from "../i18n/i18n";
import { SaveState } from "./autosave";
import { CriticalLevel, CriticalResult, ReportContent, ReportStatus, ReportTemplate } from "./types";

/** How reports read on the screen. */

export function reportTitle(status: ReportStatus | undefined): string {
  switch (status) {
    case undefined: return t("Not begun");
    case "draft": return t("Draft");
    case "preliminary": return t("To sign");
    case "signed": return t("Signed, awaits the second reader");
    case "validated": return t("Validated");
    case "addendum": return t("Validated, with addendum");
    case "correction": return t("Validated, corrected");
  }
}

export function saveTitle(state: SaveState): string {
  switch (state) {
    case "saved": return t("Saved");
    case "unsaved": return t("Kept in this browser, saving soon");
    case "saving": return t("Saving…");
    case "local": return t("Kept in this browser until it is validated");
    case "draft": return t("Kept as your draft until it is validated");
    case "offline": return t("The server does not answer: kept in this browser");
    case "conflict": return t("Somebody else wrote meanwhile");
    case "lost": return t("Not kept: this browser has no room");
  }
}

export function levelTitle(level: CriticalLevel): string {
  switch (level) {
    case "red": return t("Red: within an hour");
    case "orange": return t("Orange: within a day");
    case "yellow": return t("Yellow: within a week");
  }
}

/** Names of the sections that every department has; those of its own templates stand as they were written. */
export function sectionTitle(title: string): string {
  switch (title) {
    case "Indication": return t("Indication");
    case "Technique": return t("Technique");
    case "Comparison": return t("Comparison");
    case "Findings": return t("Findings");
    case "Impression": return t("Impression");
    case "Addendum": return t("Addendum");
    default: return title;
  }
}

/** A report that begins: the texts of its template, and what was asked. */
export function begun(template: ReportTemplate, language: string, question: string): ReportContent {
  return {
    template: template.name, language: template.name === "standard" ? language : template.language,
    sections: template.sections.map(({ key, title, text }) => ({
      key, title, text: key === "indication" && !text ? question : text,
    })),
    fields: [], keyImages: [],
  };
}

/** Another template for what is written already: texts stay under their headings, none that was written gets lost. */
export function retold(
  content: ReportContent, template: ReportTemplate, before: ReportTemplate | null, question: string,
): ReportContent {
  const given = (key: string): string => before?.sections.find((one) => one.key === key)?.text.trim() ?? "";
  const old = content.sections.filter((section) => {
    const text = section.text.trim();
    return text && text !== given(section.key) && !(section.key === "indication" && text === question.trim());
  });
  const sections = template.sections.map(({ key, title, text }) => {
    const written = old.filter((section) => section.key === key).map((section) => section.text);
    const start = key === "indication" && !text ? question : text;
    return { key, title, text: written.length > 0 ? written.join("\n") : start };
  });
  const left = old.filter((section) => !template.sections.some((one) => one.key === section.key));
  const fields = content.fields.filter((field) => template.fields.some((one) => one.key === field.key));
  const end = sections.findIndex((section) => section.key === "impression");
  sections.splice(end < 0 ? sections.length : end, 0, ...left);
  return { ...content, template: template.name, sections, fields };
}

/** What was found; the server gives it to who reports, and to others once it is validated. */
export function findingText(result: CriticalResult): string {
  return result.finding || t("Not validated yet");
}
