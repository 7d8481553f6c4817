// SPDX-License-Identifier: Apache-2.0

import { h } from "../components/dom";
import { t } from "../i18n/i18n";
import { countTicks, ticks } from "./scale";

/** Plots in SVG, each with its figures as a table below. */

const WIDTH = 760;
const HEIGHT = 270;
const space = { left: 56, right: 12, top: 28, bottom: 26 };
const NAMESPACE = "http://www.w3.org/2000/svg";

type Attributes = Record<string, string | number>;

function s(tag: string, attributes: Attributes, ...children: (SVGElement | string)[]): SVGElement {
  const element = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly isDotted?: boolean;
}

export interface Figure {
  readonly title: string;
  /** What the axis counts, such as `exams` or `min`. */
  readonly unit: string;
  readonly note?: string;
}

/** The frame of all plots: title, legend, drawing, figures. */
function framed(
  figure: Figure, legend: readonly Series[], drawing: SVGElement, head: readonly string[],
  rows: readonly (readonly string[])[],
): HTMLElement {
  const marks = legend.map((each) => {
    const swatch = h("span", { class: "swatch" });
    if (each.isDotted) swatch.style.border = `2px dotted ${each.colour}`;
    else swatch.style.background = each.colour;
    return h("span", {}, swatch, each.name);
  });
  const table = h(
    "table", { class: "data-table" },
    h("thead", {}, h("tr", {}, ...head.map((text) => h("th", { text, attrs: { scope: "col" } })))),
    h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map((text, index) =>
      index === 0 ? h("th", { text, attrs: { scope: "row" } }) : h("td", { class: "number", text }))))),
  );
  return h(
    "figure", { class: "chart" },
    h("figcaption", {}, h("h2", { text: figure.title }), h("span", { class: "legend" }, ...marks)),
    figure.note ? h("p", { class: "faint", text: figure.note }) : null, drawing as unknown as HTMLElement,
    h("details", {}, h("summary", { text: t("Figures") }), table),
  );
}

function drawing(figure: Figure, height = HEIGHT): SVGElement {
  return s("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": `${figure.title} (${figure.unit})` });
}

/** Horizontal lines with their figures, and the unit above. */
function valueAxis(marks: readonly number[], unit: string, y: (value: number) => number): SVGElement {
  const group = s("g", { class: "axis" });
  for (const mark of marks) {
    group.append(
      s("line", { x1: space.left, x2: WIDTH - space.right, y1: y(mark), y2: y(mark) }),
      s("text", { x: space.left - 8, y: y(mark) + 4, "text-anchor": "end" }, mark.toLocaleString()),
    );
  }
  group.append(s("text", { x: space.left - 8, y: 12, "text-anchor": "end", class: "unit" }, unit));
  return group;
}

/** Labels below; so many are left out that they do not touch. */
function labels(names: readonly string[], x: (index: number) => number, width: number): SVGElement {
  const group = s("g", { class: "axis" });
  const longest = Math.max(...names.map((name) => name.length), 1) * 6.6 + 8;
  const every = Math.max(1, Math.ceil(longest / width));
  names.forEach((name, index) => {
    if (index % every !== 0) return;
    group.append(s("text", { x: x(index), y: HEIGHT - space.bottom + 17, "text-anchor": "middle" }, name));
  });
  return group;
}

/** Bars, each of several series on top of each other. */
export function stackedBars(
  figure: Figure, names: readonly string[], series: readonly Series[], values: readonly (readonly number[])[],
): HTMLElement {
  const totals = values.map((row) => row.reduce((sum, each) => sum + each, 0));
  const marks = countTicks(Math.max(...totals, 1));
  const top = marks[marks.length - 1];
  const y = (value: number): number => HEIGHT - space.bottom - (value / top) * (HEIGHT - space.bottom - space.top);
  const width = (WIDTH - space.left - space.right) / Math.max(names.length, 1);
  const x = (index: number): number => space.left + (index + 0.5) * width;
  const svg = drawing(figure);
  svg.append(valueAxis(marks, figure.unit, y), labels(names, x, width));
  const thick = Math.min(width * 0.8, 56);
  values.forEach((row, index) => {
    let below = 0;
    row.forEach((value, at) => {
      if (value === 0) return;
      const bar = s("rect", {
        x: x(index) - thick / 2, width: thick, y: y(below + value),
          height: Math.max(y(below) - y(below + value) - 0.5, 0.5),
        fill: series[at].colour, rx: 1,
      });
      bar.append(s("title", {}, `${names[index]} · ${series[at].name}: ${value}`));
      svg.append(bar);
      below += value;
    });
  });
  const head = [figure.unit, ...series.map((each) => each.name), t("Total")];
  const rows = names.map((name, index) => [name, ...values[index].map(String), String(totals[index])]);
  return framed(figure, series, svg, head, rows);
}

export interface Spread {
  readonly count: number;
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
  readonly p90: number;
}

/** A box from a quarter to three quarters, a line at the median, a whisker up to nine of ten. */
export function boxes(
  figure: Figure, names: readonly string[], spreads: readonly (Spread | null)[], colours: readonly string[],
): HTMLElement {
  const marks = ticks(Math.max(...spreads.map((each) => each?.p90 ?? 0), 1));
  const top = marks[marks.length - 1];
  const y = (value: number): number => HEIGHT - space.bottom - (value / top) * (HEIGHT - space.bottom - space.top);
  const width = (WIDTH - space.left - space.right) / Math.max(names.length, 1);
  const x = (index: number): number => space.left + (index + 0.5) * width;
  const svg = drawing(figure);
  svg.append(valueAxis(marks, figure.unit, y), labels(names, x, width));
  const thick = Math.min(width * 0.55, 46);
  spreads.forEach((each, index) => {
    if (!each) return;
    const middle = x(index);
    const group = s("g", { class: "box", stroke: colours[index] });
    group.append(
      s("line", { x1: middle, x2: middle, y1: y(each.p75), y2: y(each.p90) }),
      s("line", { x1: middle - thick / 4, x2: middle + thick / 4, y1: y(each.p90), y2: y(each.p90) }),
      s("rect", {
        x: middle - thick / 2, width: thick, y: y(each.p75), height: Math.max(y(each.p25) - y(each.p75), 1),
        fill: colours[index], "fill-opacity": 0.28, rx: 2,
      }),
      s("line", { x1: middle - thick / 2, x2: middle + thick / 2, y1: y(each.median), y2: y(each.median),
        class: "median" }),
      s("title", {}, t("{name}: median {median}, 9 of 10 within {p90} ({n})", {
        name: names[index], median: `${round(each.median)} ${figure.unit}`, p90: `${round(each.p90)} ${figure.unit}`,
        n: each.count,
      })),
    );
    svg.append(group);
  });
  const head = [figure.unit, t("Exams"), t("1 of 4 within"), t("Median"), t("3 of 4 within"), t("9 of 10 within")];
  const rows = names.map((name, index) => {
    const each = spreads[index];
    return each ? [name, String(each.count), ...[each.p25, each.median, each.p75, each.p90].map(round)]
      : [name, "0", "", "", "", ""];
  });
  return framed(figure, [], svg, head, rows);
}

/** Medians as a line with the band of the middle half; a gap where there is nothing. */
export function bandLine(
  figure: Figure, names: readonly string[], spreads: readonly (Spread | null)[], colour: string,
): HTMLElement {
  const marks = ticks(Math.max(...spreads.map((each) => each?.p90 ?? 0), 1));
  const top = marks[marks.length - 1];
  const y = (value: number): number => HEIGHT - space.bottom - (value / top) * (HEIGHT - space.bottom - space.top);
  const width = (WIDTH - space.left - space.right) / Math.max(names.length, 1);
  const x = (index: number): number => space.left + (index + 0.5) * width;
  const svg = drawing(figure);
  svg.append(valueAxis(marks, figure.unit, y), labels(names, x, width));
  const known = spreads.flatMap((each, index) => (each ? [{ each, index }] : []));
  const path = (value: (each: Spread) => number): string =>
    known.map(({ each, index }, at) =>
      `${at === 0 ? "M" : "L"}${x(index).toFixed(1)} ${y(value(each)).toFixed(1)}`).join("");
  const back = [...known].reverse().map(({ each, index }) =>
    `L${x(index).toFixed(1)} ${y(each.p25).toFixed(1)}`).join("");
  if (known.length > 1) {
    svg.append(
      s("path", { d: `${path((each) => each.p75)}${back}Z`, fill: colour, "fill-opacity": 0.18 }),
      s("path", { d: path((each) => each.p90), fill: "none", stroke: colour, "stroke-dasharray": "2 4",
        "stroke-opacity": 0.8 }),
      s("path", { d: path((each) => each.median), fill: "none", stroke: colour, "stroke-width": 2 }),
    );
  }
  for (const { each, index } of known) {
    const dot = s("circle", { cx: x(index), cy: y(each.median), r: 3, fill: colour });
    dot.append(s("title", {}, `${names[index]}: ${round(each.median)} ${figure.unit} (${each.count})`));
    svg.append(dot);
  }
  const legend = [
    { name: t("Median, with the middle half"), colour }, { name: t("9 of 10 within (dotted)"), colour, isDotted: true },
  ];
  const head = [figure.unit, t("Exams"), t("1 of 4 within"), t("Median"), t("3 of 4 within"), t("9 of 10 within")];
  const rows = known.map(({ each, index }) => [
    names[index], String(each.count), ...[each.p25, each.median, each.p75, each.p90].map(round),
  ]);
  return framed(figure, legend, svg, head, rows);
}

/** Cells as bright as their count. */
export function heatMap(
  figure: Figure, columns: readonly string[], rows: readonly string[], values: readonly (readonly number[])[],
): HTMLElement {
  const [left, top, tall] = [90, 8, 26];
  const height = top + rows.length * tall + 24;
  const most = Math.max(...values.flat(), 1);
  const wide = (WIDTH - left - space.right) / Math.max(columns.length, 1);
  const svg = drawing(figure, height);
  rows.forEach((name, row) => {
    svg.append(s("text", { x: left - 8, y: top + (row + 0.5) * tall + 4, "text-anchor": "end", class: "label" }, name));
    columns.forEach((column, at) => {
      const value = values[row][at];
      const cell = s("rect", {
        x: left + at * wide + 1, y: top + row * tall + 1, width: wide - 2, height: tall - 2, rx: 2,
        fill: value === 0 ? "#14171c" : "#5aa9e6", "fill-opacity": value === 0 ? 1 : 0.15 + (0.85 * value) / most,
      });
      cell.append(s("title", {}, `${name} ${column}: ${value}`));
      svg.append(cell);
      if (value > 0 && wide > 24) {
        const dark = value / most > 0.55;
        svg.append(s("text", {
          x: left + (at + 0.5) * wide, y: top + (row + 0.5) * tall + 4, "text-anchor": "middle", class: dark
            ? "on-bright" : "in-cell",
        }, String(value)));
      }
    });
  });
  columns.forEach((column, at) => svg.append(s("text", {
    x: left + (at + 0.5) * wide, y: height - 8, "text-anchor": "middle", class: "label",
  }, column)));
  const body = rows.map((name, row) => [name, ...values[row].map(String)]);
  return framed(figure, [], svg, [figure.unit, ...columns], body);
}

function round(value: number): string {
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString();
}
