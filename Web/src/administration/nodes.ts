// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { Context } from "../app/context";
import { may } from "../app/navigation";
import { DataTable, rowButton } from "../components/data-table";
import { confirm, dialog, DialogButton, goBack, inputField } from "../components/dialog";
import { h, replace } from "../components/dom";
import { toast } from "../components/toast";
import { t } from "../i18n/i18n";
import { Scope } from "../signals/scope";

interface Node {
  aeTitle: string;
  host: string;
  port: number;
  profile: { usesTLS?: boolean; sendTimes?: string; parallel?: number; bytesPerSecond?: number | null };
}

interface Trial {
  steps: { name: string; succeeded: boolean; milliseconds: number; detail: string }[];
  succeeded: boolean;
}

const stepTitles: readonly { key: string; label: string }[] = [
  { key: "connection", label: "Connection" }, { key: "association", label: "Association" },
    { key: "echo", label: "C-ECHO" },
];

/** DICOM nodes, each asked whether it is there. */
export function nodesPart(context: Context, scope: Scope): HTMLElement {
  return new NodesPart(context, scope).element;
}

class NodesPart {
  readonly element: HTMLElement;
  private readonly table: DataTable<Node>;
  private readonly results = new Map<string, HTMLElement>();
  private nodes: Node[] = [];

  constructor(private readonly context: Context, private readonly scope: Scope) {
    const manages = may(context, "manageNodes");
    this.table = new DataTable<Node>(t("Nodes"), [
      { title: t("AE title"), kind: "strong", cell: (node) => node.aeTitle },
      { title: t("Address"), cell: (node) => `${node.host}:${node.port}` },
      { title: "TLS", cell: (node) => (node.profile.usesTLS ? "TLS" : "") },
      { title: t("Sends at"), cell: (node) => node.profile.sendTimes ?? "" },
      { title: t("Test"), cell: (node) => this.result(node) },
      { title: "", kind: "tight", cell: (node) => {
        const box = h("div", { class: "exam-actions" }, rowButton(t("Test (C-ECHO)"), () => void this.test(node)));
        if (manages) {
          box.append(
            rowButton(t("Change"), () => void this.edit(node)),
              rowButton(t("Remove"), () => void this.remove(node), "danger"),
          );
        }
        return box;
      } },
    ], { none: t("No nodes yet."), key: (node) => node.aeTitle });
    const bar = h("div", { class: "part-bar" });
    bar.append(rowButton(t("Test all"), () => void Promise.all(this.nodes.map((node) => this.test(node)))));
    if (manages) bar.append(rowButton(t("Add a node"), () => void this.edit(null), "primary"));
    this.element = h("section", { class: "part" }, bar, this.table.element);
    void this.refresh();
  }

  private result(node: Node): HTMLElement {
    const known = this.results.get(node.aeTitle) ?? h("span", { class: "trial", attrs: { role: "status" } });
    this.results.set(node.aeTitle, known);
    return known;
  }

  private async test(node: Node): Promise<void> {
    const place = this.result(node);
    replace(place, h("span", { class: "faint", text: t("asking …") }));
    try {
      const response = await this.context.http.authorised("POST",
        `/api/v1/nodes/${encodeURIComponent(node.aeTitle)}/echo`);
      const trial = (await response.json()) as Trial;
      replace(place, ...trial.steps.map((step) => {
        const title = stepTitles.find((each) => each.key === step.name)?.label ?? step.name;
        const time = `${Math.max(1, Math.round(step.milliseconds))} ms`;
        const text = step.succeeded ? `✓ ${t(title)} ${time}` : `✗ ${t(title)}: ${step.detail}`;
        return h("span", { class: step.succeeded ? "good" : "danger", text, title: step.detail });
      }));
    } catch (error) {
      replace(place, h("span", { class: "danger", text: describe(error) }));
    }
  }

  private async edit(node: Node | null): Promise<void> {
    const title = inputField(t("AE title"), node?.aeTitle ?? "", { maxlength: 16, readonly: node !== null });
    const host = inputField(t("Host"), node?.host ?? "", { maxlength: 253 });
    const port = inputField(t("Port"), String(node?.port ?? 104), { type: "number", min: 1, max: 65535 });
    const tls = h("input", { attrs: { type: "checkbox", checked: node?.profile.usesTLS ?? false } });
    const save = async (): Promise<void> => {
      if (!title.input.value.trim()) throw new Error(t("Give the AE title."));
      const body = {
        host: host.input.value.trim(), port: port.input.valueAsNumber || 0,
        ...(node ? { profile: { ...node.profile, usesTLS: tls.checked } } : {}),
      };
      const path = `/api/v1/nodes/${encodeURIComponent(title.input.value.trim())}`;
      const saved = (await (await this.context.http.authorised("PUT", path, { body })).json()) as Node;
      if (!node && tls.checked) {
        await this.context.http.authorised("PUT", path, { body: { ...body,
          profile: { ...saved.profile, usesTLS: true } } });
      }
    };
    const buttons: DialogButton[] = [goBack(), { text: t("Save"), kind: "primary", run: save }];
    const done = await dialog(
      { title: node ? node.aeTitle : t("Add a node"), buttons }, title.box, host.box, port.box,
      h("label", { class: "check" }, tls, t("With TLS")),
    );
    if (done) await this.refresh();
  }

  private async remove(node: Node): Promise<void> {
    const detail = t("{name} is forgotten: nothing is sent to it any more, and it is not known when it calls.", {
      name: node.aeTitle,
    });
    if (!await confirm(t("Remove this node?"), detail, t("Remove"))) return;
    try {
      await this.context.http.authorised("DELETE", `/api/v1/nodes/${encodeURIComponent(node.aeTitle)}`);
    } catch (error) {
      toast(describe(error), "error");
    }
    await this.refresh();
  }

  private async refresh(): Promise<void> {
    try {
      this.nodes = (await this.context.http.json<{ nodes: Node[] }>("/api/v1/nodes")).nodes;
      if (!this.scope.isDisposed) this.table.show(this.nodes);
    } catch (error) {
      toast(describe(error), "error");
    }
  }
}
