// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { Context } from "../app/context";
import { may } from "../app/navigation";
import { officePage, Tab, tabBar } from "../app/page";
import { h, replace } from "../components/dom";
import { notice } from "../components/notice";
import { t } from "../i18n/i18n";
import { liveUpdates } from "../list/live-updates";
import { Scope } from "../signals/scope";
import { binPart, correctionsPart, rejectedPart } from "./corrections";
import { lostPart } from "./lost";
import { mismatchesPart } from "./mismatches";
import { reconciliationsPart } from "./reconciliations";
import { studiesPart } from "./studies";

const REFRESH_MS = 60_000;

/** A part of the page: its element, and what reads it anew. */
export interface Part {
  readonly element: HTMLElement;
  refresh(): Promise<void>;
}

const tabs: readonly Tab[] = [
  { key: "lost", label: "Lost exams", needs: "performExams" },
  { key: "studies", label: "Studies without their order", needs: "performExams" },
  { key: "mismatches", label: "Mismatches", needs: "performExams" },
  { key: "reconciliations", label: "Merges and moves", needs: "viewOrders" },
  { key: "corrections", label: "Corrections", needs: "viewCorrections" },
  { key: "rejected", label: "Rejected images", needs: "viewCorrections" },
  { key: "bin", label: "Bin", needs: "deleteImages" },
];

/** `#/resolve`: what did not go as it should, and what was put right. */
export function resolvePage(context: Context, scope: Scope, tab: string): HTMLElement {
  const shown = tabs.filter((each) => may(context, each.needs));
  const here = shown.find((each) => each.key === tab) ?? shown[0];
  const main = h("main", { class: "office-main" });
  const page = officePage(
    context, scope, "resolve", t("To resolve"), tabBar("#/resolve", shown, here?.key ?? "", t("To resolve")), main,
  );
  if (!here) return page;
  const message = h("div", { hidden: true });
  const part = partOf(here.key, context);
  main.append(message, part.element);
  const refresh = (): void => {
    part.refresh().then(() => (message.hidden = true)).catch((error: unknown) => {
      replace(message, notice({ icon: "warning", title: t("This cannot be shown"), detail: describe(error),
        alert: true }));
      message.hidden = false;
    });
  };
  scope.every(REFRESH_MS, refresh);
  liveUpdates(context.events, scope, refresh);
  refresh();
  return page;
}

function partOf(key: string, context: Context): Part {
  switch (key) {
    case "studies": return studiesPart(context);
    case "mismatches": return mismatchesPart(context);
    case "reconciliations": return reconciliationsPart(context);
    case "corrections": return correctionsPart(context);
    case "rejected": return rejectedPart(context);
    case "bin": return binPart(context);
    default: return lostPart(context);
  }
}
