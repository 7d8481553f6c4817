// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { Context } from "../app/context";
import { csv, download } from "../components/csv";
import { DataTable, rowButton } from "../components/data-table";
import { inputField } from "../components/dialog";
import { h, replace } from "../components/dom";
import { toast } from "../components/toast";
import { plural, t } from "../i18n/i18n";
import { momentText } from "../radiology/words";
import { Scope } from "../signals/scope";

interface AuditEvent {
  at: number;
  event: string;
  outcome: string;
  actor: string;
  address: string;
  object: string;
  patientID: string;
}

const LIMIT = 1000;

/** Who saw or did what: the audit trail, and whether its chain holds. */
export function auditPart(context: Context, scope: Scope): HTMLElement {
  const actor = inputField(t("User or AE title"), "");
  const patient = inputField(t("Patient ID"), "");
  const object = inputField(t("Study UID, account, node"), "");
  const from = inputField(t("First day"), "", { type: "date" });
  const to = inputField(t("Last day"), "", { type: "date" });
  const count = h("span", { class: "faint", attrs: { role: "status" } });
  const chain = h("span", { attrs: { role: "status" } });
  let events: AuditEvent[] = [];
  const table = new DataTable<AuditEvent>(t("Audit"), [
    { title: t("When"), kind: "tight", cell: (event) => momentText(event.at) },
    { title: t("What"), kind: "strong", cell: (event) => event.event },
    { title: t("Outcome"), cell: (event) => h("span", { class: event.outcome === "success" ? "" : "danger",
      text: event.outcome }) },
    { title: t("Who"), cell: (event) => event.actor },
    { title: t("From where"), cell: (event) => event.address },
    { title: t("Patient"), cell: (event) => event.patientID },
    { title: t("About"), cell: (event) => h("span", { class: "reason", text: event.object, title: event.object }) },
  ], { none: t("No event matches.") });
  const find = async (): Promise<void> => {
    const parameters = new URLSearchParams({ limit: String(LIMIT) });
    const texts = { actor: actor.input, patient: patient.input, object: object.input };
    for (const [name, input] of Object.entries(texts)) if (input.value.trim()) parameters.set(name, input.value.trim());
    const micros = (day: string, plus: number): string =>
      String((new Date(`${day}T00:00:00`).getTime() + plus * 86_400_000) * 1000);
    if (from.input.value) parameters.set("from", micros(from.input.value, 0));
    if (to.input.value) parameters.set("to", micros(to.input.value, 1));
    try {
      events = (await context.http.json<{ events: AuditEvent[] }>(`/api/v1/audit?${parameters}`)).events;
      if (scope.isDisposed) return;
      count.textContent = events.length === LIMIT ? t("the newest {n}", { n: LIMIT })
        : plural(events.length, "{n} event|{n} events");
      table.show(events);
    } catch (error) {
      toast(describe(error), "error");
    }
  };
  const check = async (): Promise<void> => {
    replace(chain, h("span", { class: "faint", text: t("reading …") }));
    try {
      const { brokenAt } = await context.http.json<{ brokenAt: number | null }>("/api/v1/audit/chain");
      replace(chain, brokenAt === null ? h("span", { class: "good",
        text: `✓ ${t("The chain holds: nothing was changed.")}` })
        : h("span", { class: "danger", text: `✗ ${t("The chain breaks at event {n}.", { n: brokenAt })}` }));
    } catch (error) {
      replace(chain, h("span", { class: "danger", text: describe(error) }));
    }
  };
  const save = (): void => download("audit.csv", csv([
    ["at", "event", "outcome", "actor", "address", "patient", "object"],
    ...events.map((each) => [
      new Date(each.at / 1000).toISOString(), each.event, each.outcome, each.actor, each.address, each.patientID,
        each.object,
    ]),
  ]), "text/csv");
  const form = h("form", { class: "fields audit-form" }, actor.box, patient.box, object.box, from.box, to.box,
    h("button", { class: "button primary", text: t("Find"), attrs: { type: "submit" } }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void find();
  });
  void find();
  const bar = h("div", { class: "part-bar" }, count, rowButton(t("Check the chain"), () => void check()), chain,
    rowButton(t("Save as CSV"), save));
  return h("section", { class: "part" }, form, bar, table.element);
}
