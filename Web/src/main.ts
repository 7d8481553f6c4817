// SPDX-License-Identifier: Apache-2.0

import { administrationPage } from "./administration/administration-page";
import { startLanguage, t } from "./i18n/i18n";
import { Archive } from "./api/archive";
import { Events } from "./api/events";
import { Http } from "./api/http";
import { describe } from "./api/problem";
import { Session } from "./api/session";
import { Context } from "./app/context";
import { Route, Router } from "./app/router";
import { setupPage } from "./app/setup-page";
import { signInPage } from "./app/signin-page";
import { h } from "./components/dom";
import { notice } from "./components/notice";
import { isTouchDevice, lightPage } from "./light/light-page";
import { listPage } from "./list/list-page";
import { agendaPage } from "./radiology/agenda/agenda-page";
import { newOrderPage } from "./radiology/new-order-page";
import { orderPage } from "./radiology/order-page";
import { patientPage } from "./radiology/patients/patient-page";
import { patientsPage } from "./radiology/patients/patients-page";
import { worklistPage } from "./radiology/worklist-page";
import { readingListPage } from "./reports/reading-list-page";
import { readingPage } from "./reports/reading-page";
import { reportSearchPage } from "./reports/report-search-page";
import { validatedReportPage } from "./reports/validated-report-page";
import { resolvePage } from "./resolve/resolve-page";
import { Scope } from "./signals/scope";
import { statisticsPage } from "./statistics/statistics-page";
import { effect, untracked } from "./signals/signal";
import { viewerPage } from "./viewer/viewer-page";

function unknownPage(path: string): HTMLElement {
  const box = notice({
    icon: "search", title: t("There is no such page"), detail: path,
    action: { label: "Open the study list", run: () => (location.hash = "#/") },
  });
  return h("main", { class: "centre" }, box);
}

function pageFor(route: Route, context: Context, scope: Scope): HTMLElement {
  switch (route.page) {
    case "signin": return signInPage(context);
    case "setup": return setupPage(context, route.token);
    // The whole viewer wants a mouse and keys: fingers get the page for them.
    case "study": return isTouchDevice()
      ? lightPage(context, scope, route.studyUID, route.query)
      : viewerPage(context, scope, route.studyUID, route.query);
    case "view": return lightPage(context, scope, route.studyUID, route.query);
    case "worklist": return worklistPage(context, scope, route.query);
    case "order": return orderPage(context, scope, route.order);
    case "new-order": return newOrderPage(context, scope, route.patient);
    case "agenda": return agendaPage(context, scope, route.query);
    case "patients": return patientsPage(context, scope, route.query);
    case "patient": return patientPage(context, scope, route.patient);
    case "resolve": return resolvePage(context, scope, route.tab);
    case "reading-list": return readingListPage(context, scope, route.query);
    case "reading": return readingPage(context, scope, route.exam, route.query, route.hasImages);
    case "report-search": return reportSearchPage(context, scope, route.query);
    case "validated-report": return validatedReportPage(context, scope, route.exam);
    case "administration": return administrationPage(context, scope, route.tab, route.query);
    case "statistics": return statisticsPage(context, scope, route.query);
    case "list": return listPage(context, scope, route.query);
    case "unknown": return unknownPage(route.path);
  }
}

/** Shows the page of the route; who is not signed in comes to the sign-in page first. */
function show(context: Context): void {
  let scope = new Scope();
  effect(() => {
    const route = context.router.route.get();
    const signedIn = context.session.user.get() !== null;
    untracked(() => {
      const open = route.page === "signin" || route.page === "setup";
      if (!signedIn && !open) {
        const next = location.hash.length > 2 ? `?next=${encodeURIComponent(location.hash)}` : "";
        context.router.redirect(`#/signin${next}`);
        return;
      }
      if (signedIn && route.page === "signin") {
        context.router.redirect(route.next.startsWith("#/") ? route.next : "#/");
        return;
      }
      if (signedIn) context.events.start();
      else context.events.stop();
      scope.dispose();
      scope = new Scope();
      document.title = "Martlet";
      document.body.replaceChildren(pageFor(route, context, scope), ...document.querySelectorAll("body > .toasts"));
    });
  });
}

async function start(): Promise<void> {
  startLanguage();
  const http = new Http();
  const session = new Session(http);
  const context: Context = {
    http, session, archive: new Archive(http), events: new Events(session), router: new Router(), listAddress: "#/",
  };
  try {
    await session.refresh();
  } catch (error) {
    const retry = { label: "Try again", run: () => location.reload() };
    const detail = describe(error);
    const box = notice({ icon: "warning", title: t("Martlet cannot start"), detail, action: retry, alert: true });
    document.body.replaceChildren(h("main", { class: "centre" }, box));
    return;
  }
  show(context);
}

void start();
