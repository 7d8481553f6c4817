// SPDX-License-Identifier: Apache-2.0

import { h } from "../components/dom";
import { t } from "../i18n/i18n";
import { Context } from "./context";
import { Route } from "./route";

export type Place =
  | "studies" | "worklist" | "reading" | "critical" | "reports" | "agenda" | "patients" | "resolve" | "statistics"
  | "administration";

interface Entry {
  readonly place: Place;
  readonly label: string;
  readonly address: string;
  /** One of these is enough to see the page. */
  readonly needs: readonly string[];
}

/** The pages of the product, in the order of a day's work; each shows to whom it is of use. */
const entries: readonly Entry[] = [
  { place: "studies", label: "Studies", address: "#/", needs: ["searchStudies"] },
  { place: "worklist", label: "Worklists", address: "#/worklist", needs: ["viewOrders"] },
  { place: "reading", label: "Reading", address: "#/reading", needs: ["writeReports"] },
  { place: "critical", label: "Critical", address: "#/critical", needs: ["writeReports"] },
  { place: "reports", label: "Reports", address: "#/reports", needs: ["readReports"] },
  { place: "agenda", label: "Agenda", address: "#/agenda", needs: ["viewOrders"] },
  { place: "patients", label: "Patients", address: "#/patients", needs: ["viewOrders"] },
  { place: "resolve", label: "To resolve", address: "#/resolve", needs: ["performExams"] },
  { place: "statistics", label: "Statistics", address: "#/statistics", needs: ["viewStatistics"] },
  {
    place: "administration", label: "Administration", address: "#/administration",
    needs: ["viewSystem", "viewQueues"],
  },
];

/** Whether the user's role includes a permission; the server decides in any case. */
export function may(context: Context, permission: string): boolean {
  return context.session.user.peek()?.permissions?.includes(permission) ?? true;
}

/** What a page shows is of use to who has one of these; pages that are not here are everybody's. */
const pageNeeds: Readonly<Partial<Record<Route["page"], readonly string[]>>> = {
  "list": ["searchStudies"], "study": ["viewImages"], "view": ["viewImages"], "worklist": ["viewOrders"],
  "order": ["viewOrders"], "new-order": ["manageOrders"], "agenda": ["viewOrders"], "patients": ["viewOrders"],
  "patient": ["viewOrders"], "resolve": ["performExams"], "reading-list": ["writeReports"],
  "reading": ["readReports"], "critical": ["writeReports"], "report-search": ["readReports"],
  "validated-report": ["readReports"], "statistics": ["viewStatistics"],
  "administration": ["viewSystem", "viewQueues"],
};

export function mayOpen(context: Context, page: Route["page"]): boolean {
  return pageNeeds[page]?.some((permission) => may(context, permission)) ?? true;
}

/** Where the day of a profession begins. */
const homes: Readonly<Record<string, string>> = {
  radiologist: "#/reading", technologist: "#/worklist", secretary: "#/reading", receptionist: "#/agenda",
  manager: "#/statistics",
};

export function homeAddress(context: Context): string {
  return homes[context.session.user.peek()?.role ?? ""] ?? "#/";
}

/** The way between the pages of the masthead. */
export function navigation(context: Context, here: Place): HTMLElement {
  const links = entries
    .filter((entry) => entry.needs.length === 0 || entry.needs.some((permission) => may(context, permission)))
    .map(({ place, label, address }) => h("a", {
      class: "place", text: t(label),
      attrs: {
        href: place === "studies" ? context.listAddress : address, "aria-current": place === here ? "page" : null,
      },
    }));
  return h("nav", { class: "places", attrs: { "aria-label": t("Pages") } }, ...links);
}
