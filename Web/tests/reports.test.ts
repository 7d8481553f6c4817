// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../src/api/problem";
import { Autosave, sameContent } from "../src/reports/autosave";
import { deskActions, DeskState } from "../src/reports/desk-actions";
import { differences, reportDifferences } from "../src/reports/differences";
import { linesWith } from "../src/reports/hit-marks";
import { steps } from "../src/reports/history-dialog";
import { isOtherPatient } from "../src/reports/identity";
import { LocalCopies } from "../src/reports/local-copy";
import { numericItems } from "../src/reports/measured";
import { nextExam, readingFilter, Visited } from "../src/reports/reading-filter";
import { ReportContent, ReportDraft, ReportStatus, ReportTemplate, ReportVersion } from "../src/reports/types";
import { begun, retold } from "../src/reports/words";

function content(findings: string): ReportContent {
  return {
    template: "standard", language: "en", fields: [], keyImages: [],
    sections: [{ key: "findings", title: "Findings", text: findings }],
  };
}

function version(number: number, status: ReportStatus, author = "me", text = `v${number}`): ReportVersion {
  return {
    exam: 1, number, status, content: content(text), at: number, author, reason: "", sopInstanceUID: "", hash: "",
  };
}

class Memory implements Storage {
  [name: string]: unknown;
  get length(): number {
    return Object.keys(this).length;
  }
  getItem(name: string): string | null {
    return typeof this[name] === "string" ? this[name] as string : null;
  }
  setItem(name: string, value: string): void {
    this[name] = value;
  }
  removeItem(name: string): void {
    delete this[name];
  }
  key(index: number): string | null {
    return Object.keys(this)[index] ?? null;
  }
  clear(): void {
    Object.keys(this).forEach((name) => delete this[name]);
  }
}

/** A server that keeps versions, fails when told so, and may lose its answer. */
class Server {
  versions_: ReportVersion[] = [];
  failure: ApiError | null = null;
  losesAnswer = false;

  write(_: number, command: string, given: ReportContent | null, basedOn: number): Promise<ReportVersion> {
    if (this.failure) return Promise.reject(this.failure);
    if (basedOn !== this.versions_.length) return Promise.reject(new ApiError(409, "Conflict", ""));
    const status = command === "save" ? "draft" : "preliminary";
    const kept = { ...version(basedOn + 1, status), content: given ?? content("") };
    this.versions_.push(kept);
    return this.losesAnswer ? Promise.reject(new ApiError(0, "No connection", "")) : Promise.resolve(kept);
  }

  versions(): Promise<ReportVersion[]> {
    return Promise.resolve(this.versions_);
  }

  draft: Omit<ReportDraft, "savedAt"> | null = null;

  keepDraft(_: number, draft: Omit<ReportDraft, "savedAt">): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    this.draft = draft;
    return Promise.resolve();
  }

  discardDraft(): Promise<void> {
    this.draft = null;
    return Promise.resolve();
  }
}

const times = { restMs: 100_000, longestMs: 100_000, retryMs: 100_000, longestRetryMs: 100_000 };

function autosave(server: Server): { saving: Autosave; copies: LocalCopies } {
  const copies = new LocalCopies("me", new Memory());
  return { saving: new Autosave(1, server, copies, "me", () => undefined, times), copies };
}

test("what is typed is kept here until the server has it", async () => {
  const server = new Server();
  const { saving, copies } = autosave(server);
  saving.changed(content("A nodule"), "report");
  assert.equal(saving.state.peek(), "unsaved");
  assert.equal(copies.find(1)?.content.sections[0].text, "A nodule");
  await saving.flush();
  assert.equal(saving.state.peek(), "saved");
  assert.equal(copies.find(1), null);
  assert.equal(server.versions_.length, 1);
  saving.stop();
});

test("a server that is away loses nothing", async () => {
  const server = new Server();
  const { saving, copies } = autosave(server);
  server.failure = new ApiError(0, "No connection", "");
  saving.changed(content("A nodule"), "report");
  await saving.flush();
  assert.equal(saving.state.peek(), "offline");
  saving.changed(content("A nodule of 5 mm"), "report");
  server.failure = null;
  await saving.flush();
  assert.equal(saving.state.peek(), "saved");
  assert.equal(server.versions_[0].content.sections[0].text, "A nodule of 5 mm");
  assert.equal(copies.find(1), null);
  saving.stop();
});

test("an answer that got lost is no conflict, somebody else's version is one", async () => {
  const server = new Server();
  const { saving, copies } = autosave(server);
  server.losesAnswer = true;
  saving.changed(content("A nodule"), "report");
  await saving.flush();
  assert.equal(saving.state.peek(), "offline");
  server.losesAnswer = false;
  await saving.flush();
  assert.equal(saving.state.peek(), "saved");
  assert.equal(server.versions_.length, 1);
  server.versions_.push(version(2, "draft", "somebody"));
  saving.changed(content("Two nodules"), "report");
  await saving.flush();
  assert.equal(saving.state.peek(), "conflict");
  assert.equal(copies.find(1)?.content.sections[0].text, "Two nodules");
  await saving.overwrite(server.versions_[1]);
  assert.equal(saving.state.peek(), "saved");
  assert.equal(server.versions_[2].content.sections[0].text, "Two nodules");
  saving.stop();
});

test("an addendum is its author's draft until it is validated", async () => {
  const server = new Server();
  const { saving, copies } = autosave(server);
  saving.last = version(3, "validated");
  server.failure = new ApiError(0, "No connection", "");
  saving.changed(content("More"), "addendum");
  assert.equal(saving.state.peek(), "local");
  await saving.flush();
  assert.equal(saving.state.peek(), "offline");
  assert.equal(copies.find(1)?.mode, "addendum");
  server.failure = null;
  await saving.flush();
  assert.equal(saving.state.peek(), "draft");
  assert.equal(server.draft?.content.sections[0].text, "More");
  assert.equal(server.draft?.basedOn, 3);
  assert.equal(server.versions_.length, 0);
  saving.forget();
  assert.equal(server.draft, null);
  assert.equal(copies.find(1), null);
  saving.stop();
});

test("differences are words that came and words that went", () => {
  assert.deepEqual(differences("A nodule of 5 mm.", "A large nodule of 6 mm."), [
    { kind: "same", text: "A" }, { kind: "added", text: " large" }, { kind: "same", text: " nodule of" },
    { kind: "removed", text: " 5" }, { kind: "added", text: " 6" }, { kind: "same", text: " mm." },
  ]);
  for (const [older, newer] of [["", "new"], ["old", ""], ["a b c d", "d c b a"], ["x\n\ny", "x\ny z"]]) {
    const pieces = differences(older, newer);
    assert.equal(pieces.filter((one) => one.kind !== "added").map((one) => one.text).join(""), older);
    assert.equal(pieces.filter((one) => one.kind !== "removed").map((one) => one.text).join(""), newer);
  }
  const older = { ...content("x"), sections: [{ key: "old", title: "Old", text: "y" }] };
  const gone = reportDifferences(older, content("x"));
  assert.deepEqual(gone.map((one) => [one.title, one.pieces[0].kind]), [["Findings", "added"], ["Old", "removed"]]);
});

test("drafts that one person kept are one step of the history", () => {
  const all = [
    version(1, "draft"), version(2, "draft"), version(3, "draft", "typist"), version(4, "preliminary", "typist"),
    version(5, "validated"),
  ];
  assert.deepEqual(steps(all).map((one) => one.number), [2, 3, 4, 5]);
});

test("another template keeps every text", () => {
  const template: ReportTemplate = {
    name: "chest", title: "Chest", language: "en", modality: "CT", fields: [], needsSecondReader: false,
    sections: [
      { key: "indication", title: "Indication", text: "", isRequired: false },
      { key: "lungs", title: "Lungs", text: "Clear.", isRequired: true },
    ],
  };
  const fresh = begun(template, "fr", "Cough?");
  assert.deepEqual(fresh.sections.map((one) => one.text), ["Cough?", "Clear."]);
  const told = retold(content("A nodule"), template, null, "Cough?");
  assert.deepEqual(told.sections.map((one) => [one.key, one.text]), [
    ["indication", "Cough?"], ["lungs", "Clear."], ["findings", "A nodule"],
  ]);
  const back = retold(begun(template, "en", "Cough?"), {
    ...template, name: "own", sections: [{ key: "impression", title: "", text: "", isRequired: true }],
  }, template, "Cough?");
  assert.deepEqual(back.sections.map((one) => one.key), ["impression"]);
  assert.equal(told.template, "chest");
  assert.ok(!sameContent(told, content("A nodule")));
});

test("buttons follow who one is and what the report is", () => {
  const state: DeskState = {
    status: "draft", mode: "report", isHeld: true, role: "radiologist", user: "me", last: version(1, "draft"),
    needsSecondReader: false, examStatus: "dictated",
  };
  const names = (more: Partial<DeskState>): string[] => deskActions({ ...state, ...more }).map((one) => one.name);
  assert.deepEqual(names({}), ["validate", "sign", "submit"]);
  assert.deepEqual(names({ needsSecondReader: true }), ["sign", "submit"]);
  assert.deepEqual(names({ role: "secretary" }), ["submit"]);
  assert.deepEqual(names({ isHeld: false }), []);
  assert.deepEqual(names({ status: "validated" }), ["startAddendum", "startCorrection"]);
  assert.deepEqual(names({ status: "validated", role: "secretary" }), []);
  assert.deepEqual(names({ status: "validated", mode: "addendum" }), ["addAddendum", "giveUp"]);
  const own = deskActions({ ...state, status: "signed", needsSecondReader: true, last: version(2, "signed") });
  assert.ok(own[0].reason);
  const other = deskActions({ ...state, status: "signed", needsSecondReader: true, last: version(2, "signed", "she") });
  assert.equal(other[0].reason, undefined);
});

test("lines with the words come first", () => {
  assert.deepEqual(linesWith("Heart normal.\nNódulo izquierdo.\n", ["nódulo"], 2), ["Nódulo izquierdo."]);
  assert.deepEqual(linesWith("One.\nTwo.\nThree.", ["absent"], 2), ["One.", "Two."]);
});

test("images of another patient are recognised", () => {
  const patient = { identifiers: [{ value: "P1", issuer: "" }], name: "Müller^Example", birthDate: "19700101" };
  const study = { patientID: "P1", patientName: "MULLER^EXAMPLE^", birthDate: "19700101" };
  assert.equal(isOtherPatient(study, patient), false);
  assert.equal(isOtherPatient({ ...study, patientID: "P2" }, patient), true);
  assert.equal(isOtherPatient({ ...study, patientName: "Berg^Example" }, patient), true);
  assert.equal(isOtherPatient({ ...study, birthDate: "19700102" }, patient), true);
});

test("numbers of a report are taken with name, side and unit, those on images are not", () => {
  const code = (value: string, meaning: string): object => ({ "00080100": { vr: "SH", Value: [value] }, "00080104": {
    vr: "LO", Value: [meaning] } });
  const num = (name: string, value: number, unit: string, children: object[] = []): object => ({
    "0040A040": { vr: "CS", Value: ["NUM"] }, "0040A043": { vr: "SQ", Value: [code("1", name)] },
    "0040A300": { vr: "SQ", Value: [{ "0040A30A": { vr: "DS", Value: [value] }, "004008EA": {
      vr: "SQ", Value: [code(unit, unit)] } }] },
    "0040A730": { vr: "SQ", Value: children },
  });
  const side = {
    "0040A040": { vr: "CS", Value: ["CODE"] }, "0040A043": { vr: "SQ", Value: [code("272741003", "Laterality")] },
    "0040A168": { vr: "SQ", Value: [code("7771000", "Left")] },
  };
  const place = { "0040A040": { vr: "CS", Value: ["SCOORD"] } };
  const document = { "0040A730": { vr: "SQ", Value: [{
    "0040A040": { vr: "CS", Value: ["CONTAINER"] }, "0040A730": {
      vr: "SQ", Value: [side, num("Length", 12.3456, "mm"), num("Area", 3, "mm2", [place]), num("Ratio", 0.5, "1")] },
  }] } };
  assert.deepEqual(numericItems(document as never), ["Length (Left): 12.346 mm", "Ratio (Left): 0.5"]);
  assert.deepEqual(numericItems(null), []);
});

test("the next exam is the first that nobody else works on and that was not left behind", async () => {
  const exams = [[1, ""], [2, ""], [3, "she"], [4, "me"]].map(([id, by]) => ({
    exam: { exam: { id, claim: by ? { by, at: 0 } : null } }, commands: [],
  }));
  const client = { exams: () => Promise.resolve({ total: 4, exams: exams as never }) };
  const filter = readingFilter(new URLSearchParams("list=sign&who=mine&urgent=true"), "me");
  assert.deepEqual([filter.statuses, filter.claimedBy, filter.urgent], [["toSign"], "me", true]);
  assert.equal(await nextExam(client, filter, new Set([1]), "me"), 2);
  assert.equal(await nextExam(client, filter, new Set([1, 2]), "me"), 4);
  assert.equal(await nextExam(client, filter, new Set([1, 2, 4]), "me"), null);
  const visited = new Visited(new Memory());
  visited.add(1);
  visited.add(2);
  assert.deepEqual([...visited.all], [1, 2]);
  visited.clear();
  assert.equal(visited.all.size, 0);
});
