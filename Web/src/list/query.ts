// SPDX-License-Identifier: Apache-2.0

/** What the study list asks for. The same value is kept in the address, so that links and the back button work. */

export const sortKeys = [
  "date", "patientName", "patientID", "accession", "description", "modality", "received",
] as const;
export type SortKey = (typeof sortKeys)[number];

export const periods = ["any", "today", "yesterday", "7", "30", "range"] as const;
export type Period = (typeof periods)[number];

export interface ListQuery {
  readonly search: string;
  readonly modalities: readonly string[];
  readonly period: Period;
  /** `YYYYMMDD` or empty; meaningful for the period `range`. */
  readonly from: string;
  readonly to: string;
  readonly sort: SortKey;
  readonly ascending: boolean;
  /** Other archives are asked as well. */
  readonly others: boolean;
}

export const defaultQuery: ListQuery = {
  search: "", modalities: [], period: "any", from: "", to: "", sort: "date", ascending: false, others: false,
};

function dayText(day: Date): string {
  const month = String(day.getMonth() + 1).padStart(2, "0");
  return `${day.getFullYear()}${month}${String(day.getDate()).padStart(2, "0")}`;
}

function daysBefore(today: Date, days: number): string {
  return dayText(new Date(today.getFullYear(), today.getMonth(), today.getDate() - days));
}

/** The study dates that a period stands for, both ends included. */
export function dateRange(query: ListQuery, today: Date): { from: string; to: string } {
  switch (query.period) {
    case "any": return { from: "", to: "" };
    case "today": return { from: daysBefore(today, 0), to: daysBefore(today, 0) };
    case "yesterday": return { from: daysBefore(today, 1), to: daysBefore(today, 1) };
    case "7": return { from: daysBefore(today, 6), to: daysBefore(today, 0) };
    case "30": return { from: daysBefore(today, 29), to: daysBefore(today, 0) };
    case "range": return { from: query.from, to: query.to };
  }
}

/** The parameters of `GET /api/v1/studies`. */
export function requestParameters(query: ListQuery, offset: number, limit: number, today: Date): URLSearchParams {
  const parameters = new URLSearchParams();
  if (query.search.trim()) parameters.set("search", query.search.trim());
  for (const modality of query.modalities) parameters.append("modality", modality);
  const range = dateRange(query, today);
  if (range.from) parameters.set("from", range.from);
  if (range.to) parameters.set("to", range.to);
  parameters.set("sort", query.sort);
  parameters.set("order", query.ascending ? "asc" : "desc");
  parameters.set("offset", String(offset));
  parameters.set("limit", String(limit));
  return parameters;
}

/** What of the query differs from the default, for the address. */
export function addressParameters(query: ListQuery): URLSearchParams {
  const parameters = new URLSearchParams();
  if (query.search) parameters.set("search", query.search);
  for (const modality of query.modalities) parameters.append("modality", modality);
  if (query.period !== "any") parameters.set("period", query.period);
  if (query.period === "range") {
    if (query.from) parameters.set("from", query.from);
    if (query.to) parameters.set("to", query.to);
  }
  if (query.sort !== defaultQuery.sort || query.ascending !== defaultQuery.ascending) {
    parameters.set("sort", query.sort);
    parameters.set("order", query.ascending ? "asc" : "desc");
  }
  if (query.others) parameters.set("others", "1");
  return parameters;
}

function oneOf<T extends string>(values: readonly T[], text: string | null, otherwise: T): T {
  return values.find((value) => value === text) ?? otherwise;
}

function day(text: string | null): string {
  return text && /^\d{8}$/.test(text) ? text : "";
}

export function queryFromAddress(parameters: URLSearchParams): ListQuery {
  return {
    search: parameters.get("search") ?? "",
    modalities: parameters.getAll("modality").filter((modality) => /^[A-Z0-9_ ]{1,16}$/.test(modality)),
    period: oneOf(periods, parameters.get("period"), "any"),
    from: day(parameters.get("from")),
    to: day(parameters.get("to")),
    sort: oneOf(sortKeys, parameters.get("sort"), "date"),
    ascending: parameters.get("order") === "asc",
    others: parameters.get("others") === "1",
  };
}

export function isFiltered(query: ListQuery): boolean {
  return query.search.trim() !== "" || query.modalities.length > 0 || query.period !== "any";
}

/** A click on a column: the other way round, or that column in its natural order. */
export function sortedBy(query: ListQuery, key: SortKey): ListQuery {
  if (query.sort === key) return { ...query, ascending: !query.ascending };
  return { ...query, sort: key, ascending: key !== "date" && key !== "received" };
}
