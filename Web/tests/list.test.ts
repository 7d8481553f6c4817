// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { Archive } from "../src/api/archive";
import { StudyPage } from "../src/api/types";
import {
  addressParameters, dateRange, defaultQuery, isFiltered, ListQuery, queryFromAddress, requestParameters, sortedBy,
} from "../src/list/query";
import { StudyPages } from "../src/list/study-pages";
import { anchorShift, pagesOf, ROW_HEIGHT, scrollToShow, visibleRows } from "../src/list/virtual";
import { study } from "./samples";

const today = new Date(2026, 2, 1);

test("periods are whole days with both ends", () => {
  const range = (period: ListQuery["period"]): string[] => Object.values(dateRange({ ...defaultQuery, period }, today));
  assert.deepEqual(range("today"), ["20260301", "20260301"]);
  assert.deepEqual(range("yesterday"), ["20260228", "20260228"]);
  assert.deepEqual(range("7"), ["20260223", "20260301"]);
  assert.deepEqual(range("30"), ["20260131", "20260301"]);
  assert.deepEqual(range("any"), ["", ""]);
});

test("a query becomes the parameters of the server", () => {
  const query: ListQuery = { ...defaultQuery, search: " müller ct ", modalities: ["CT", "MR"], period: "today" };
  const text = requestParameters(query, 100, 50, today).toString();
  const expected = "search=m%C3%BCller+ct&modality=CT&modality=MR&from=20260301&to=20260301&sort=date&order=desc";
  assert.equal(text, `${expected}&offset=100&limit=50`);
});

test("a query survives the address", () => {
  const query: ListQuery = {
    search: "a&b", modalities: ["US"], period: "range", from: "20260101", to: "", sort: "patientName", ascending: true,
    others: true,
  };
  assert.deepEqual(queryFromAddress(new URLSearchParams(addressParameters(query).toString())), query);
  assert.equal(addressParameters(defaultQuery).toString(), "");
});

test("an address that was tampered with gives a sound query", () => {
  const query = queryFromAddress(new URLSearchParams("period=never&sort=password&from=x&modality=%3Cb%3E&modality=CT"));
  assert.deepEqual(query, { ...defaultQuery, modalities: ["CT"] });
});

test("a second click on a column turns its order", () => {
  const byName = sortedBy(defaultQuery, "patientName");
  assert.deepEqual([byName.sort, byName.ascending], ["patientName", true]);
  assert.equal(sortedBy(byName, "patientName").ascending, false);
  assert.equal(sortedBy(byName, "date").ascending, false);
  assert.ok(!isFiltered(byName) && isFiltered({ ...defaultQuery, search: "x" }));
});

test("only rows in the window exist, with a margin", () => {
  assert.deepEqual(visibleRows(0, 10 * ROW_HEIGHT, 100_000), { first: 0, end: 16 });
  assert.deepEqual(visibleRows(50_000 * ROW_HEIGHT, 10 * ROW_HEIGHT, 100_000, 0), { first: 50_000, end: 50_010 });
  assert.deepEqual(visibleRows(0, 500, 3), { first: 0, end: 3 });
  assert.deepEqual(visibleRows(9_999, 500, 0), { first: 0, end: 0 });
  assert.deepEqual(pagesOf({ first: 45, end: 101 }, 50), [0, 1, 2]);
  assert.deepEqual(pagesOf({ first: 5, end: 5 }, 50), []);
});

test("the selected row is scrolled into view by the shortest way", () => {
  assert.equal(scrollToShow(3, 0, 10 * ROW_HEIGHT), 0);
  assert.equal(scrollToShow(10, 0, 10 * ROW_HEIGHT), ROW_HEIGHT);
  assert.equal(scrollToShow(2, 5 * ROW_HEIGHT, 10 * ROW_HEIGHT), 2 * ROW_HEIGHT);
});

test("rows that came in above are counted by an anchor that is still there", () => {
  const rows = new Map([["b", 13], ["c", 14]]);
  const anchors = [{ studyUID: "a", row: 10 }, { studyUID: "b", row: 11 }, { studyUID: "c", row: 12 }];
  assert.equal(anchorShift(anchors, (uid) => rows.get(uid)), 2);
  assert.equal(anchorShift(anchors, () => undefined), 0);
});

/** Answers list requests one after the other, when told to. */
class HeldList {
  readonly asked: { parameters: URLSearchParams; signal?: AbortSignal; answer(page: StudyPage): Promise<void> }[] = [];

  studies(parameters: URLSearchParams, signal?: AbortSignal): Promise<StudyPage> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      const answer = async (page: StudyPage): Promise<void> => {
        resolve(page);
        await new Promise((done) => setTimeout(done, 1));
      };
      this.asked.push({ parameters, signal, answer });
    });
  }
}

function pageOf(from: number, total: number): StudyPage {
  const studies = Array.from({ length: Math.min(50, total - from) }, (_, i) => study({ studyUID: String(from + i) }));
  return { total, isMore: false, studies };
}

test("a newer query cancels the older one, and only its rows are shown", async () => {
  const list = new HeldList();
  const seen: boolean[] = [];
  const pages = new StudyPages(
    list as unknown as Archive, { changed: (fresh) => seen.push(fresh), failed: () => undefined },
  );
  void pages.open({ ...defaultQuery, search: "a" });
  void pages.open({ ...defaultQuery, search: "ab" });
  assert.equal(list.asked[0].signal?.aborted, true);
  await list.asked[1].answer(pageOf(0, 120));
  assert.deepEqual([seen, pages.total, pages.row(49)?.studyUID, pages.row(50)], [[true], 120, "49", undefined]);
  pages.need([1]);
  assert.equal(list.asked[2].parameters.get("offset"), "50");
  pages.need([2]);
  assert.equal(list.asked[2].signal?.aborted, true);
  await list.asked[3].answer(pageOf(100, 120));
  assert.equal(pages.rowOf("119"), 119);
});

test("a refresh replaces all rows at once", async () => {
  const list = new HeldList();
  const pages = new StudyPages(list as unknown as Archive, { changed: () => undefined, failed: () => undefined });
  void pages.open(defaultQuery);
  await list.asked[0].answer(pageOf(0, 120));
  const steps: string[] = [];
  void pages.refresh([0, 1], () => {
    steps.push(`before ${pages.total}`);
    return () => steps.push(`after ${pages.total}`);
  });
  await list.asked[1].answer(pageOf(0, 121));
  assert.deepEqual(steps, []);
  await list.asked[2].answer(pageOf(50, 121));
  assert.deepEqual(steps, ["before 120", "after 121"]);
});
