// SPDX-License-Identifier: Apache-2.0

import { h } from "../../components/dom";
import { date } from "../../components/text";
import { t } from "../../i18n/i18n";

const DEEPEST = 30;

/** Elements of the narrative block of CDA and what stands for them; the text of all others is kept without them. */
const blocks: Readonly<Record<string, keyof HTMLElementTagNameMap>> = {
  paragraph: "p", item: "li", table: "table", thead: "thead", tbody: "tbody", tfoot: "tfoot", tr: "tr", th: "th",
  td: "td", caption: "caption", sub: "sub", sup: "sup", br: "br",
};

/**
 * A CDA document (HL7 CDA R2) as a page: title, patient and the narrative of its sections, built element by element
 * from an allow-list, so that nothing in it is ever markup of this page. Null where it is no such document.
 */
export function clinicalDocument(source: string): HTMLElement | null {
  const parsed = new DOMParser().parseFromString(source, "application/xml");
  const root = parsed.documentElement;
  if (root.localName !== "ClinicalDocument" || parsed.querySelector("parsererror")) return null;
  const page = h("article", { class: "report" }, h("h2", { text: words(child(root, "title")) || t("CDA document") }));
  page.append(h("p", { class: "faint", text: facts(root).filter(Boolean).join("  ·  ") }));
  const body = child(child(root, "component"), "structuredBody");
  for (const component of body ? children(body, "component") : []) {
    for (const section of children(component, "section")) page.append(sectionOf(section, 1));
  }
  return page;
}

function children(element: Element, name: string): Element[] {
  return Array.from(element.children).filter((one) => one.localName === name);
}

function child(element: Element | null, ...path: string[]): Element | null {
  return path.reduce<Element | null>((at, name) => (at && children(at, name)[0]) ?? null, element);
}

function words(element: Element | null): string {
  return (element?.textContent ?? "").replace(/\s+/g, " ").trim();
}

function facts(root: Element): string[] {
  const role = child(root, "recordTarget", "patientRole");
  const patient = child(role, "patient");
  const author = child(root, "author", "assignedAuthor", "assignedPerson", "name");
  const day = (element: Element | null): string => date((element?.getAttribute("value") ?? "").slice(0, 8));
  return [
    words(child(patient, "name")), child(role, "id")?.getAttribute("extension") ?? "",
    day(child(patient, "birthTime")), day(child(root, "effectiveTime")), words(author),
  ];
}

function sectionOf(section: Element, depth: number): HTMLElement {
  const title = words(child(section, "title"));
  const made = h("section", {}, title ? h(depth < 2 ? "h3" : "h4", { text: title }) : null);
  const text = child(section, "text");
  if (text) {
    const block = h("div", { class: "narrative" });
    narrative(text, block, 0);
    made.append(block);
  }
  if (depth >= DEEPEST) return made;
  for (const component of children(section, "component")) {
    for (const inner of children(component, "section")) made.append(sectionOf(inner, depth + 1));
  }
  return made;
}

function narrative(from: Element, into: HTMLElement, depth: number): void {
  for (const node of Array.from(from.childNodes)) {
    if (node.nodeType === Node.TEXT_NODE) into.append(node.nodeValue ?? "");
    if (!(node instanceof Element)) continue;
    const made = elementFor(node);
    if (made) into.append(made);
    if (depth < DEEPEST) narrative(node, made ?? into, depth + 1);
    else (made ?? into).append(node.textContent ?? "");
  }
}

function elementFor(node: Element): HTMLElement | null {
  const name = node.localName;
  if (name === "list") return h(node.getAttribute("listType") === "ordered" ? "ol" : "ul");
  if (name === "content") return h((node.getAttribute("styleCode") ?? "").includes("Bold") ? "strong" : "span");
  const known = Object.prototype.hasOwnProperty.call(blocks, name) ? blocks[name] : null;
  if (!known) return null;
  const span = (of: string): string | null => (/^\d{1,3}$/.test(node.getAttribute(of) ?? "")
    ? node.getAttribute(of) : null);
  return h(known, { attrs: { colspan: span("colspan"), rowspan: span("rowspan") } });
}
