// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { Context } from "../app/context";
import { may } from "../app/navigation";
import { DataTable, rowButton } from "../components/data-table";
import { confirm, dialog, DialogButton, goBack, inputField, selectField } from "../components/dialog";
import { h } from "../components/dom";
import { toast } from "../components/toast";
import { t } from "../i18n/i18n";
import { Scope } from "../signals/scope";

interface Destination {
  name: string;
  host: string;
  port: number;
  tls: boolean;
  active: boolean;
  kinds: string[];
  version: string;
  characterSet: string;
  sendingApplication: string;
  sendingFacility: string;
  receivingApplication: string;
  receivingFacility: string;
}

interface Profile {
  application: string;
  facility: string;
  characterSet: string;
  rules: string[];
  reusesControlIDs: boolean;
}

const kinds: readonly { key: string; label: string }[] = [
  { key: "orderStatus", label: "Order status" }, { key: "results", label: "Results" },
  { key: "documents", label: "Documents" }, { key: "appointments", label: "Appointments" },
  { key: "images", label: "Images are there" },
];

/** Who is sent HL7 messages, and how senders deviate from the standard. */
export function channelsPart(context: Context, scope: Scope): HTMLElement {
  return new ChannelsPart(context, scope).element;
}

class ChannelsPart {
  readonly element: HTMLElement;
  private readonly destinations: DataTable<Destination>;
  private readonly profiles: DataTable<Profile>;

  constructor(private readonly context: Context, private readonly scope: Scope) {
    const manages = may(context, "manageMessages");
    this.destinations = new DataTable<Destination>(t("Receivers"), [
      { title: t("Name"), kind: "strong", cell: (each) => each.name },
      { title: t("Address"), cell: (each) => `${each.host}:${each.port}${each.tls ? " TLS" : ""}` },
      { title: t("Is told of"), cell: (each) => each.kinds.map((key) =>
        t(kinds.find((one) => one.key === key)?.label ?? key))
        .join(", ") },
      { title: "HL7", cell: (each) => each.version },
      { title: t("State"), cell: (each) => h("span", { class: "status-badge", text: each.active ? t("In use")
        : t("not in use") }) },
      { title: "", kind: "tight", cell: (each) => manages ? h(
        "div", { class: "exam-actions" }, rowButton(t("Change"), () => void this.editDestination(each)),
        rowButton(t("Remove"), () => void this.remove(each.name, `destinations/${encodeURIComponent(each.name)}`),
          "danger"),
      ) : null },
    ], { none: t("Nobody is sent messages."), key: (each) => each.name });
    this.profiles = new DataTable<Profile>(t("Profiles of senders"), [
      { title: t("Application"), kind: "strong", cell: (each) => each.application || t("(any)") },
      { title: t("Facility"), cell: (each) => each.facility || t("(any)") },
      { title: t("Character set"), cell: (each) => each.characterSet },
      { title: t("Rules"), cell: (each) => h("code", { text: each.rules.join("; ") }) },
      { title: "", kind: "tight", cell: (each) => manages ? h(
        "div", { class: "exam-actions" }, rowButton(t("Change"), () => void this.editProfile(each)),
        rowButton(t("Remove"), () => void this.remove(each.application, `profiles?${new URLSearchParams({
          application: each.application, facility: each.facility,
        })}`), "danger"),
      ) : null },
    ], { none: t("All senders follow the standard."), key: (each) => `${each.application} ${each.facility}` });
    const section = (title: string, add: () => void, table: HTMLElement): HTMLElement => h(
      "section", { class: "part" },
      h("div", { class: "part-head" }, h("h2", { text: title }), manages ? rowButton(t("Add"), add, "primary") : null),
        table,
    );
    this.element = h(
      "div", {}, section(t("Receivers"), () => void this.editDestination(null), this.destinations.element),
      section(t("Profiles of senders"), () => void this.editProfile(null), this.profiles.element),
    );
    void this.refresh();
  }

  private async refresh(): Promise<void> {
    try {
      const [destinations, profiles] = await Promise.all([
        this.context.http.json<{ destinations: Destination[] }>("/api/v1/hl7/destinations"),
        this.context.http.json<{ profiles: Profile[] }>("/api/v1/hl7/profiles"),
      ]);
      if (this.scope.isDisposed) return;
      this.destinations.show(destinations.destinations);
      this.profiles.show(profiles.profiles);
    } catch (error) {
      toast(describe(error), "error");
    }
  }

  private async editDestination(given: Destination | null): Promise<void> {
    const name = inputField(t("Name"), given?.name ?? "", { maxlength: 64, readonly: given !== null });
    const host = inputField(t("Host"), given?.host ?? "", { maxlength: 253 });
    const port = inputField(t("Port"), String(given?.port ?? 2575), { type: "number", min: 1, max: 65535 });
    const versions = ["2.3.1", "2.4", "2.5.1"].map((each) => [each, each] as const);
    const version = selectField(t("Version of HL7"), versions, given?.version ?? "2.5.1");
    const set = inputField(t("Character set"), given?.characterSet ?? "UNICODE UTF-8", { maxlength: 40 });
    const texts = (["sendingApplication", "sendingFacility", "receivingApplication",
      "receivingFacility"] as const).map((key) => {
      const titles = {
        sendingApplication: t("Sending application"), sendingFacility: t("Sending facility"),
        receivingApplication: t("Receiving application"), receivingFacility: t("Receiving facility"),
      };
      return { key, ...inputField(titles[key], given?.[key] ?? "") };
    });
    const check = (text: string, checked: boolean): { box: HTMLElement; input: HTMLInputElement } => {
      const input = h("input", { attrs: { type: "checkbox", checked } });
      return { input, box: h("label", { class: "check" }, input, text) };
    };
    const told = kinds.map((each) => ({ key: each.key, ...check(t(each.label),
      given?.kinds.includes(each.key) ?? true) }));
    const [tls, active] = [check(t("With TLS"), given?.tls ?? false), check(t("In use"), given?.active ?? true)];
    const save = async (): Promise<void> => {
      if (!name.input.value.trim()) throw new Error(t("Give a name."));
      await this.context.http.authorised("PUT",
        `/api/v1/hl7/destinations/${encodeURIComponent(name.input.value.trim())}`, { body: {
        host: host.input.value.trim(), port: port.input.valueAsNumber || 0, tls: tls.input.checked,
          active: active.input.checked,
        kinds: told.filter((each) => each.input.checked).map((each) => each.key), version: version.input.value,
        characterSet: set.input.value.trim(),
        ...Object.fromEntries(texts.filter((each) => each.input.value.trim() || given)
          .map((each) => [each.key, each.input.value.trim()])),
      } });
    };
    const buttons: DialogButton[] = [goBack(), { text: t("Save"), kind: "primary", run: save }];
    const done = await dialog(
      { title: given ? given.name : t("New receiver"), class: "wide", buttons },
      h("div", { class: "fields" }, name.box, host.box, port.box, version.box, set.box,
        ...texts.map((each) => each.box)),
      h("fieldset", { class: "checks" }, h("legend", { text: t("Is told of") }), ...told.map((each) => each.box)),
      h("div", {}, tls.box, active.box),
    );
    if (done) await this.refresh();
  }

  private async editProfile(given: Profile | null): Promise<void> {
    const application = inputField(t("Application"), given?.application ?? "", { readonly: given !== null });
    const facility = inputField(t("Facility"), given?.facility ?? "", { readonly: given !== null });
    const set = inputField(t("Character set"), given?.characterSet ?? "", { maxlength: 40 });
    const rules = h("textarea", { attrs: { rows: 6, "aria-label": t("Rules"), spellcheck: "false" } });
    rules.value = (given?.rules ?? []).join("\n");
    const reuses = h("input", { attrs: { type: "checkbox", checked: given?.reusesControlIDs ?? false } });
    const save = (): Promise<unknown> => this.context.http.authorised("PUT", "/api/v1/hl7/profiles", { body: {
      application: application.input.value.trim(), facility: facility.input.value.trim(),
        characterSet: set.input.value.trim(),
      rules: rules.value.split("\n").map((each) => each.trim()).filter(Boolean), reusesControlIDs: reuses.checked,
    } });
    const buttons: DialogButton[] = [goBack(), { text: t("Save"), kind: "primary", run: save }];
    const done = await dialog(
      { title: t("Profile of a sender"), class: "wide", buttons },
      h("div", { class: "fields" }, application.box, facility.box, set.box),
      h("p", { class: "faint", text: t("One rule on a line, such as {rule}", { rule: "PID-3.4.1 ?= HOSP" }) }), rules,
      h("label", { class: "check" }, reuses, t("Uses control IDs more than once")),
    );
    if (done) await this.refresh();
  }

  private async remove(name: string, path: string): Promise<void> {
    if (!await confirm(t("Remove {name}?", { name: name || t("(any)") }), t("It can be added again."),
      t("Remove"))) return;
    try {
      await this.context.http.authorised("DELETE", `/api/v1/hl7/${path}`);
    } catch (error) {
      toast(describe(error), "error");
    }
    await this.refresh();
  }
}
