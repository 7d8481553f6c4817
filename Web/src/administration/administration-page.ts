// SPDX-License-Identifier: Apache-2.0

import { Context } from "../app/context";
import { may } from "../app/navigation";
import { officePage, Tab, tabBar } from "../app/page";
import { h } from "../components/dom";
import { t } from "../i18n/i18n";
import { Scope } from "../signals/scope";
import { accountsPart } from "./accounts";
import { auditPart } from "./audit";
import { channelsPart } from "./channels";
import { messagesPart } from "./messages";
import { nodesPart } from "./nodes";
import { overviewPart } from "./overview";
import { queuesPart } from "./queues";

const tabs: readonly Tab[] = [
  { key: "overview", label: "Overview", needs: "viewSystem" },
  { key: "queues", label: "Queues", needs: "viewQueues" },
  { key: "messages", label: "HL7 messages", needs: "viewMessages" },
  { key: "channels", label: "HL7 channels", needs: "viewMessages" },
  { key: "nodes", label: "Nodes", needs: "viewNodes" },
  { key: "accounts", label: "Accounts", needs: "manageAccounts" },
  { key: "audit", label: "Audit", needs: "viewAudit" },
];

/** `#/administration`: how the installation does. */
export function administrationPage(
  context: Context, scope: Scope, tab: string, query: URLSearchParams,
): HTMLElement {
  const shown = tabs.filter((each) => may(context, each.needs));
  const here = shown.find((each) => each.key === tab) ?? shown[0];
  const main = h("main", { class: "office-main" });
  if (here) main.append(part(here.key, context, scope, query));
  const bar = tabBar("#/administration", shown, here?.key ?? "", t("Administration"));
  return officePage(context, scope, "administration", t("Administration"), bar, main);
}

function part(key: string, context: Context, scope: Scope, query: URLSearchParams): HTMLElement {
  switch (key) {
    case "queues": return queuesPart(context, scope, query.get("queue"));
    case "messages": return messagesPart(context, scope);
    case "channels": return channelsPart(context, scope);
    case "nodes": return nodesPart(context, scope);
    case "accounts": return accountsPart(context, scope);
    case "audit": return auditPart(context, scope);
    default: return overviewPart(context, scope);
  }
}
