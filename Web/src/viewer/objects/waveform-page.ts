// SPDX-License-Identifier: Apache-2.0

import { DataSet, Element, item, items, meaning, number, text } from "../../dicom/data-set";
import { h } from "../../components/dom";
import { t } from "../../i18n/i18n";

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
    const label = text(definition, "003A0203") ?? meaning(definition, "003A0208") ?? "";
    return { label: label.replace(/^Lead /, ""), values, unit: unit in { uV: 1, mV: 1, V: 1 } ? "mV" : unit };
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
    page.append(paper(group));
  }
  return page;
}

function paper(group: Group): HTMLElement {
  const seconds = (group.channels[0]?.values.length ?? 0) / group.frequency;
  const width = Math.ceil((seconds * SPEED + 20) * MM);
  const height = Math.ceil((group.channels.length * ROW_MM + 10) * MM);
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
    group.channels.forEach((channel, row) => curve(context, channel, group.frequency, row));
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

function curve(context: CanvasRenderingContext2D, channel: Channel, frequency: number, row: number): void {
  const middle = (row * ROW_MM + 5 + ROW_MM / 2) * MM;
  context.fillStyle = "#20242a";
  context.font = "12px system-ui, sans-serif";
  context.fillText(channel.label, 4, middle - 8);
  context.strokeStyle = "#111";
  context.lineWidth = 1;
  context.beginPath();
  // The calibration pulse: one millivolt for 0.2 seconds.
  const pulse = [[3, 0], [5, 0], [5, 1], [10, 1], [10, 0], [12, 0]] as const;
  if (channel.unit === "mV") {
    pulse.forEach(([x, y], i) => context[i === 0 ? "moveTo" : "lineTo"](x * MM, middle - y * GAIN * MM));
  }
  channel.values.forEach((value, i) => {
    const [x, y] = [(15 + (i / frequency) * SPEED) * MM, middle - value * GAIN * MM];
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.stroke();
}
