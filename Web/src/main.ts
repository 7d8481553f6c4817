// SPDX-License-Identifier: Apache-2.0

import { startLanguage, t } from "./i18n/i18n";
import { Archive } from "./api/archive";
import { Events } from "./api/events";
import { Http } from "./api/http";
import { describe } from "./api/problem";
import { Session } from "./api/session";
import { Context } from "./app/context";
import { ownPasswordPage } from "./app/own-password";
import { homeAddress, may, mayOpen } from "./app/navigation";
import { readByKey } from "./app/read-by-key";
import { parseRoute, Route, Router } from "./app/router";
import { Renderers } from "./app/renderers";
import { roleText } from "./app/roles";
import { watchSession } from "./app/session-watch";
import { setupPage } from "./app/setup-page";
import { signInPage } from "./app/signin-page";
import { isTouchDevice } from "./components/device";
import { h } from "./components/dom";
import { notice } from "./components/notice";
import { listPage } from "./list/list-page";
import { Scope } from "./signals/scope";
import { effect, untracked } from "./signals/signal";

function unknownPage(path: string): HTMLElement {
  const box = notice({
    icon: "search", title: t("There is no such page"), detail: path,
    action: { label: "Open the study list", run: () => (location.hash = "#/") },
  });
  return h("main", { class: "centre" }, box);
}

/** Somebody follows a link to what their profession does not work with. */
function closedPage(context: Context): HTMLElement {
  document.title = `${t("Not part of your work")} · Martlet`;
  const home = homeAddress(context);
  const role = roleText(context.session.user.peek()?.role ?? "");
  const canLeave = mayOpen(context, parseRoute(home).page);
  const box = notice({
    icon: "warning", title: t("Not part of your work"),
    detail: t("This page is not open to the role {role}. Ask the administrator if it should be.", { role }),
    action: canLeave
      ? { label: "Go to your own page", run: () => (location.hash = home) }
      : { label: "Sign out", run: () => void context.session.signOut() },
  });
  return h("main", { class: "centre" }, box);
}

/** Makes the element of a page. */
type Page = (scope: Scope) => HTMLElement;

/** What shows images, what shows none, and both together come when they are wanted, each as one part. */
async function pageFor(route: Route, context: Context): Promise<Page> {
  switch (route.page) {
    case "signin": return () => signInPage(context);
    case "setup": return () => setupPage(context, route.token);
    case "list": return (scope) => listPage(context, scope, route.query);
    case "unknown": return () => unknownPage(route.path);
    case "study":
    case "view": return imagePage(route, context);
    case "reading": {
      const { readingPage } = await import("./app/parts/reading");
      return (scope) => readingPage(context, scope, route.exam, route.query, route.hasImages);
    }
    default: {
      const office = await import("./app/parts/office");
      return (scope) => officePage(office, route, context, scope);
    }
  }
}

async function imagePage(route: Extract<Route, { page: "study" | "view" }>, context: Context): Promise<Page> {
  const { lightPage, viewerPage } = await import("./app/parts/images");
  // The whole viewer wants a mouse and keys: fingers get the page for them.
  const page = route.page === "view" || isTouchDevice() ? lightPage : viewerPage;
  return (scope) => page(context, scope, route.studyUID, route.query);
}

type OfficeRoute = Exclude<Route, { page: "signin" | "setup" | "list" | "unknown" | "study" | "view" | "reading" }>;

function officePage(
  pages: typeof import("./app/parts/office"), route: OfficeRoute, context: Context, scope: Scope,
): HTMLElement {
  switch (route.page) {
    case "worklist": return pages.worklistPage(context, scope, route.query);
    case "order": return pages.orderPage(context, scope, route.order);
    case "new-order": return pages.newOrderPage(context, scope, route.patient);
    case "agenda": return pages.agendaPage(context, scope, route.query);
    case "patients": return pages.patientsPage(context, scope, route.query);
    case "patient": return pages.patientPage(context, scope, route.patient);
    case "resolve": return pages.resolvePage(context, scope, route.tab);
    case "reading-list": return pages.readingListPage(context, scope, route.query);
    case "critical": return pages.criticalPage(context, scope);
    case "report-search": return pages.reportSearchPage(context, scope, route.query);
    case "validated-report": return pages.validatedReportPage(context, scope, route.exam);
    case "administration": return pages.administrationPage(context, scope, route.tab, route.query);
    case "statistics": return pages.statisticsPage(context, scope, route.query);
  }
}

/** The code of a page cannot be had: the server is away, or has other files than when this page was opened. */
function unloadablePage(error: unknown): Page {
  return () => h("main", { class: "centre" }, notice({
    icon: "warning", title: t("The page cannot be loaded"), detail: describe(error), alert: true,
    action: { label: "Try again", run: () => location.reload() },
  }));
}

/** From these pages studies are opened: graphics and the viewer's code are made ready while somebody reads them. */
const lists = new Set<Route["page"]>(["list", "worklist", "reading-list", "patient", "order"]);

/** Shows the page of the route; who is not signed in comes to the sign-in page first. */
function show(context: Context): void {
  let scope = new Scope();
  let shown = 0;
  const open = async (route: Route): Promise<void> => {
    shown += 1;
    const turn = shown;
    const user = context.session.user.peek();
    const page: Page = user?.mustChangePassword ? () => ownPasswordPage(context) : mayOpen(context, route.page)
      ? await pageFor(route, context).catch(unloadablePage) : () => closedPage(context);
    // Somebody went on while the code came.
    if (turn !== shown) return;
    scope.dispose();
    scope = new Scope();
    document.title = "Martlet";
    untracked(() => document.body.replaceChildren(page(scope), ...document.querySelectorAll("body > .toasts")));
    if (lists.has(route.page) && !isTouchDevice()) context.renderers.prepare();
  };
  effect(() => {
    const route = context.router.route.get();
    const signedIn = context.session.user.get() !== null;
    untracked(() => {
      const isOpen = route.page === "signin" || route.page === "setup";
      if (!signedIn && !isOpen) {
        const next = location.hash.length > 2 ? `?next=${encodeURIComponent(location.hash)}` : "";
        context.router.redirect(`#/signin${next}`);
        return;
      }
      if (signedIn && route.page === "signin") {
        context.router.redirect(route.next.startsWith("#/") ? route.next : homeAddress(context));
        return;
      }
      if (signedIn && may(context, "searchStudies")) context.events.start();
      else context.events.stop();
      void open(route);
    });
  });
}

async function start(): Promise<void> {
  const language = startLanguage();
  const http = new Http();
  const session = new Session(http);
  const context: Context = {
    http, session, archive: new Archive(http), events: new Events(session), router: new Router(),
    listAddress: "#/", readFrom: "", renderers: new Renderers(),
  };
  try {
    // The code of the page comes while the server is asked who we are; what is wrong with it is told later.
    void pageFor(context.router.route.peek(), context).catch(() => undefined);
    await Promise.all([session.refresh(), language]);
  } catch (error) {
    const retry = { label: "Try again", run: () => location.reload() };
    const detail = describe(error);
    const box = notice({ icon: "warning", title: t("Martlet cannot start"), detail, action: retry, alert: true });
    document.body.replaceChildren(h("main", { class: "centre" }, box));
    return;
  }
  show(context);
  readByKey(context);
  watchSession(context);
}

void start();
