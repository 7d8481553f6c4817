// SPDX-License-Identifier: Apache-2.0

import { h, replace } from "../components/dom";
import { icon } from "../components/icons";
import { t } from "../i18n/i18n";
import { DictationSource, DictationTarget, TypedSource } from "./dictation";
import { fieldInput } from "./field-input";
import { KeyImageReference, ReportContent, ReportTemplate, Section, TemplateField } from "./types";
import { sectionTitle } from "./words";

/** What the editor tells, and asks for. */
export interface EditorHost {
  changed(content: ReportContent): void;
  show(image: KeyImageReference): void;
}

/** What may be written. */
export type Writable = "all" | "none" | "last";

/** The sections, fields and key images of a report, to be written. */
export class ReportEditor implements DictationTarget {
  readonly element = h("form", { class: "report-editor", attrs: { novalidate: true, autocomplete: "off" } });
  private readonly images = h("div", { class: "report-images" });
  private areas: HTMLTextAreaElement[] = [];
  private current = 0;
  private stops: (() => void)[] = [];

  constructor(
    private content: ReportContent, private template: ReportTemplate | null, private writable: Writable,
    private readonly host: EditorHost, sources: readonly DictationSource[] = [],
  ) {
    this.element.addEventListener("submit", (event) => event.preventDefault());
    this.element.addEventListener("focusin", (event) => {
      const at = this.areas.indexOf(event.target as HTMLTextAreaElement);
      if (at >= 0) this.current = at;
    });
    for (const source of [new TypedSource(this.element), ...sources]) this.stops.push(source.start(this));
    this.build();
  }

  stop(): void {
    this.stops.forEach((stop) => stop());
    this.stops = [];
  }

  get value(): ReportContent {
    return this.content;
  }

  /** Shows something else than what was written here. */
  take(content: ReportContent, template: ReportTemplate | null, writable: Writable): void {
    [this.content, this.template, this.writable] = [content, template, writable];
    this.build();
  }

  // MARK: Words

  write(field: string, text: string): void {
    const at = Number(field);
    this.change({ sections: this.content.sections.map((each, i) => (i === at ? { ...each, text } : each)) });
    this.fit(this.areas[at]);
  }

  insert(words: string): void {
    const area = this.target();
    if (!area) return;
    const before = area.value.slice(0, area.selectionStart);
    const space = before && !/\s$/.test(before) && !/^[\s.,;:]/.test(words) ? " " : "";
    area.setRangeText(space + words, area.selectionStart, area.selectionEnd, "end");
    this.write(area.dataset.field ?? "0", area.value);
  }

  /** Whole lines, on lines of their own. */
  insertLines(lines: readonly string[]): void {
    const area = this.target();
    if (!area || lines.length === 0) return;
    const before = area.value.slice(0, area.selectionStart);
    const after = area.value.slice(area.selectionEnd);
    const start = before && !before.endsWith("\n") ? "\n" : "";
    const text = `${start}${lines.join("\n")}${after.startsWith("\n") ? "" : "\n"}`;
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    this.write(area.dataset.field ?? "0", area.value);
  }

  move(by: 1 | -1): void {
    const fields = "textarea, .report-field input, .report-field select";
    const all = Array.from(this.element.querySelectorAll<HTMLElement>(fields))
      .filter((one) => !(one as HTMLTextAreaElement).readOnly && !(one as HTMLInputElement).disabled);
    const at = all.indexOf(document.activeElement as HTMLElement);
    const next = at < 0 ? this.target() ?? all[0] : all[(at + by + all.length) % all.length];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  /** The field that was last written in; Findings where none was. */
  private target(): HTMLTextAreaElement | null {
    const open = this.areas.filter((area) => !area.readOnly);
    const current = this.areas[this.current];
    if (current && !current.readOnly) return current;
    return open.find((area) => area.dataset.key === "findings") ?? open[0] ?? null;
  }

  /** Goes to the first field that has to be filled and is not. */
  goToMissing(): void {
    const all = Array.from(this.element.querySelectorAll<HTMLTextAreaElement | HTMLInputElement | HTMLSelectElement>(
      '[aria-required="true"]'));
    const missing = all.find((one) => !one.disabled && !one.value.trim());
    missing?.focus();
    missing?.scrollIntoView({ block: "nearest" });
  }

  /** Where writing begins: in Findings, at the end. */
  focus(): void {
    const findings = this.areas.findIndex((area) => area.dataset.key === "findings" && !area.readOnly);
    this.current = findings >= 0 ? findings : Math.max(0, this.areas.findIndex((area) => !area.readOnly));
    const area = this.target();
    area?.focus({ preventScroll: true });
    area?.setSelectionRange(area.value.length, area.value.length);
  }

  // MARK: Key images

  /** Adds images that are not there yet; says how many. */
  addImages(images: readonly KeyImageReference[]): number {
    const known = new Set(this.content.keyImages.map(imageKey));
    const added = images.filter((image) => !known.has(imageKey(image)));
    if (added.length > 0) this.change({ keyImages: [...this.content.keyImages, ...added] });
    this.showImages();
    this.images.scrollIntoView({ block: "nearest" });
    return added.length;
  }

  private showImages(): void {
    const isOpen = this.writable === "all";
    replace(this.images, ...this.content.keyImages.map((image, at) => {
      const picture = h("button", {
        class: "report-image", title: t("Show the image"), attrs: { type: "button" },
      }, h("img", { attrs: { src: thumbnail(image), alt: image.caption ?? "", loading: "lazy" } }));
      picture.addEventListener("click", () => this.host.show(image));
      const caption = h("input", {
        attrs: {
          type: "text", maxlength: 200, placeholder: t("Caption"), "aria-label": t("Caption"),
          value: image.caption ?? "", readonly: !isOpen,
        },
      });
      caption.addEventListener("input", () => this.change({
        keyImages: this.content.keyImages.map((one, i) => (i === at ? { ...one, caption: caption.value } : one)),
      }));
      caption.hidden = !isOpen && !image.caption;
      const remove = h("button", {
        class: "ghost remove", title: t("Take the image out"), hidden: !isOpen,
        attrs: { type: "button", "aria-label": t("Take the image out") },
      }, icon("close"));
      remove.addEventListener("click", () => {
        this.change({ keyImages: this.content.keyImages.filter((_, i) => i !== at) });
        this.showImages();
      });
      return h("figure", {}, picture, caption, remove);
    }));
    this.images.hidden = this.content.keyImages.length === 0;
  }

  // MARK: Form

  private build(): void {
    this.areas = [];
    this.current = 0;
    const blocks: HTMLElement[] = this.content.sections.map((section, at) => this.section(section, at));
    const fields = this.fields();
    const conclusion = this.content.sections.findIndex((section) => section.key === "impression");
    if (fields) blocks.splice(conclusion >= 0 ? conclusion : blocks.length, 0, fields);
    replace(this.element, ...blocks, this.images);
    this.showImages();
    requestAnimationFrame(() => this.areas.forEach((area) => this.fit(area)));
  }

  private section(section: Section, at: number): HTMLElement {
    const isLast = at === this.content.sections.length - 1;
    const isOpen = this.writable === "all" || (this.writable === "last" && isLast);
    const isRequired = this.template?.sections.some((one) => one.key === section.key && one.isRequired) ?? false;
    const title = sectionTitle(section.title || section.key);
    const area = h("textarea", {
      id: `report-section-${at}`,
      attrs: {
        rows: 1, spellcheck: "true", lang: this.content.language, readonly: !isOpen, "data-field": at,
        "data-key": section.key, "aria-required": String(isRequired),
      },
    });
    area.value = section.text;
    this.areas.push(area);
    const label = h("label", { text: title, attrs: { for: area.id } });
    if (isRequired && isOpen) label.append(h("span", { class: "required", text: "*", title: t("Needed to sign") }));
    const isEmpty = !isOpen && !section.text.trim();
    return h("div", { class: isEmpty ? "report-section nothing" : "report-section" }, label, area);
  }

  private fields(): HTMLElement | null {
    const wanted = this.template?.fields ?? [];
    const loose = this.content.fields.filter((one) => !wanted.some((field) => field.key === one.key));
    const all = [...wanted, ...loose.map((one): TemplateField => ({
      key: one.key, title: one.key, kind: "text", unit: one.unit, choices: [], isRequired: false,
    }))];
    if (all.length === 0) return null;
    const isOpen = this.writable === "all";
    return h("fieldset", { class: "report-fields" }, ...all.map((field) => {
      const value = this.content.fields.find((one) => one.key === field.key) ?? null;
      return fieldInput(field, value, isOpen, (changed) => {
        const others = this.content.fields.filter((one) => one.key !== field.key);
        this.change({ fields: changed ? [...others, changed] : others });
      });
    }));
  }

  private fit(area: HTMLTextAreaElement | undefined): void {
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  }

  private change(part: Partial<ReportContent>): void {
    this.content = { ...this.content, ...part };
    this.host.changed(this.content);
  }
}

function imageKey(image: KeyImageReference): string {
  return `${image.sopInstanceUID}/${image.frame ?? 0}`;
}

/** A small picture of an image. */
export function thumbnail(image: KeyImageReference, size = 160): string {
  const part = encodeURIComponent;
  const instance = `/dicom-web/studies/${part(image.studyInstanceUID)}/series/${part(image.seriesInstanceUID)}`
    + `/instances/${part(image.sopInstanceUID)}`;
  return `${instance}/frames/${image.frame ?? 1}/rendered?viewport=${size},${size}`;
}
