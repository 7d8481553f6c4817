// SPDX-License-Identifier: Apache-2.0

import { ApiError, describe, isAbort } from "../api/problem";
import { StudySummary } from "../api/types";
import { accountMenu, connectionBadge } from "../app/account-menu";
import { Context } from "../app/context";
import { homeAddress, may } from "../app/navigation";
import { readingAddress, reportAddress } from "../app/router";
import { h, replace } from "../components/dom";
import { icon } from "../components/icons";
import { notice } from "../components/notice";
import { age, date, dayAt, personName } from "../components/text";
import { toast } from "../components/toast";
import { t } from "../i18n/i18n";
import { departmentEvents } from "../radiology/department-events";
import { identifierText, isUrgent, momentText, priorityText } from "../radiology/words";
import { Scope } from "../signals/scope";
import { viewerPane } from "../viewer/viewer-page";
import { ReportsClient } from "./client";
import { CriticalDialog, isAcknowledged } from "./critical-dialog";
import { historyDialog } from "./history-dialog";
import { answerReports, ImagesAside, ImagesElsewhere, ImagesHere } from "./images-aside";
import { LocalCopies } from "./local-copy";
import { speechSources } from "./dictation";
import { dayOf, PriorsPanel } from "./priors-panel";
import { isOtherPatient } from "./identity";
import { nextExam, readingFilter, Visited } from "./reading-filter";
import { readingKeys } from "./reading-keys";
import { ReportDesk } from "./report-desk";
import { reportText } from "./report-text";
import { splitter } from "./splitter";
import { CriticalResult, ExamItem, ExamView, studyOf } from "./types";
import { reportTitle } from "./words";

const open = new Set(["toRead", "dictated", "toSign"]);
const over = new Set(["validated", "sent"]);
const writers = new Set(["radiologist", "secretary"]);

/** `#/read/ID`: the images of an exam, its report beside them, and what was reported before. `#/report/ID`: without. */
class ReadingPage {
  readonly element = h("div", { class: "page reading-page" });
  private readonly client: ReportsClient;
  private readonly claim = h("span", { class: "claim-state" });
  private readonly critical = h("button", { class: "button small critical", attrs: { type: "button" } });
  private readonly wrongPatient = h("div", { class: "wrong-patient", hidden: true, attrs: { role: "alert" } });
  private desk: ReportDesk | null = null;
  private images: ImagesAside | null = null;
  private priors: PriorsPanel | null = null;
  private view: ExamView | null = null;
  private aside: HTMLElement | null = null;
  private other: Window | null = null;

  constructor(
    private readonly context: Context, private readonly scope: Scope, private readonly exam: number,
    private readonly query: URLSearchParams, private readonly hasImages: boolean,
  ) {
    this.client = new ReportsClient(context.http);
    this.scope.listen(window, "keydown", (event) => this.key(event), { capture: true });
    void this.load();
  }

  private get user(): { name: string; role: string } {
    return this.context.session.user.peek() ?? { name: "", role: "" };
  }

  private get mayWrite(): boolean {
    return writers.has(this.user.role);
  }

  // MARK: Opening

  private async load(): Promise<void> {
    replace(this.element, h("p", { class: "faint opening", text: t("Opening the exam…") }));
    try {
      if (!this.mayWrite) return await this.loadToRead();
      let view = await this.client.exam(this.exam);
      if (!open.has(view.exam.exam.status) && !over.has(view.exam.exam.status)) return await this.loadToRead(view);
      if (open.has(view.exam.exam.status) && !view.exam.exam.claim) {
        await this.client.claim(this.exam, false).catch(() => undefined);
        view = await this.client.exam(this.exam);
      }
      const versions = await this.client.versions(this.exam);
      const [own, known] = await Promise.all([this.client.template(this.exam), this.client.templates()]);
      if (this.scope.isDisposed) return this.letGo();
      this.view = view;
      this.build(view);
      this.openDesk(view, versions, own, known);
      this.follow();
    } catch (error) {
      if (!isAbort(error) && !this.scope.isDisposed) this.failed(error);
    }
  }

  /**
   * Who writes no reports sees the validated one beside the images, and nothing of what is not validated. Before an
   * exam was done, its place is taken by the newest one before it.
   */
  private async loadToRead(known: ExamView | null = null): Promise<void> {
    const report = known ? null : await this.client.validated(this.exam).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    });
    const view = known ?? (may(this.context, "viewOrders") ? await this.client.exam(this.exam)
      : report ? { exam: report.exam, commands: [] } : null);
    if (this.scope.isDisposed) return;
    if (!view) throw new Error(t("There is no validated report."));
    const before = view.exam.studies.length > 0 ? null : await this.newestBefore(view.exam.patient.id);
    if (this.scope.isDisposed) return;
    this.view = view;
    this.build(view, before);
    this.readOnly(report, before);
    if (may(this.context, "viewOrders")) this.follow();
  }

  private async newestBefore(patient: number): Promise<Earlier> {
    const found = await this.client.ofPatient(patient);
    const days = found.flatMap(({ exam }) => (exam.studies.length > 0 && exam.exam.id !== this.exam ? [exam] : []))
      .sort((one, other) => (one.studies[0].facts.date < other.studies[0].facts.date ? 1 : -1));
    return { exam: days[0] ?? null };
  }

  private build(view: ExamView, before: Earlier | null = null): void {
    const { exam } = view;
    const name = personName(exam.patient.name) || t("(no name)");
    document.title = `${name} · ${t("Report")} · Martlet`;
    this.aside = h("section", { class: "report-side", attrs: { "aria-label": t("Report") } });
    this.priors = new PriorsPanel(this.client, this.scope, exam.patient.id, this.exam, (study) => this.compare(study));
    const request = h("p", { class: "request" }, ...this.request(exam));
    this.aside.append(request, this.priors.chips);
    const work = h("div", { class: "reading-work" });
    const shown = before ? before.exam : exam;
    if (this.hasImages && shown) {
      const { element, viewer } = viewerPane(this.context, this.scope, studyOf(shown), { leave: () => this.leave() });
      element.classList.remove("page");
      element.classList.add("images-side");
      this.images = new ImagesHere(viewer);
      this.scope.own(answerReports(this.exam, this.images));
      this.scope.effect(() => this.compareIdentity(viewer.study.get()?.study ?? null));
      work.append(element, splitter(this.aside), this.priors.reader, this.aside);
    } else {
      const elsewhere = new ImagesElsewhere(this.exam);
      this.scope.own(() => elsewhere.close());
      this.images = elsewhere;
      work.classList.add("alone");
      work.append(this.priors.reader, this.aside);
    }
    replace(this.element, this.header(exam), this.wrongPatient, work);
    this.showClaim();
  }

  private header(exam: ExamItem): HTMLElement {
    const { patient } = exam;
    const today = dayAt(new Date());
    const back = h("button", { class: "ghost back", title: t("Back to the reading list"), attrs: { type: "button" } },
      icon("back"), this.mayWrite ? t("Reading") : t("Back"));
    back.addEventListener("click", () => this.leave());
    const alerts = [...(patient.clinical?.allergies ?? []), ...(patient.clinical?.medicalAlerts ?? [])];
    const urgent = isUrgent(exam.exam.priority);
    this.critical.addEventListener("click", () => this.openCritical());
    this.critical.textContent = t("Critical result");
    this.critical.hidden = !may(this.context, "writeReports");
    return h(
      "header", { class: "masthead" }, back, h(
        "div", { class: "patient-banner" }, h("strong", { text: personName(patient.name) || t("(no name)") }),
        h("span", { class: "patient-id", text: identifierText(patient) }),
        h("span", { class: "faint", text: [
          patient.birthDate ? `* ${date(patient.birthDate)}` : "", age(patient.birthDate, today), patient.sex,
        ].filter(Boolean).join("  ") }),
        alerts.length > 0 ? h("span", { class: "alerts", text: alerts.join(" · "), attrs: { role: "alert" } }) : null,
        h("span", { class: "examination", text: [dayOf(exam, null), exam.exam.description].join("  ") }),
        urgent ? h("span", { class: "priority urgent", text: priorityText(exam.exam.priority) }) : null,
      ),
      this.claim, this.critical, this.tools(), connectionBadge(this.context, this.scope),
      accountMenu(this.context, this.scope),
    );
  }

  /** Images that name another patient than the order are a danger, and are said to be one. */
  private compareIdentity(study: StudySummary | null): void {
    const patient = this.view?.exam.patient;
    if (!study || !patient) return;
    const isOther = isOtherPatient(study, patient);
    this.wrongPatient.hidden = !isOther;
    if (isOther) replace(this.wrongPatient, icon("warning"), t("The images name another patient: {name}, {id}", {
      name: personName(study.patientName), id: study.patientID,
    }));
  }

  private tools(): HTMLElement {
    const button = (name: string, title: string, act: () => void): HTMLElement => {
      const one = h("button", { class: "ghost", text: name, title, attrs: { type: "button" } });
      one.addEventListener("click", act);
      return one;
    };
    return h(
      "div", { class: "reading-tools", hidden: !this.mayWrite },
      button(t("Versions"), t("Versions and what they changed (Alt+H)"), () => this.openHistory()),
      this.hasImages ? button(t("Own window"), t("The report in a window of its own"), () => this.detach()) : null,
      button(t("Keys"), t("Keys of the report (F1)"), () => this.openKeys()),
    );
  }

  private request(exam: ExamItem): HTMLElement[] {
    const { request, accession } = exam.order;
    const facts: [string, string][] = [
      [t("Clinical question"), request.reason], [t("History"), request.history],
      [t("Requested by"), personName(request.requestingPhysician)], [t("Accession"), accession.value],
    ];
    return facts.filter(([, value]) => value).map(([name, value]) =>
      h("span", {}, h("span", { class: "faint", text: `${name} ` }), value));
  }

  private openDesk(view: ExamView, ...[versions, own, known]: DeskParts): void {
    const copies = new LocalCopies(this.user.name);
    copies.clean(Date.now());
    const next = h("button", { class: "button next-exam", attrs: { type: "button" } }, t("Next exam"), h("kbd", {
      text: "Alt+N",
    }));
    next.addEventListener("click", () => void this.next());
    this.desk = new ReportDesk(
      this.client, this.scope, view, versions, own, known, this.user, copies,
      { wrote: () => void this.refresh(), show: (image) => this.images?.show(image), after: [this.insertions(), next] },
      speechSources,
    );
    this.desk.hold(view, this.isHeld(view));
    this.aside?.append(this.desk.element);
    this.desk.focus();
  }

  private insertions(): HTMLElement {
    const button = (text: string, key: string, act: () => void): HTMLElement => {
      const one = h("button", { class: "button", attrs: { type: "button" } }, text, h("kbd", { text: key }));
      one.addEventListener("click", act);
      return one;
    };
    return h(
      "span", { class: "insertions" }, button(t("Measurements"), "Alt+M", () => void this.insertMeasurements()),
      button(t("Key images"), "Alt+K", () => void this.insertImages()), this.dictation(),
    );
  }

  /** Where speech would come in: no recogniser belongs to Martlet, and none is pretended. */
  private dictation(): HTMLElement {
    const names = speechSources.map((source) => source.name);
    const title = names.length > 0 ? names.join(", ") : t(
      "No speech recogniser is connected. Dictation of the system, or a device that types, works in every field.");
    const one = h("button", {
      class: "button dictation", title, attrs: { type: "button", "aria-disabled": String(names.length === 0) },
    }, names.length > 0 ? t("Dictation") : t("Dictation: none"));
    one.addEventListener("click", () => toast(title));
    return one;
  }

  private readOnly(report: Awaited<ReturnType<ReportsClient["validated"]>> | null, before: Earlier | null): void {
    const desk = h("div", { class: "report-desk to-read" });
    this.aside?.append(desk);
    if (before) desk.append(h("p", { class: "warned", attrs: { role: "status" }, text: before.exam
      ? t("This exam has no images yet. Those of {day} are shown: {exam}.", {
        day: dayOf(before.exam, null), exam: before.exam.exam.description,
      }) : t("This exam has no images yet, and there are none from before.") }));
    const last = report?.versions[report.versions.length - 1];
    if (!report || !last) return void desk.append(h("p", { class: "faint", text: t("There is no validated report.") }));
    const signed = [reportTitle(last.status), last.author, momentText(last.at).slice(0, 16)].join(" · ");
    const link = h("a", { class: "button", text: t("To print"), attrs: { href: `#/validated/${this.exam}` } });
    desk.append(
      h("div", { class: "report-head" }, h("span", { class: "faint", text: signed }), link),
      reportText(last.content, { template: report.template, show: (image) => this.images?.show(image) }),
    );
  }

  // MARK: Claiming

  private isHeld(view: ExamView): boolean {
    const holder = view.exam.exam.claim?.by;
    return this.mayWrite && (holder === undefined || holder === this.user.name);
  }

  private showClaim(): void {
    const holder = this.view?.exam.exam.claim?.by;
    if (!holder) return replace(this.claim);
    if (holder === this.user.name) {
      return replace(this.claim, h("span", { class: "claimed mine", text: t("Yours"), title: t(
        "Others see that you work on it") }));
    }
    const take = h("button", { class: "button small", text: t("Take over"), attrs: { type: "button" } });
    take.addEventListener("click", () => void this.takeOver());
    replace(
      this.claim, icon("warning"), h("span", { class: "claimed", text: t("{name} works on it", { name: holder }) }),
      this.mayWrite ? take : null,
    );
  }

  private async takeOver(): Promise<void> {
    try {
      await this.client.claim(this.exam, true);
      await this.refresh();
      await this.desk?.reread();
      this.desk?.focus();
    } catch (error) {
      toast(describe(error), "error");
    }
  }

  private letGo(isLast = false): void {
    if (this.view?.exam.exam.claim?.by !== this.user.name) return;
    void this.client.release(this.exam, isLast).catch(() => undefined);
  }

  /** What others do with the exam shows by itself; whoever leaves gives it back. */
  private follow(): void {
    departmentEvents(this.scope, (news) => {
      if (news.exam === this.exam) void this.refresh();
    }, () => void this.refresh());
    this.scope.own(() => void (this.desk?.save() ?? Promise.resolve()).finally(() => this.letGo()));
    // A window that another one opened leaves the exam to that one.
    this.scope.listen(window, "pagehide", () => window.opener === null && this.letGo(true));
    if (!may(this.context, "writeReports")) return;
    void this.client.criticalResults(this.exam).then((results) => this.showCritical(results), () => undefined);
  }

  private async refresh(): Promise<void> {
    try {
      let view = await this.client.exam(this.exam);
      if (!view.exam.exam.claim && this.mayWrite && open.has(view.exam.exam.status) && !this.scope.isDisposed) {
        await this.client.claim(this.exam, false).catch(() => undefined);
        view = await this.client.exam(this.exam);
      }
      if (this.scope.isDisposed) return;
      this.view = view;
      this.desk?.hold(view, this.isHeld(view));
      this.showClaim();
      if (view.exam.exam.claim?.by !== this.user.name) await this.desk?.reread();
    } catch (error) {
      if (!isAbort(error)) this.claim.title = describe(error);
    }
  }

  // MARK: Doing

  private key(event: KeyboardEvent): void {
    if (document.querySelector("dialog[open]")) return;
    const act = readingKeys.find((one) => one.matches(event));
    if (!act || !this.desk) return;
    const isWriting = event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement;
    if (act.whileWriting && !isWriting) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    switch (act.name) {
      case "nextField": return this.desk.move(1);
      case "previousField": return this.desk.move(-1);
      case "images": return (event.target as HTMLElement).blur();
      case "save": return void this.desk.save();
      case "sign": return void this.desk.press("sign", "submit");
      case "validate": return void this.desk.press("validate", "addAddendum", "correct");
      case "measurements": return void this.insertMeasurements();
      case "keyImages": return void this.insertImages();
      case "next": return void this.next();
      case "critical": return this.openCritical();
      case "history": return this.openHistory();
      case "prior": return this.priors?.step();
      case "keys": return this.openKeys();
    }
  }

  private async insertMeasurements(): Promise<void> {
    this.desk?.insertMeasurements(await (this.images?.measurements() ?? []));
  }

  private async insertImages(): Promise<void> {
    this.desk?.insertImages(await (this.images?.keyImages() ?? []));
  }

  private compare(study: string): void {
    void this.images?.compare(study).then((found) => {
      if (!found) toast(t("These images are not in the archive."), "error");
    }, (error: unknown) => toast(describe(error), "error"));
  }

  private async next(): Promise<void> {
    await this.desk?.save();
    try {
      const visited = new Visited();
      visited.add(this.exam);
      const filter = readingFilter(this.query, this.user.name);
      const found = await nextExam(this.client, filter, visited.all, this.user.name);
      if (found === null) return toast(t("No other exam waits in this list."));
      this.context.router.go(this.hasImages ? readingAddress(found, this.query) : reportAddress(found, this.query));
    } catch (error) {
      toast(describe(error), "error");
    }
  }

  private leave(): void {
    const text = this.query.toString();
    const from = this.context.readFrom;
    this.context.readFrom = "";
    const list = this.mayWrite ? "#/reading" : homeAddress(this.context);
    this.context.router.go(from || (text ? `#/reading?${text}` : list));
  }

  private detach(): void {
    this.other = window.open(reportAddress(this.exam, this.query), "martlet-report", "width=900,height=1000");
    if (!this.other) return toast(t("The browser opened no window."), "error");
    this.aside?.classList.add("detached");
    const watch = setInterval(() => {
      if (this.other?.closed === false) return;
      clearInterval(watch);
      this.aside?.classList.remove("detached");
      void this.desk?.reread().catch(() => undefined);
    }, 500);
    this.scope.own(() => clearInterval(watch));
  }

  // MARK: Dialogs

  private openHistory(): void {
    if (this.desk && this.desk.allVersions.length > 0) this.show(historyDialog(this.desk.allVersions));
    else toast(t("Nothing was saved yet."));
  }

  private openCritical(): void {
    const dialog = new CriticalDialog(
      this.client, this.exam, this.user.role === "radiologist", this.desk?.conclusion ?? "",
      (results) => this.showCritical(results),
    );
    this.show(dialog.element);
  }

  private showCritical(results: readonly CriticalResult[]): void {
    const waiting = results.filter((one) => !isAcknowledged(one)).length;
    this.critical.textContent = waiting > 0 ? t("Critical: nobody acknowledged") : results.length > 0
      ? t("Critical: acknowledged") : t("Critical result");
    this.critical.dataset.state = waiting > 0 ? "open" : results.length > 0 ? "done" : "none";
  }

  private openKeys(): void {
    const rows = readingKeys.flatMap((one) => [
      h("dt", {}, h("kbd", { text: one.label })), h("dd", { text: t(one.title) }),
    ]);
    const close = h("button", { class: "ghost", attrs: { type: "button", "aria-label": t("Close") } }, icon("close"));
    const dialog = h("dialog", { class: "keys-dialog" }, h("header", {}, h("h2", {
      text: t("Keys of the report"),
    }), close), h("dl", {}, ...rows));
    close.addEventListener("click", () => dialog.close());
    this.show(dialog);
  }

  private show(dialog: HTMLDialogElement): void {
    dialog.addEventListener("close", () => dialog.remove());
    this.element.append(dialog);
    dialog.showModal();
  }

  private failed(error: unknown): void {
    const action = { label: t("Try again"), run: () => void this.load() };
    replace(this.element, h("main", { class: "centre" }, notice({
      icon: "warning", title: t("The exam cannot be opened"), detail: describe(error), action, alert: true,
    })));
  }
}

/** The newest exam of the patient that has images, where there is one. */
interface Earlier {
  readonly exam: ExamItem | null;
}

type DeskParts = [
  ConstructorParameters<typeof ReportDesk>[3], ConstructorParameters<typeof ReportDesk>[4],
  ConstructorParameters<typeof ReportDesk>[5],
];

export function readingPage(
  context: Context, scope: Scope, exam: number, query: URLSearchParams, hasImages: boolean,
): HTMLElement {
  document.title = `${t("Report")} · Martlet`;
  return new ReadingPage(context, scope, exam, query, hasImages).element;
}
