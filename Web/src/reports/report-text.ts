// SPDX-License-Identifier: Apache-2.0

import { h } from "../components/dom";
import { t } from "../i18n/i18n";
import { thumbnail } from "./editor";
import { marked } from "./hit-marks";
import { KeyImageReference, ReportContent, ReportTemplate } from "./types";
import { sectionTitle } from "./words";

/** A report as text to read. `words`: marked where they stand. */
export function reportText(
  content: ReportContent, options: {
    words?: readonly string[]; template?: ReportTemplate | null; show?: (image: KeyImageReference) => void;
  } = {},
): HTMLElement {
  const words = options.words ?? [];
  const article = h("article", { class: "report-text", attrs: { lang: content.language } });
  for (const section of content.sections.filter((one) => one.text.trim())) {
    const paragraphs = section.text.split(/\n+/).filter((line) => line.trim())
      .map((line) => h("p", {}, ...marked(line, words)));
    article.append(h(
      "section", { attrs: { "data-key": section.key } },
      h("h3", { text: sectionTitle(section.title || section.key) }), ...paragraphs,
    ));
  }
  const fields = content.fields.filter((field) => field.value);
  if (fields.length > 0) article.append(fieldTable(fields, options.template ?? null, words));
  if (content.keyImages.length > 0) article.append(pictures(content.keyImages, options.show));
  return article;
}

function fieldTable(
  fields: ReportContent["fields"], template: ReportTemplate | null, words: readonly string[],
): HTMLElement {
  const list = h("dl", { class: "report-values" });
  for (const field of fields) {
    const title = template?.fields.find((one) => one.key === field.key)?.title ?? field.key;
    const value = [field.code?.meaning || field.value, field.unit ?? ""].filter(Boolean).join(" ");
    list.append(h("dt", {}, ...marked(title, words)), h("dd", {}, ...marked(value, words)));
  }
  return list;
}

function pictures(images: readonly KeyImageReference[], show?: (image: KeyImageReference) => void): HTMLElement {
  return h("div", { class: "report-images" }, ...images.map((image) => {
    const picture = h("img", { attrs: { src: thumbnail(image, 320), alt: image.caption ?? t("Key image") } });
    const place = show
      ? h("button", { class: "report-image", title: t("Show the image"), attrs: { type: "button" } }, picture)
      : h("div", { class: "report-image" }, picture);
    if (show) place.addEventListener("click", () => show(image));
    return h("figure", {}, place, image.caption ? h("figcaption", { text: image.caption }) : null);
  }));
}
