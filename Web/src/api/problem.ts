// SPDX-License-Identifier: Apache-2.0

import { t } from "../i18n/i18n";

/** What the server said went wrong (RFC 9457), or that it could not be reached (status 0). */
export class ApiError extends Error {
  constructor(readonly status: number, readonly title: string, readonly detail: string) {
    super(detail || title);
    this.name = "ApiError";
  }

  get isSignedOut(): boolean {
    return this.status === 401;
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

export function unreachable(): ApiError {
  return new ApiError(
    0, "No connection to the server", "The server does not answer. Check the network, then try again.",
  );
}

const plainTitles: Record<number, string> = {
  400: "The server did not understand the request",
  401: "You are signed out",
  403: "You are not allowed to do this",
  404: "Not found",
  406: "The server cannot give this form of the data",
  413: "Too large",
  429: "Too many requests",
  500: "The server failed",
  501: "The server cannot do this yet",
  503: "The server is busy or starting",
};

export function titleFor(status: number): string {
  return t(plainTitles[status] ?? "The server answered {status}", { status });
}

/** The error that a response stands for; its problem document is used where there is one. */
export async function errorFrom(response: Response): Promise<ApiError> {
  let title = titleFor(response.status);
  let detail = "";
  if ((response.headers.get("Content-Type") ?? "").includes("json")) {
    try {
      const body = (await response.json()) as { title?: unknown; detail?: unknown };
      if (typeof body.title === "string" && body.title) title = body.title;
      if (typeof body.detail === "string") detail = body.detail;
    } catch {
      detail = "";
    }
  }
  return new ApiError(response.status, title, detail);
}

/** One sentence for a person. */
export function describe(error: unknown): string {
  if (error instanceof ApiError) return error.detail ? `${error.title}: ${error.detail}` : error.title;
  return error instanceof Error ? error.message : String(error);
}
