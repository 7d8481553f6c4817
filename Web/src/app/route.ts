// SPDX-License-Identifier: Apache-2.0

/** Where the user is: the part of the address behind `#`. */
export type Route =
  | { page: "list"; query: URLSearchParams }
  | { page: "study"; studyUID: string; query: URLSearchParams }
  | { page: "view"; studyUID: string; query: URLSearchParams }
  | { page: "worklist"; query: URLSearchParams }
  | { page: "order"; order: number }
  | { page: "new-order"; patient: number }
  | { page: "agenda"; query: URLSearchParams }
  | { page: "patients"; query: URLSearchParams }
  | { page: "patient"; patient: number }
  | { page: "resolve"; tab: string }
  | { page: "reading-list"; query: URLSearchParams }
  | { page: "reading"; exam: number; query: URLSearchParams; hasImages: boolean }
  | { page: "critical" }
  | { page: "report-search"; query: URLSearchParams }
  | { page: "validated-report"; exam: number }
  | { page: "statistics"; query: URLSearchParams }
  | { page: "administration"; tab: string; query: URLSearchParams }
  | { page: "signin"; next: string }
  | { page: "setup"; token: string }
  | { page: "unknown"; path: string };

export function parseRoute(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#/, "").split("?", 2);
  const query = new URLSearchParams(search);
  const parts = path.split("/").filter(Boolean);
  if (parts.length === 0) return { page: "list", query };
  if ((parts[0] === "study" || parts[0] === "view") && parts.length === 2) {
    return { page: parts[0], studyUID: decodePart(parts[1]), query };
  }
  if (parts[0] === "worklist" && parts.length === 1) return { page: "worklist", query };
  if (parts[0] === "order" && parts.length === 2) {
    if (parts[1] === "new") return { page: "new-order", patient: Number(query.get("patient") ?? 0) };
    if (/^\d{1,15}$/.test(parts[1])) return { page: "order", order: Number(parts[1]) };
  }
  if (parts.length <= 2) {
    const tab = parts[1] ?? "";
    if (parts[0] === "resolve") return { page: "resolve", tab };
    if (parts[0] === "administration") return { page: "administration", tab, query };
    if (parts[0] === "patient" && /^\d{1,15}$/.test(tab)) return { page: "patient", patient: Number(tab) };
  }
  if (parts.length === 1) {
    if (parts[0] === "agenda" || parts[0] === "patients" || parts[0] === "statistics") {
      return { page: parts[0], query };
    }
  }
  if (parts[0] === "reading" && parts.length === 1) return { page: "reading-list", query };
  if (parts[0] === "critical" && parts.length === 1) return { page: "critical" };
  if (parts[0] === "reports" && parts.length === 1) return { page: "report-search", query };
  if (parts.length === 2 && /^\d{1,15}$/.test(parts[1])) {
    const exam = Number(parts[1]);
    if (parts[0] === "read") return { page: "reading", exam, query, hasImages: true };
    if (parts[0] === "report") return { page: "reading", exam, query, hasImages: false };
    if (parts[0] === "validated") return { page: "validated-report", exam };
  }
  if (parts[0] === "signin") return { page: "signin", next: query.get("next") ?? "" };
  if (parts[0] === "setup") return { page: "setup", token: query.get("token") ?? "" };
  return { page: "unknown", path };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
