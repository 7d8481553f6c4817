// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { Context } from "../app/context";
import { DataTable } from "../components/data-table";
import { h, replace } from "../components/dom";
import { ago } from "../components/text";
import { plural, t } from "../i18n/i18n";
import { momentText } from "../radiology/words";
import { Scope } from "../signals/scope";
import { Queue } from "./queues";

interface Alarm {
  kind: string;
  subject: string;
  severity: string;
  reason: string;
  firstAt: number;
  lastAt: number;
  count: number;
  clearedAt: number | null;
}

interface Status {
  version: string;
  aeTitle: string;
  startedAt: number;
  ports: Record<string, number>;
  counts: Record<string, number>;
  facts: Record<string, string>;
  alarms: Alarm[];
}

interface Incident {
  id: number;
  kind: string;
  at: number;
  sender: string;
  reason: string;
  instanceUID: string;
}

const REFRESH_MS = 15_000;
/** Shown as cards of their own. */
const shownElsewhere = new Set(["disk_free_bytes", "disk_total_bytes", "alarms_open", "alarms_critical", "studies"]);

/** `4.1 TiB` */
export function sizeText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${value.toFixed(value < 10 && unit > 0 ? 1 : 0)} ${units[unit]}`;
}

const factTitles: readonly { name: string; label: string }[] = [
  { name: "scrub_files", label: "Scrub: files read" }, { name: "scrub", label: "Scrub: bytes read" },
  { name: "scrub_findings", label: "Scrub: faults found" }, { name: "scrub_ended_at", label: "Scrub: ended" },
];

function words(name: string): string {
  const known = factTitles.find((each) => each.name === name);
  if (known) return t(known.label);
  const text = name.replaceAll("_", " ").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function card(title: string, kind: "" | "good" | "warned" | "danger", ...body: (HTMLElement | null)[]): HTMLElement {
  return h("section", { class: `tile ${kind}` }, h("h2", { text: title }), ...body);
}

function figure(value: string, text: string, address?: string): HTMLElement {
  const inner = [h("strong", { text: value }), h("span", { class: "faint", text })];
  return address ? h("a", { class: "figure", attrs: { href: address } }, ...inner)
    : h("p", { class: "figure" }, ...inner);
}

/** Alarms, disk, queues, messages and what the server says of itself. */
export function overviewPart(context: Context, scope: Scope): HTMLElement {
  const tiles = h("div", { class: "tiles" });
  const alarms = new DataTable<Alarm>(t("Alarms"), [
    { title: "", kind: "tight", cell: (each) => h("span", {
      class: "status-badge", text: each.clearedAt ? t("over") : each.severity, attrs: {
        "data-severity": each.clearedAt ? "over" : each.severity,
      },
    }) },
    { title: t("What"), kind: "strong", cell: (each) => words(each.kind) },
    { title: t("About"), cell: (each) => each.subject },
    { title: t("Reason"), cell: (each) => each.reason },
    { title: t("Since"), cell: (each) => momentText(each.firstAt) },
    { title: t("Last"), cell: (each) => ago(each.lastAt, Date.now()) },
    { title: t("Times"), kind: "number", cell: (each) => String(each.count) },
  ], {
    none: t("There was no alarm yet."), key: (each) => `${each.kind} ${each.subject} ${each.firstAt}`,
    row: (row, each) => row.classList.toggle("over", each.clearedAt !== null),
  });
  const incidents = new DataTable<Incident>(t("Refused or in conflict"), [
    { title: t("When"), kind: "tight", cell: (each) => momentText(each.at) },
    { title: t("What"), kind: "strong", cell: (each) => words(each.kind) },
    { title: t("Sender"), cell: (each) => each.sender },
    { title: t("Reason"), cell: (each) => each.reason },
    { title: t("Instance"), cell: (each) => h("span", { class: "reason", text: each.instanceUID,
      title: each.instanceUID }) },
  ], { none: t("Nothing was refused."), key: (each) => String(each.id) });
  const failed = h("p", { class: "danger", hidden: true, attrs: { role: "alert" } });
  const refresh = async (): Promise<void> => {
    try {
      const [status, all, queues, seen, hl7] = await Promise.all([
        context.http.json<Status>("/api/v1/status"), context.http.json<{ alarms: Alarm[] }>(
          "/api/v1/alarms?all=true&limit=50"),
        context.http.json<{ queues: Queue[] }>("/api/v1/queues"),
        context.http.json<{ incidents: Incident[] }>("/api/v1/incidents?limit=20"),
        messageCounts(context),
      ]);
      if (scope.isDisposed) return;
      replace(
        tiles, alarmTile(status), diskTile(status), queueTile(queues.queues), hl7, serverTile(status),
          factsTile(status),
      );
      alarms.show(all.alarms);
      incidents.show(seen.incidents);
      failed.hidden = true;
    } catch (error) {
      failed.textContent = describe(error);
      failed.hidden = false;
    }
  };
  scope.every(REFRESH_MS, () => void refresh());
  void refresh();
  return h(
    "div", {}, failed, tiles,
    h("section", { class: "part" }, h("h2", { text: t("Alarms") }), alarms.element),
    h("section", { class: "part" }, h("h2", { text: t("Refused or in conflict") }), incidents.element),
  );
}

function alarmTile(status: Status): HTMLElement {
  const [open, critical] = [status.counts.alarms_open ?? 0, status.counts.alarms_critical ?? 0];
  return card(
    t("Alarms"), critical > 0 ? "danger" : open > 0 ? "warned" : "good", figure(String(open), t("open")),
    critical > 0 ? figure(String(critical), t("critical")) : null,
    open === 0 ? h("p", { class: "good", text: t("All is well.") }) : null,
  );
}

function diskTile(status: Status): HTMLElement {
  const [free, total] = [status.counts.disk_free_bytes ?? 0, status.counts.disk_total_bytes ?? 0];
  if (total === 0) return card(t("Disk"), "", h("p", { class: "faint", text: t("not known") }));
  const used = Math.round((100 * (total - free)) / total);
  const fill = h("span", { class: "fill" });
  fill.style.width = `${used}%`;
  const bar = h("span", { class: "progress", attrs: {
    role: "meter", "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": used, "aria-label": t("Disk"),
  } }, fill);
  return card(
    t("Disk"), used > 95 ? "danger" : used > 85 ? "warned" : "", figure(sizeText(free), t("free")), bar,
    h("p", { class: "faint", text: t("{n} % of {size} used", { n: used, size: sizeText(total) }) }),
  );
}

function queueTile(queues: readonly Queue[]): HTMLElement {
  const sum = (state: keyof Queue["jobs"]): number => queues.reduce((all, each) => all + each.jobs[state], 0);
  const paused = queues.filter((each) => each.paused).length;
  const address = "#/administration/queues";
  return card(
    t("Queues"), sum("failed") > 0 ? "warned" : "", figure(String(sum("waiting") + sum("running")), t("jobs to do"),
      address),
    figure(String(sum("failed")), t("failed"), address),
    paused > 0 ? h("p", { class: "warned", text: plural(paused, "{n} queue is paused|{n} queues are paused") }) : null,
  );
}

async function messageCounts(context: Context): Promise<HTMLElement> {
  const counts = async (path: string): Promise<Record<string, number>> =>
    (await context.http.json<{ counts: Record<string, number> }>(`/api/v1/hl7/${path}?limit=1`)).counts;
  const none: Record<string, number>[] = [{}, {}];
  const [inbound, outbound] = await Promise.all([counts("messages"), counts("queue")]).catch(() => none);
  const bad = (inbound.failed ?? 0) + (inbound.rejected ?? 0) + (outbound.refused ?? 0);
  const address = "#/administration/messages";
  return card(
    t("HL7 messages"), bad > 0 ? "warned" : "", figure(String(bad), t("need somebody"), address),
    figure(String(outbound.waiting ?? 0), t("wait to be sent"), address),
  );
}

function serverTile(status: Status): HTMLElement {
  const ports = Object.entries(status.ports).map(([name, port]) => `${name.toUpperCase()} ${port}`).join(" · ");
  return card(
    t("Server"), "", figure((status.counts.studies ?? 0).toLocaleString(), t("studies")),
    h("p", { class: "faint", text: `Martlet ${status.version} · ${status.aeTitle}` }),
      h("p", { class: "faint", text: ports }),
    h("p", { class: "faint", text: t("Started {time}", { time: momentText(status.startedAt) }) }),
  );
}

function countText(name: string, value: number): string {
  if (name.endsWith("_bytes")) return sizeText(value);
  if (name.endsWith("_at_seconds")) return value === 0 ? t("never") : momentText(value * 1_000_000);
  return name.endsWith("_seconds") ? `${value} s` : value.toLocaleString();
}

/** Whatever else the server tells: copies, scrub, clocks. */
function factsTile(status: Status): HTMLElement | null {
  const counts = Object.entries(status.counts).filter(([name]) => !shownElsewhere.has(name))
    .map(([name, value]) => [name.replace(/_(bytes|seconds)$/, ""), countText(name, value)] as const);
  const all = [...counts, ...Object.entries(status.facts)];
  if (all.length === 0) return null;
  return card(t("More"), "", h("dl", { class: "facts" }, ...all.flatMap(([name, value]) => [
    h("dt", { text: words(name) }), h("dd", { text: value }),
  ])));
}
