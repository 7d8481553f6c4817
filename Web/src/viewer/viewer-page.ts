// SPDX-License-Identifier: Apache-2.0

import { ApiError, describe, isAbort } from "../api/problem";
import { StudyDetail, StudySummary } from "../api/types";
import { accountMenu, connectionBadge } from "../app/account-menu";
import { Context } from "../app/context";
import { h, replace, setText } from "../components/dom";
import { icon } from "../components/icons";
import { notice } from "../components/notice";
import { conflictMark } from "../list/columns";
import * as text from "../components/text";
import { toast } from "../components/toast";
import { reportLink } from "../reports/report-link";
import { Scope } from "../signals/scope";
import { t } from "../i18n/i18n";
import { MprView } from "./mpr/mpr-view";
import { Pane } from "./state/pane";
import { batch, untracked } from "../signals/signal";
import { calibrationDialog } from "./calibration-dialog";
import { Commands } from "./commands";
import { helpDialog } from "./help-dialog";
import { isKeyProfile, KeyProfile } from "./key-profiles";
import { bindingFor, bindingsOf } from "./keymap";
import { OtherObjects } from "./objects/other-objects";
import { PaneGrid } from "./pane-grid";
import { saveDialog } from "./writing/save-dialog";
import { Exporter } from "./export/exporter";
import { Writer } from "./writing/writer";
import { announcement } from "./overlay/corners";
import { hangingMenu } from "./hanging-menu";
import { identityWarning } from "./identity-warning";
import { PriorStrip } from "./prior-strip";
import { Hanger } from "./state/hanger";
import { paneCount } from "./state/layout";
import { Renderer } from "./render/renderer";
import { SeriesStrip } from "./series-strip";
import { toolbar } from "./toolbar";
import { watchUnsaved } from "./unsaved";
import { Viewer } from "./viewer";

const RELOAD_DELAY_MS = 400;
const ANNOUNCE_MS = 500;

/** A page that shows the images beside something else, and takes care of the rest. */
export interface ViewerHost {
  leave(): void;
}

/** `#/study/<uid>`: one study, its series at the left, its images in panes. */
class ViewerPage {
  readonly element: HTMLElement;
  readonly viewer: Viewer;
  private readonly grid: PaneGrid;
  private readonly patient = h("div", { class: "patient-banner" });
  private readonly message = h("div", { class: "viewer-message", attrs: { role: "status" } });
  private profile: KeyProfile = "BIR";
  private help = helpDialog("BIR", (profile) => this.chooseKeys(profile));
  private readonly commands: Commands;
  private readonly hanger: Hanger;
  private stage: HTMLElement | null = null;
  private volume: MprView | null = null;
  private readonly live = h("div", { class: "sr-only", attrs: { role: "status", "aria-live": "polite" } });
  private announceTimer: ReturnType<typeof setTimeout> | undefined;
  private reloadTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly context: Context, private readonly scope: Scope, studyUID: string,
    private readonly query: URLSearchParams, private readonly host: ViewerHost | null = null,
  ) {
    this.viewer = new Viewer(context.archive, studyUID);
    // Before all else: the answer comes while the page is made.
    const study = this.open();
    const others = new OtherObjects(context.archive, () => this.viewer);
    scope.own(() => others.dispose());
    this.grid = new PaneGrid(this.viewer, scope, others, context.renderers);
    const author = context.session.user.peek()?.displayName ?? "";
    const writer = new Writer(this.viewer, context.archive, author, (pane) => this.grid.lookOf(pane));
    const exporter = new Exporter(this.viewer, context.archive, this.grid);
    this.commands = new Commands(this.viewer, {
      export: (kind) => exporter.run(kind),
      showHelp: () => this.help.showModal(),
      leave: () => (host ? host.leave() : context.router.go(context.listAddress)),
      calibrate: () => this.calibrate(),
      save: () => this.show(saveDialog(writer.savable())),
      sizeOf: (pane) => this.grid.sizeOf(pane),
    });
    const strip = new SeriesStrip(this.viewer, scope);
    const priors = new PriorStrip(this.viewer, scope);
    const rail = h("aside", { class: "rail" }, strip.element, priors.element);
    this.hanger = new Hanger(this.viewer, context.archive);
    const stage = h("main", { class: "stage" }, this.grid.element, this.message);
    this.stage = stage;
    this.element = h(
      "div", { class: "page viewer-page" }, host ? null : this.header(),
      toolbar(this.viewer, this.commands, scope, hangingMenu(
        this.viewer, this.hanger, scope, (dialog) => this.show(dialog),
      )),
      identityWarning(this.viewer, scope),
      h("div", { class: "work" }, rail, stage), this.live, this.help,
    );
    this.wire();
    void this.load(study);
  }

  private header(): HTMLElement {
    const back = h("button", {
      class: "ghost back", title: t("Back to the study list (Q)"), attrs: { type: "button" },
    }, icon("back"), t("Studies"));
    back.addEventListener("click", () => this.commands.leave());
    return h(
      "header", { class: "masthead" }, back, this.patient,
      reportLink(this.context, this.scope, this.viewer.studyUID), connectionBadge(this.context, this.scope),
      accountMenu(this.context, this.scope),
    );
  }

  private calibrate(): void {
    this.show(calibrationDialog(this.viewer.scale, () => this.commands.trueSize()));
  }

  /** The keys of a profile, from now on and wherever this user reads. */
  private chooseKeys(profile: KeyProfile): void {
    this.useKeys(profile);
    this.help.showModal();
    this.context.archive.keepPreference("viewer", { keys: profile }).catch((error: unknown) =>
      toast(`${t("Not saved.")} ${describe(error)}`, "error"));
  }

  private useKeys(profile: KeyProfile): void {
    this.profile = profile;
    const help = helpDialog(profile, (other) => this.chooseKeys(other));
    this.help.replaceWith(help);
    this.help = help;
  }

  private show(dialog: HTMLDialogElement): void {
    dialog.addEventListener("close", () => dialog.remove());
    this.element.append(dialog);
    dialog.showModal();
  }

  private wire(): void {
    const { viewer, scope } = this;
    watchUnsaved(viewer, this.context.router, scope, () => this.commands.save());
    scope.listen(window, "keydown", (event) => this.key(event));
    scope.own(this.context.events.subscribe(
      (event) => event.studyUID === viewer.studyUID && this.reloadSoon(), () => this.reloadSoon(),
    ));
    scope.own(() => {
      clearTimeout(this.reloadTimer);
      clearTimeout(this.announceTimer);
      viewer.stop();
    });
    viewer.loader.onStale = () => this.reloadSoon();
    scope.effect(() => this.announce());
    scope.effect(() => {
      const pane = viewer.volumeOf.get();
      untracked(() => this.showVolume(pane));
    });
    scope.effect(() => {
      const study = viewer.study.get()?.study;
      if (study) this.showPatient(study);
    });
  }

  /** Says to readers of screens where they are, once they stay. */
  private announce(): void {
    const pane = this.viewer.active.get();
    const [set, shown] = [pane.set.get(), pane.displayed.get()];
    clearTimeout(this.announceTimer);
    if (!set || !shown) return;
    this.announceTimer = setTimeout(() => setText(this.live, announcement({ set, shown })), ANNOUNCE_MS);
  }

  private showVolume(pane: Pane | null): void {
    this.volume?.dispose();
    this.volume = null;
    const view = pane ? MprView.of(this.viewer, pane, this.scope, this.grid.isSoftware) : null;
    this.grid.element.hidden = view !== null && typeof view !== "string";
    if (typeof view === "string") {
      toast(t("No planes can be made: {reason}", { reason: t(view) }), "error");
      this.viewer.volumeOf.set(null);
    } else if (view) {
      this.volume = view;
      this.stage?.append(view.element);
    }
  }

  private showPatient(study: StudySummary): void {
    const name = text.personName(study.patientName) || t("No name");
    if (!this.host) document.title = `${name} · Martlet`;
    const born = study.birthDate ? `* ${text.date(study.birthDate)}` : "";
    const facts = [born, text.age(study.birthDate, study.date), study.sex].filter(Boolean).join("  ");
    const examination = [text.date(study.date), study.description].filter(Boolean).join("  ");
    replace(
      this.patient, h("strong", { text: name }), h("span", { class: "patient-id", text: study.patientID }),
      h("span", { class: "faint", text: facts }),
      h("span", { class: "examination", text: examination, title: examination }),
      study.conflicts > 0 && conflictMark(study),
    );
  }

  private async load(asked = this.open()): Promise<void> {
    replace(this.message, h("p", { class: "faint", text: t("Opening the study…") }));
    try {
      const study = await asked;
      if (this.scope.isDisposed) return;
      this.message.hidden = true;
      batch(() => {
        this.viewer.take(study);
        this.openFirst();
      });
      this.prepare(study.study).catch((error: unknown) => isAbort(error) || toast(describe(error), "error"));
    } catch (error) {
      if (!isAbort(error) && !this.scope.isDisposed) this.failed(error);
    }
  }

  /** The index with the first image; the index alone from a server that gives no such answer. */
  private async open(): Promise<StudyDetail> {
    const { archive } = this.context;
    const { studyUID } = this.viewer;
    try {
      const opening = await archive.opening(studyUID, this.query.get("series"));
      await this.viewer.keep(opening);
      return opening.detail;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      return archive.study(studyUID);
    }
  }

  /** Arrangements and earlier studies; the first image does not wait for them. */
  private async prepare(study: StudySummary): Promise<void> {
    const preferences = this.context.archive.preference<{ keys?: unknown }>("viewer");
    const [, , viewer] = await Promise.all([this.viewer.priors.find(study), this.hanger.load(), preferences]);
    if (isKeyProfile(viewer?.keys) && viewer?.keys !== this.profile) this.useKeys(viewer?.keys as KeyProfile);
    const isNamed = this.query.get("series") !== null || this.query.get("image") !== null;
    const isUntouched = paneCount(this.viewer.layout.peek()) === 1;
    if (!this.scope.isDisposed && !isNamed && isUntouched) await this.hanger.hang();
  }

  /** The series of the address, else the first with images. `image` counts from 1. */
  private openFirst(): void {
    const sets = this.viewer.sets.peek();
    const wanted = this.query.get("series");
    const named = sets.find((one) => one.series.seriesUID === wanted);
    const set = named ?? sets.find((one) => one.frames.length > 0) ?? sets[0];
    const image = Number(this.query.get("image") ?? 1);
    if (set) this.viewer.open(this.viewer.panes[0], set, Number.isInteger(image) ? image - 1 : 0);
    else this.failed(new Error(t("The study has no series.")));
  }

  private failed(error: unknown): void {
    const missing = error instanceof ApiError && error.status === 404;
    const box = notice({
      icon: "warning",
      title: missing ? t("This study is not in the archive") : t("The study cannot be opened"),
      detail: missing ? this.viewer.studyUID : describe(error),
      action: missing
        ? { label: "Back to the study list", run: () => this.commands.leave() }
        : { label: "Try again", run: () => void this.load() },
      alert: true,
    });
    replace(this.message, box);
    this.message.hidden = false;
  }

  /** Images of this study are arriving: take them in without moving what is being read. */
  private reloadSoon(): void {
    clearTimeout(this.reloadTimer);
    this.reloadTimer = setTimeout(() => {
      const empty = this.viewer.study.peek() === null;
      if (empty) void this.load();
      else this.reload().catch((error: unknown) => toast(
        `${t("New images are not listed.")} ${describe(error)}`, "error",
      ));
    }, RELOAD_DELAY_MS);
  }

  private async reload(): Promise<void> {
    const study = await this.context.archive.study(this.viewer.studyUID);
    if (!this.scope.isDisposed) this.viewer.take(study);
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as Element;
    const typing = target instanceof HTMLInputElement || target instanceof HTMLSelectElement
      || target instanceof HTMLTextAreaElement
      || document.querySelector("dialog[open]") !== null;
    if (typing || this.help.open) return;
    if (event.key === "Escape" && this.grid.isDrawing) {
      this.grid.cancelGestures();
      event.preventDefault();
      return;
    }
    const binding = bindingFor(event, bindingsOf(this.profile));
    if (!binding) return;
    if (this.volume && event.key === "Escape") {
      this.volume.reset();
      event.preventDefault();
      return;
    }
    event.preventDefault();
    binding.run(this.commands);
  }
}

export function viewerPage(context: Context, scope: Scope, studyUID: string, query: URLSearchParams): HTMLElement {
  document.title = `${t("Study")} · Martlet`;
  return new ViewerPage(context, scope, studyUID, query).element;
}

export function makeRenderer(): Renderer {
  return new Renderer();
}

/** The viewer as a part of another page. */
export function viewerPane(
  context: Context, scope: Scope, studyUID: string, host: ViewerHost,
): { element: HTMLElement; viewer: Viewer } {
  return new ViewerPage(context, scope, studyUID, new URLSearchParams(), host);
}
