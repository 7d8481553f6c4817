// SPDX-License-Identifier: Apache-2.0

import { Http } from "../api/http";
import { ApiError, isAbort } from "../api/problem";
import { dialog, goBack } from "../components/dialog";
import { h, setText } from "../components/dom";
import { plural, t } from "../i18n/i18n";

/** A line of the server's answer; the last one is not `running`. */
interface Intake {
  readonly state: "running" | "done" | "failed";
  readonly reason?: string;
  readonly total: number;
  readonly files: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly refused: number;
  readonly ignored: number;
  readonly failed: number;
  readonly troubles?: readonly { readonly file: string; readonly reason: string }[];
  readonly missing?: readonly string[];
}

const MOST_LISTED = 100;

/** Opens the dialog in which a medium in a ZIP file is taken into the archive. */
export function importButton(http: Http): HTMLElement {
  const title = t("Take a disc in a ZIP file into the archive");
  const button = h("button", { class: "ghost import", text: t("Import…"), title, attrs: { type: "button" } });
  button.addEventListener("click", () => void importMedium(http));
  return button;
}

async function importMedium(http: Http): Promise<void> {
  const file = h("input", { attrs: {
    type: "file", accept: ".zip,application/zip", required: true, "aria-label": t("ZIP file of the disc"),
  } });
  const bar = h("progress", { hidden: true, attrs: { "aria-label": t("Files taken in") } });
  const text = h("p", { class: "faint", attrs: { role: "status", "aria-live": "polite" } });
  const leaving = new AbortController();
  const run = async (): Promise<Intake> => {
    const [chosen] = Array.from(file.files ?? []);
    if (!chosen) throw new Error(t("Choose a ZIP file first."));
    bar.hidden = false;
    setText(text, t("The file is on its way to the server…"));
    try {
      return await upload(http, chosen, leaving.signal, (line) => {
        bar.max = Math.max(line.total, 1);
        bar.value = line.files;
        setText(text, t("{n} of {total} files", { n: line.files, total: line.total }));
      });
    } finally {
      bar.hidden = true;
      bar.removeAttribute("value");
      setText(text, "");
    }
  };
  const body = h("div", { class: "fetching field" }, h("p", { class: "faint", text: t(
    "All images and documents in the file are stored under the patient that they name.",
  ) }), file, bar, text);
  const options = {
    title: t("Take a disc into the archive"), class: "import-dialog",
    buttons: [goBack(), { text: t("Take in"), kind: "primary" as const, run }],
  };
  try {
    const done = await dialog<Intake>(options, body);
    if (done) await tell(done);
  } finally {
    // Who leaves ends it; what came in by then stays.
    leaving.abort();
  }
}

/** Sends the file and reads the lines of the answer. */
async function upload(
  http: Http, file: File, signal: AbortSignal, progress: (line: Intake) => void,
): Promise<Intake> {
  const response = await http.authorised("POST", "/api/v1/media", {
    content: { bytes: file, type: "application/zip" }, accept: "application/x-ndjson", signal,
  });
  const cut = (): ApiError => new ApiError(response.status, t("The answer of the server was cut short"), "");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let last: Intake | null = null;
  try {
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
      const lines = (rest + piece.value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        last = JSON.parse(line) as Intake;
        progress(last);
      }
    }
  } catch (error) {
    throw isAbort(error) ? error : cut();
  }
  if (!last || last.state === "running") throw cut();
  return last;
}

/** What became of the files. */
async function tell(done: Intake): Promise<void> {
  const counts: [number, string][] = [
    [done.stored + done.conflicts, t("stored")], [done.duplicates, t("were here already")],
    [done.ignored, t("are no DICOM objects")], [done.refused + done.failed, t("could not be stored")],
  ];
  const faults = [
    ...(done.troubles ?? []).map((each) => `${each.file}: ${each.reason}`),
    ...(done.missing ?? []).map((each) => t("{file}: the disc lists it, and it is not there", { file: each })),
  ];
  const failed = done.state === "failed"
    ? h("p", { class: "form-error", text: `${t("It ended before all was taken in.")}\n${done.reason ?? ""}` }) : null;
  await dialog(
    { title: plural(done.files, "{n} file was read|{n} files were read"), class: "import-dialog",
      buttons: [{ text: t("Close"), kind: "primary", run: () => true }] },
    failed,
    h("ul", { class: "lines" }, ...counts.filter(([count]) => count > 0).map(
      ([count, what]) => h("li", { text: `${count.toLocaleString()} ${what}` }))),
    faults.length > 0
      ? h("pre", { class: "import-faults", text: faults.slice(0, MOST_LISTED).join("\n") }) : null,
  );
}
