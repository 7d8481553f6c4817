// SPDX-License-Identifier: Apache-2.0

import { DataSet, Element, item, items, meaning, number, text } from "../../dicom/data-set";
import { h, replace } from "../../components/dom";
import { t } from "../../i18n/i18n";
import { Arrangement, inColumns, inRows, leadName, Strip } from "./waveform-layout";

/** Paper of an electrocardiogram: CSS millimetres for a second and for a millivolt. */
const MM = 96 / 25.4;
const SPEED = 25;
const GAIN = 10;
const ROW_MM = 30;
const MOST_SECONDS = 600;
const MOST_CHANNELS = 64;

interface Channel {
  readonly label: string;
  /** Millivolts, or whatever the unit is. */
  readonly values: Float32Array;
  readonly unit: string;
}

interface Group {
  readonly label: string;
  readonly frequency: number;
  readonly channels: readonly Channel[];
}

/** PS3.3 §C.10.9: samples of all channels one after another. */
function readGroup(group: DataSet, bytesOf: (element: Element) => Uint8Array | null): Group | null {
  const [count, samples] = [number(group, "003A0005") ?? 0, number(group, "003A0010") ?? 0];
  const frequency = number(group, "003A001A") ?? 0;
  const bits = number(group, "54001004") ?? 16;
  const bytes = group["54001010"] ? bytesOf(group["54001010"]) : null;
  if (
    !bytes || !(frequency > 0) || count < 1 || count > MOST_CHANNELS || samples > frequency * MOST_SECONDS
  ) return null;
  const size = bits / 8;
  if (bytes.length < count * samples * size) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isSigned = (text(group, "54001006") ?? "SS").startsWith("S");
  const read = (at: number): number => {
    if (size === 1) return isSigned ? view.getInt8(at) : view.getUint8(at);
    return isSigned ? view.getInt16(at, true) : view.getUint16(at, true);
  };
  if (size !== 1 && size !== 2) return null;
  const channels = items(group, "003A0200").slice(0, count).map((definition, channel) => {
    const unit = text(item(definition, "003A0211"), "00080100") ?? "";
    const toMillivolt = { uV: 0.001, mV: 1, V: 1000 }[unit] ?? 1;
    const factor = (number(definition, "003A0210") ?? 1) * (number(definition, "003A0212") ?? 1) * toMillivolt;
    const baseline = (number(definition, "003A0213") ?? 0) * toMillivolt;
    const values = Float32Array.from(
      { length: samples }, (_, i) => read((i * count + channel) * size) * factor + baseline
    );
    const words = text(definition, "003A0203") ?? meaning(definition, "003A0208") ?? "";
    const label = leadName(text(item(definition, "003A0208"), "00080100") ?? "", words);
    return { label, values, unit: unit in { uV: 1, mV: 1, V: 1 } ? "mV" : unit };
  });
  return { label: text(group, "003A0020") ?? "", frequency, channels };
}

/** All leads over paper of 25 mm/s and 10 mm/mV, in true size on a screen of 96 dots an inch. Null while data come. */
export function waveformPage(
  dataSet: DataSet, bytesOf: (element: Element) => Uint8Array | null,
): HTMLElement | null {
  const groups = items(dataSet, "54000100").flatMap((group) => readGroup(group, bytesOf) ?? []);
  if (groups.length === 0) return null;
  const page = h("article", { class: "waveform" }, h("p", { class: "faint", text: `${SPEED} mm/s  ${GAIN} mm/mV` }));
  for (const group of groups) {
    if (group.label) page.append(h("h3", { text: group.label }));
    page.append(...sheets(group));
  }
  return page;
}

/** Twelve leads can be looked at in four columns or each in a row. */
function sheets(group: Group): HTMLElement[] {
  const samples = group.channels.map(({ values }) => values.length);
  const rows = inRows(samples, group.frequency);
  const four = inColumns(group.channels.map(({ label }) => label), Math.min(...samples), group.frequency);
  if (!four) return [paper(group, rows)];
  const place = h("div", {}, paper(group, four));
  const choice = h("select", { class: "menu", attrs: { "aria-label": t("Arrangement of the leads") } });
  replace(
    choice, h("option", { text: t("3 × 4 with rhythm"), attrs: { value: "columns" } }),
    h("option", { text: t("Each lead in a row"), attrs: { value: "rows" } }),
  );
  choice.addEventListener("change", () => replace(place, paper(group, choice.value === "rows" ? rows : four)));
  return [choice, place];
}

function paper(group: Group, arrangement: Arrangement): HTMLElement {
  const width = Math.ceil((arrangement.seconds * SPEED + 20) * MM);
  const height = Math.ceil((arrangement.rows * ROW_MM + 10) * MM);
  const canvas = h("canvas", { attrs: { role: "img", "aria-label": t("{n} leads", { n: group.channels.length }) } });
  const ratio = Math.min(window.devicePixelRatio || 1, 16_000 / width, 16_000 / height);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  if (context) {
    context.scale(ratio, ratio);
    grid(context, width, height);
    for (const strip of arrangement.strips) curve(context, group.channels[strip.channel], group.frequency, strip);
  }
  return h("div", { class: "paper" }, canvas);
}

function grid(context: CanvasRenderingContext2D, width: number, height: number): void {
  context.fillStyle = "#fdf6f3";
  context.fillRect(0, 0, width, height);
  for (const [step, colour] of [[1, "#f3d9d0"], [5, "#e3a898"]] as const) {
    context.strokeStyle = colour;
    context.lineWidth = 0.7;
    context.beginPath();
    for (let x = 0; x <= width; x += step * MM) {
      context.moveTo(x, 0);
      context.lineTo(x, height);
    }
    for (let y = 0; y <= height; y += step * MM) {
      context.moveTo(0, y);
      context.lineTo(width, y);
    }
    context.stroke();
  }
}

function curve(context: CanvasRenderingContext2D, channel: Channel, frequency: number, strip: Strip): void {
  const middle = (strip.row * ROW_MM + 5 + ROW_MM / 2) * MM;
  const left = 15 + strip.at * SPEED;
  context.fillStyle = "#20242a";
  context.font = "12px system-ui, sans-serif";
  context.fillText(channel.label, strip.at > 0 ? left * MM + 3 : 4, middle - (strip.at > 0 ? 1.2 * GAIN * MM : 8));
  context.strokeStyle = "#111";
  context.lineWidth = 1;
  context.beginPath();
  // The calibration pulse: one millivolt for 0.2 seconds.
  const pulse = [[3, 0], [5, 0], [5, 1], [10, 1], [10, 0], [12, 0]] as const;
  if (channel.unit === "mV" && strip.at === 0) {
    pulse.forEach(([x, y], i) => context[i === 0 ? "moveTo" : "lineTo"](x * MM, middle - y * GAIN * MM));
  }
  for (let i = strip.from; i < strip.to; i += 1) {
    const x = (left + ((i - strip.from) / frequency) * SPEED) * MM;
    const y = middle - channel.values[i] * GAIN * MM;
    if (i === strip.from) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  // Where another lead begins.
  if (strip.at > 0) {
    context.moveTo(left * MM, middle - 4 * MM);
    context.lineTo(left * MM, middle - 2 * MM);
    context.moveTo(left * MM, middle + 2 * MM);
    context.lineTo(left * MM, middle + 4 * MM);
  }
  context.stroke();
}
