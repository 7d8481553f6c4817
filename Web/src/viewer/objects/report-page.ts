// SPDX-License-Identifier: Apache-2.0

import { DataSet, item, items, meaning, number, numbers, text, texts } from "../../dicom/data-set";
import { h } from "../../components/dom";
import { date, personName, short, time } from "../../components/text";
import { t } from "../../i18n/i18n";

/** Opens the image that a report cites. */
export type ShowImage = (sop: string, frame: number) => void;

const DEEPEST = 20;

/** A structured report as headings, lists and lines; every image that it cites can be opened. */
export function reportPage(report: DataSet, show: ShowImage): HTMLElement {
  const page = h(
    "article", { class: "report" }, h("h2", { text: meaning(report, "0040A043") ?? t("Report") }), facts(report)
  );
  for (const one of items(report, "0040A730")) page.append(contentItem(one, show, 1));
  return page;
}

function facts(report: DataSet): HTMLElement {
  const states = [text(report, "0040A491"), text(report, "0040A493")].filter(Boolean).join(", ");
  const observers = items(report, "0040A073").map((one) => personName(text(one, "0040A075") ?? ""));
  const written = [date(text(report, "00080023")), time(text(report, "00080033"))].filter(Boolean).join(" ");
  return h("p", { class: "faint", text: [written, states, ...observers].filter(Boolean).join("  ·  ") });
}

function contentItem(one: DataSet, show: ShowImage, depth: number): HTMLElement {
  const type = text(one, "0040A040");
  const name = meaning(one, "0040A043") ?? "";
  const children = depth < DEEPEST ? items(one, "0040A730") : [];
  if (type === "CONTAINER") {
    const section = h("section", {}, name ? h(depth < 3 ? "h3" : "h4", { text: name }) : null);
    for (const child of children) section.append(contentItem(child, show, depth + 1));
    return section;
  }
  const line = h("div", { class: "content-item" });
  if (name) line.append(h("span", { class: "faint", text: name }));
  line.append(value(one, type, show));
  for (const child of children) line.append(contentItem(child, show, depth + 1));
  return line;
}

function value(one: DataSet, type: string | null, show: ShowImage): HTMLElement {
  switch (type) {
    case "NUM": {
      const measured = item(one, "0040A300");
      const unit = text(item(measured, "004008EA"), "00080100") ?? "";
      const figure = number(measured, "0040A30A");
      const qualifier = meaning(one, "0040A301");
      return h("strong", {
        text: figure === null ? qualifier ?? "" : `${short(figure, 3)} ${shownUnit(unit)}`.trim(),
      });
    }
    case "CODE": return h("span", { text: meaning(one, "0040A168") ?? "" });
    case "PNAME": return h("span", { text: personName(text(one, "0040A123") ?? "") });
    case "DATE": return h("span", { text: date(text(one, "0040A121")) });
    case "TIME": return h("span", { text: time(text(one, "0040A122"), true) });
    case "DATETIME": {
      const whole = text(one, "0040A120") ?? "";
      return h("span", { text: `${date(whole.slice(0, 8))} ${time(whole.slice(8), true)}`.trim() });
    }
    case "UIDREF": return h("span", { class: "uid", text: text(one, "0040A124") ?? "" });
    case "IMAGE": return imageLink(one, show);
    case "SCOORD":
    case "SCOORD3D": return h("span", { text: (text(one, "00700023") ?? "").toLowerCase() });
    default: return h("span", { class: "words", text: texts(one, "0040A160").join("\\") });
  }
}

function imageLink(one: DataSet, show: ShowImage): HTMLElement {
  const reference = item(one, "00081199");
  const sop = text(reference, "00081155") ?? "";
  const frame = numbers(reference, "00081160")[0] ?? 1;
  const button = h("button", { class: "link", text: t("Show the image"), title: sop, attrs: { type: "button" } });
  button.addEventListener("click", () => show(sop, frame));
  return button;
}

/** A UCUM unit as people write it. */
function shownUnit(unit: string): string {
  if (unit === "1" || /^\{.*\}$/.test(unit)) return "";
  return unit.replace(/([a-z])2$/, "$1²").replace(/([a-z])3$/, "$1³").replace("[hnsf'U]", "HU").replace(/^Cel$/, "°C");
}
