// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { Context } from "../app/context";
import { may } from "../app/navigation";
import { DataTable, rowButton } from "../components/data-table";
import { confirm, dialog, goBack } from "../components/dialog";
import { h, replace } from "../components/dom";
import { ago } from "../components/text";
import { toast } from "../components/toast";
import { plural, t } from "../i18n/i18n";
import { momentText } from "../radiology/words";
import { Scope } from "../signals/scope";

export interface Progress {
  total: number;
  completed: number;
  warned: number;
  failed: number;
}

type JobState = "waiting" | "running" | "paused" | "done" | "failed" | "cancelled";

export interface Queue {
  name: string;
  paused: boolean;
  jobs: Record<JobState, number>;
  progress: Progress;
  nextTime: number | null;
  reason: string;
}

interface Job {
  id: number;
  kind: string;
  queue: string;
  title: string;
  state: JobState;
  priority: "low" | "normal" | "high";
  attempts: number;
  notBefore: number;
  createdAt: number;
  changedAt: number;
  progress: Progress;
  reason: string;
  items?: { name: string; state: string; reason: string }[];
}

const REFRESH_MS = 3_000;
const stateTitles: readonly { key: JobState; label: string }[] = [
  { key: "running", label: "Running" }, { key: "waiting", label: "Waiting" }, { key: "paused", label: "Paused" },
  { key: "failed", label: "Failed" }, { key: "done", label: "Done" }, { key: "cancelled", label: "Cancelled" },
];
const priorityTitles: readonly { key: Job["priority"]; label: string }[] = [
  { key: "high", label: "High priority" }, { key: "normal", label: "Normal priority" },
  { key: "low", label: "Low priority" },
];

export function stateText(state: string): string {
  const known = stateTitles.find((each) => each.key === state);
  return known ? t(known.label) : state;
}

/** How far it is: a bar and a figure. */
export function progressBar(progress: Progress): HTMLElement {
  const done = progress.completed + progress.failed;
  const share = progress.total > 0 ? (100 * done) / progress.total : 0;
  const fill = h("span", { class: progress.failed > 0 ? "fill some-failed" : "fill" });
  fill.style.width = `${share}%`;
  const bar = h("span", { class: "progress", attrs: {
    role: "progressbar", "aria-valuemin": 0, "aria-valuemax": progress.total, "aria-valuenow": done,
    "aria-label": t("{n} of {total}", { n: done, total: progress.total }),
  } }, fill);
  const text = progress.total > 0 ? `${done} / ${progress.total}` : "";
  return h("span", { class: "progress-cell" }, progress.total > 0 ? bar : null, h("span", { class: "faint", text }));
}

/** What goes out: queues by destination, with their jobs. */
export function queuesPart(context: Context, scope: Scope, chosen: string | null): HTMLElement {
  return new QueuesPart(context, scope, chosen).element;
}

class QueuesPart {
  readonly element: HTMLElement;
  private readonly queues: DataTable<Queue>;
  private readonly jobs: DataTable<Job>;
  private readonly jobsTitle = h("h2");
  private readonly states = h("select", { attrs: { "aria-label": t("State") } });
  private readonly mayManage: boolean;

  constructor(private readonly context: Context, scope: Scope, private chosen: string | null) {
    this.mayManage = may(context, "manageQueues");
    this.queues = this.queueTable();
    this.jobs = this.jobTable();
    this.states.append(
      h("option", { text: t("Not finished"), attrs: { value: "waiting,running,paused,failed" } }),
      h("option", { text: t("All"), attrs: { value: "" } }),
      ...stateTitles.map((each) => h("option", { text: t(each.label), attrs: { value: each.key } })),
    );
    this.states.addEventListener("change", () => void this.readJobs());
    this.element = h(
      "div", {}, h("section", { class: "part" }, h("h2", { text: t("Queues") }), this.queues.element),
      h("section", { class: "part" }, h("div", { class: "part-head" }, this.jobsTitle, this.states), this.jobs.element),
    );
    scope.own(context.events.follow("queues", (data) => {
      this.queues.show((JSON.parse(data) as { queues: Queue[] }).queues);
      void this.readJobs();
    }));
    scope.every(REFRESH_MS, () => void this.refresh());
    void this.refresh();
  }

  private queueTable(): DataTable<Queue> {
    return new DataTable<Queue>(t("Queues"), [
      { title: t("Queue"), kind: "strong", cell: (queue) => queue.name },
      { title: t("State"), cell: (queue) => h("span", {
        class: "status-badge", text: queue.paused ? t("Paused") : queue.jobs.running > 0 ? t("Running")
          : queue.jobs.waiting > 0 ? t("Waiting") : t("Idle"), attrs: { "data-queue": queue.paused ? "paused" : "on" },
      }) },
      { title: t("Waiting"), kind: "number", cell: (queue) => String(queue.jobs.waiting) },
      { title: t("Running"), kind: "number", cell: (queue) => String(queue.jobs.running) },
      { title: t("Failed"), kind: "number", cell: (queue) =>
        h("span", { class: queue.jobs.failed > 0 ? "danger" : "", text: String(queue.jobs.failed) }) },
      { title: t("Progress"), cell: (queue) => progressBar(queue.progress) },
      { title: t("Next attempt"), cell: (queue) => queue.nextTime && queue.nextTime / 1000 > Date.now()
        ? momentText(queue.nextTime).slice(11) : "" },
      { title: t("Reason"), cell: (queue) => h("span", { class: "reason", text: queue.reason, title: queue.reason }) },
      { title: "", kind: "tight", cell: (queue) => this.mayManage ? this.queueButtons(queue) : null },
    ], {
      none: t("Nothing goes out."), key: (queue) => queue.name,
      open: (queue) => {
        this.chosen = this.chosen === queue.name ? null : queue.name;
        void this.readJobs();
      },
    });
  }

  private queueButtons(queue: Queue): HTMLElement {
    const tell = (action: string): void => void this.act("queues", queue.name, { action });
    const empty = async (): Promise<void> => {
      const count = queue.jobs.waiting + queue.jobs.paused + queue.jobs.failed;
      const detail = t("{jobs} of {queue} will not be done.",
        { jobs: plural(count, "{n} job|{n} jobs"), queue: queue.name });
      if (await confirm(t("Empty this queue?"), detail, t("Empty"))) tell("empty");
    };
    return h(
      "div", { class: "exam-actions" },
      queue.paused ? rowButton(t("Go on"), () => tell("resume"), "primary")
        : rowButton(t("Pause"), () => tell("pause")),
      rowButton(t("Retry now"), () => tell("retry")), rowButton(t("Empty"), () => void empty(), "danger"),
    );
  }

  private jobTable(): DataTable<Job> {
    return new DataTable<Job>(t("Jobs"), [
      { title: t("Job"), kind: "strong", cell: (job) => job.title || job.kind },
      { title: t("Queue"), cell: (job) => job.queue },
      { title: t("State"), cell: (job) => h("span", { class: "status-badge", text: stateText(job.state), attrs: {
        "data-job": job.state,
      } }) },
      { title: t("Progress"), cell: (job) => progressBar(job.progress) },
      { title: t("Attempts"), kind: "number", cell: (job) => String(job.attempts) },
      { title: t("Since"), cell: (job) => ago(job.createdAt, Date.now()) },
      { title: t("Reason"), cell: (job) => h("span", { class: "reason", text: job.reason, title: job.reason }) },
      { title: t("Priority"), kind: "tight", cell: (job) => this.priority(job) },
      { title: "", kind: "tight", cell: (job) => this.mayManage ? this.jobButtons(job) : null },
    ], { none: t("No jobs."), key: (job) => String(job.id), open: (job) => void this.details(job) });
  }

  private priority(job: Job): HTMLElement {
    if (!this.mayManage || ["done", "failed", "cancelled"].includes(job.state)) {
      const title = priorityTitles.find((each) => each.key === job.priority)?.label ?? "";
      return h("span", { class: "faint", text: t(title) });
    }
    const select = h("select", { attrs: { "aria-label": t("Priority") } }, ...priorityTitles.map((each) =>
      h("option", { text: t(each.label), attrs: { value: each.key, selected: each.key === job.priority } })));
    select.addEventListener("change", () => {
      void this.act("jobs", String(job.id), { action: "priority", priority: select.value });
    });
    return select;
  }

  private jobButtons(job: Job): HTMLElement {
    const tell = (action: string): void => void this.act("jobs", String(job.id), { action });
    const box = h("div", { class: "exam-actions" });
    if (job.state === "waiting" || job.state === "running") box.append(rowButton(t("Pause"), () => tell("pause")));
    if (job.state === "paused") box.append(rowButton(t("Go on"), () => tell("resume"), "primary"));
    if (["failed", "waiting", "paused", "cancelled"].includes(job.state)) {
      box.append(rowButton(t("Retry now"), () => tell("retry")));
    }
    if (["waiting", "running", "paused", "failed"].includes(job.state)) {
      box.append(rowButton(t("Cancel"), () => tell("cancel"), "danger"));
    }
    return box;
  }

  private async act(kind: "queues" | "jobs", name: string, body: unknown): Promise<void> {
    try {
      await this.context.http.authorised("POST", `/api/v1/${kind}/${encodeURIComponent(name)}`, { body });
    } catch (error) {
      toast(describe(error), "error");
    }
    await this.refresh();
  }

  private async details(job: Job): Promise<void> {
    const full = await this.context.http.json<Job>(`/api/v1/jobs/${job.id}`);
    const items = (full.items ?? []).map((item) => h("li", {}, h("code", { text: item.name }),
      ` ${stateText(item.state)} `,
      h("span", { class: "danger", text: item.reason })));
    await dialog(
      { title: full.title || full.kind, class: "wide", buttons: [goBack()] },
      h("p", { text: `${full.queue} · ${stateText(full.state)} · ${momentText(full.createdAt)}` }),
        progressBar(full.progress),
      full.reason ? h("p", { class: "warned", text: full.reason }) : null, h("ul", { class: "items" }, ...items),
    );
  }

  private async refresh(): Promise<void> {
    try {
      this.queues.show((await this.context.http.json<{ queues: Queue[] }>("/api/v1/queues")).queues);
      await this.readJobs();
    } catch (error) {
      toast(describe(error), "error");
    }
  }

  private async readJobs(): Promise<void> {
    const parameters = new URLSearchParams({ limit: "200" });
    if (this.states.value) parameters.set("state", this.states.value);
    if (this.chosen) parameters.set("queue", this.chosen);
    const answer = await this.context.http.json<{ jobs: Job[] }>(`/api/v1/jobs?${parameters}`);
    replace(this.jobsTitle, this.chosen ? t("Jobs of {queue}", { queue: this.chosen }) : t("Jobs"));
    this.jobs.show(answer.jobs);
  }
}
