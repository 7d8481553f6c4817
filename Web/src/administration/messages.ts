// SPDX-License-Identifier: Apache-2.0

import { describe, isAbort } from "../api/problem";
import { Context } from "../app/context";
import { may } from "../app/navigation";
import { DataTable, rowButton } from "../components/data-table";
import { dialog, DialogButton, goBack } from "../components/dialog";
import { h, replace } from "../components/dom";
import { toast } from "../components/toast";
import { t } from "../i18n/i18n";
import { momentText } from "../radiology/words";
import { Scope } from "../signals/scope";
import { acknowledgement, segments } from "./segments";

/** Each look at messages is in the audit trail. */
const REFRESH_MS = 10_000;
const PAGE = 100;

/** A message as the lists show it, in or out. */
interface Message {
  id: number;
  name: string;
  controlID: string;
  state: string;
  attempts: number;
  failure: string;
  // In
  receivedAt?: number;
  peer?: string;
  application?: string;
  facility?: string;
  needsAttention?: boolean;
  repeats?: number;
  isEdited?: boolean;
  // Out
  destination?: string;
  patient?: string;
  createdAt?: number;
  nextAttemptAt?: number;
  deliveredAt?: number | null;
  // Alone
  text?: string;
  answer?: string;
}

type Direction = "in" | "out";
const paths: Record<Direction, string> = { in: "/api/v1/hl7/messages", out: "/api/v1/hl7/queue" };

const stateTitles: readonly { key: string; label: string }[] = [
  { key: "received", label: "Received" }, { key: "processed", label: "Processed" },
  { key: "failed", label: "Failed" }, { key: "rejected", label: "Rejected" },
  { key: "dismissed", label: "Put aside" }, { key: "waiting", label: "Waiting" },
  { key: "delivered", label: "Delivered" }, { key: "refused", label: "Refused" },
    { key: "cancelled", label: "Cancelled" },
];

function stateText(state: string): string {
  const known = stateTitles.find((each) => each.key === state);
  return known ? t(known.label) : state;
}

/** HL7 messages that came in and go out: looked at, edited, done again. */
export function messagesPart(context: Context, scope: Scope): HTMLElement {
  return new MessagesPart(context, scope).element;
}

class MessagesPart {
  readonly element: HTMLElement;
  private readonly bar = h("div", { class: "part-bar" });
  private readonly states = h("div", { class: "chips" });
  private readonly search = h("input", {
    attrs: { type: "search", placeholder: t("Type, sender, patient, control ID"), "aria-label": t("Filter messages") },
  });
  private readonly box = h("div");
  private readonly more = h("button", { class: "button small", text: t("Older ones"), attrs: { type: "button" } });
  private direction: Direction = "in";
  private chosen = "";
  private shown = PAGE;
  private all: Message[] = [];
  private asking: AbortController | null = null;
  private tables: Record<Direction, DataTable<Message>>;

  constructor(private readonly context: Context, scope: Scope) {
    this.tables = { in: this.table("in"), out: this.table("out") };
    const ways = h("div", { class: "chips segmented" }, ...(["in", "out"] as const).map((way) => {
      const chip = h("button", {
        class: "chip", text: way === "in" ? t("Came in") : t("Go out"),
        attrs: { type: "button", "aria-pressed": String(way === this.direction) },
      });
      chip.addEventListener("click", () => {
        Array.from(ways.children).forEach((each) => each.setAttribute("aria-pressed", String(each === chip)));
        [this.direction, this.chosen, this.shown] = [way, "", PAGE];
        replace(this.box, this.tables[way].element);
        void this.refresh();
      });
      return chip;
    }));
    this.search.addEventListener("input", () => this.show());
    this.more.addEventListener("click", () => {
      this.shown += PAGE;
      void this.refresh();
    });
    replace(this.bar, ways, this.states, h("div", { class: "search" }, this.search));
    replace(this.box, this.tables.in.element);
    this.element = h("section", { class: "part messages" }, this.bar, this.box, this.more);
    scope.every(REFRESH_MS, () => void this.refresh());
    scope.own(() => this.asking?.abort());
    void this.refresh();
  }

  private table(way: Direction): DataTable<Message> {
    const from = (each: Message): string => [each.application, each.facility].filter(Boolean).join(" / ") || each.peer
      || "";
    return new DataTable<Message>(way === "in" ? t("Messages that came in") : t("Messages that go out"), [
      { title: t("When"), kind: "tight", cell: (each) => momentText(each.receivedAt ?? each.createdAt ?? 0) },
      { title: t("Message"), kind: "strong", cell: (each) => each.name },
      { title: way === "in" ? t("Sender") : t("Receiver"), cell: (each) => way === "in" ? from(each)
        : each.destination ?? "" },
      ...(way === "out" ? [{ title: t("Patient"), cell: (each: Message) => each.patient ?? "" }] : []),
      { title: t("Control ID"), cell: (each) => each.controlID },
      { title: t("State"), cell: (each) => [h("span", {
        class: "status-badge", text: stateText(each.state), attrs: { "data-message": each.state },
      }), each.isEdited ? h("span", { class: "faint", text: ` ${t("edited")}` }) : null] },
      { title: t("Attempts"), kind: "number", cell: (each) => String(each.attempts) },
      { title: t("Reason"), cell: (each) => h("span", { class: "reason", text: each.failure, title: each.failure }) },
      { title: "", kind: "tight", cell: (each) => this.buttons(each, way) },
    ], {
      none: t("No messages."), key: (each) => String(each.id), open: (each) => void this.open(each.id, way),
      row: (row, each) => row.classList.toggle("attention", Boolean(each.needsAttention) || each.state === "refused"),
    });
  }

  private buttons(message: Message, way: Direction): HTMLElement | null {
    if (!may(this.context, "manageMessages")) return null;
    const box = h("div", { class: "exam-actions" });
    if (way === "in" && message.state !== "processed") {
      box.append(rowButton(t("Process again"), () => void this.act(message.id, way, "reprocess")));
      if (message.state !== "dismissed") {
        box.append(rowButton(t("Put aside"), () => void this.act(message.id, way, "dismiss")));
      }
    }
    if (way === "out") {
      box.append(rowButton(t("Send again"), () => void this.act(message.id, way, "resend")));
      if (!["delivered", "cancelled"].includes(message.state)) {
        box.append(rowButton(t("Cancel"), () => void this.act(message.id, way, "cancel"), "danger"));
      }
    }
    return box;
  }

  private async act(id: number, way: Direction, action: string): Promise<void> {
    try {
      await this.context.http.authorised("POST", `${paths[way]}/${id}/${action}`, { body: {} });
    } catch (error) {
      toast(describe(error), "error");
    }
    await this.refresh();
  }

  private async refresh(): Promise<void> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const parameters = new URLSearchParams({ limit: String(Math.min(this.shown, 500)) });
    if (this.chosen) parameters.set("state", this.chosen);
    try {
      const answer = await this.context.http.json<{ messages: Message[]; counts: Record<string, number> }>(
        `${paths[this.direction]}?${parameters}`, asking.signal,
      );
      if (asking !== this.asking) return;
      this.all = answer.messages;
      this.drawStates(answer.counts);
      this.show();
    } catch (error) {
      if (!isAbort(error)) toast(describe(error), "error");
    }
  }

  private drawStates(counts: Record<string, number>): void {
    const chip = (key: string, text: string): HTMLElement => {
      const button = h("button", { class: "chip", text, attrs: { type: "button",
        "aria-pressed": String(key === this.chosen) } });
      button.addEventListener("click", () => {
        this.chosen = key;
        void this.refresh();
      });
      return button;
    };
    const known = Object.entries(counts).filter(([key, count]) => count > 0 || key === this.chosen);
    replace(this.states, chip("", t("All")), ...known.map(([key, count]) => chip(key, `${stateText(key)} ${count}`)));
  }

  private show(): void {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = this.all.filter((each) => {
      const text = [
        each.name, each.application, each.facility, each.peer, each.destination, each.patient, each.controlID,
          each.failure,
      ].join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    });
    this.tables[this.direction].show(found);
    this.more.hidden = this.all.length < this.shown || this.shown >= 500;
  }

  /** A message to be read by its fields, and edited. */
  private async open(id: number, way: Direction): Promise<void> {
    const message = await this.context.http.json<Message>(`${paths[way]}/${id}`).catch((error: unknown) => {
      toast(describe(error), "error");
      return null;
    });
    if (!message) return;
    const mayEdit = may(this.context, "manageMessages") && !(way === "in" && message.state === "processed");
    const text = h("textarea", { class: "message-text", attrs: {
      "aria-label": t("Text of the message"), spellcheck: "false", rows: 12, readonly: !mayEdit,
    } });
    text.value = (message.text ?? "").replace(/\r\n?/g, "\n").trim();
    const original = text.value;
    const fields = h("div", { class: "segments" });
    const draw = (): void => replace(fields, ...segments(text.value).map(segmentView));
    text.addEventListener("input", draw);
    draw();
    const again = async (): Promise<void> => {
      const body = text.value === original ? {} : { text: `${text.value.trim().replaceAll("\n", "\r")}\r` };
      await this.context.http.authorised("POST", `${paths[way]}/${id}/${way === "in" ? "reprocess" : "resend"}`,
        { body });
      await this.refresh();
    };
    const buttons: DialogButton[] = [goBack()];
    if (mayEdit) buttons.push({ text: way === "in" ? t("Process again") : t("Send again"), kind: "primary",
      run: again });
    const answer = acknowledgement(message.answer ?? "");
    await dialog(
      { title: `${message.name} · ${message.controlID}`, class: "widest", buttons },
      h("p", { class: "faint", text: [
        momentText(message.receivedAt ?? message.createdAt ?? 0), stateText(message.state), message.destination,
          message.peer,
      ].filter(Boolean).join(" · ") }),
      message.failure ? h("p", { class: "warned", text: message.failure }) : null,
      answer ? h("p", {}, t("Answer: "), h("strong", { text: answer.code }), ` ${answer.text}`) : null,
      h("h3", { text: mayEdit ? t("Text (may be edited)") : t("Text") }), text, h("h3", { text: t("Fields") }), fields,
    );
  }
}

function segmentView(segment: ReturnType<typeof segments>[number]): HTMLElement {
  const rows = segment.fields.map((field) => h(
    "tr", {}, h("td", { class: "tight faint", text: field.place }), h("td", { class: "tight", text: field.name }),
    h("td", { class: "value", text: field.value }),
  ));
  return h(
    "details", { attrs: { open: true } }, h("summary", { text: segment.id }),
    h("table", { class: "data-table" }, h("tbody", {}, ...rows)),
  );
}
