// SPDX-License-Identifier: Apache-2.0

import { t } from "../i18n/i18n";

/** What the server said went wrong (RFC 9457), or that it could not be reached (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number, readonly title: string, readonly detail: string,
    /** The kind of error in one word that the server never changes. */
    readonly code = "",
  ) {
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

/** What the codes of the server mean, for people of any language. */
export const codeTexts: readonly { code: string; title: string }[] = [
  { code: "alreadySetUp", title: "This archive has its first administrator already" },
  { code: "badRequest", title: "The server did not understand the request" },
  { code: "blocked", title: "Questions of safety stand in the way" },
  { code: "busy", title: "The server is busy; try again in a moment" },
  { code: "changedMeanwhile", title: "Somebody else changed it meanwhile: read it again" },
  { code: "claimed", title: "Somebody else works on this exam" },
  { code: "closed", title: "It is closed at that time" },
  { code: "conflict", title: "Something else stands in the way" },
  { code: "contraindicated", title: "A contra-indication stands in the way" },
  { code: "damagedZip", title: "The ZIP file is damaged" },
  { code: "firstReaderMissing", title: "A first reader has to sign before a second one validates" },
  { code: "forbidden", title: "You are not allowed to do this" },
  { code: "gone", title: "It is not there any more" },
  { code: "internal", title: "The server failed" },
  { code: "invalid", title: "Something in what was entered is missing or wrong" },
  { code: "invalidName", title: "The name cannot be used" },
  { code: "lastAdministrator", title: "The last administrator has to stay: make another one first" },
  { code: "limitExceeded", title: "Too large" },
  { code: "linkNotValid", title: "The link is not valid, or no longer" },
  { code: "malformedHash", title: "The server failed" },
  { code: "merged", title: "This patient's record went into another" },
  { code: "nameTaken", title: "The name is taken" },
  { code: "notAZip", title: "This is no ZIP file, or it is not whole" },
  { code: "notAcceptable", title: "The server cannot give this form of the data" },
  { code: "notAllowed", title: "In its present state this cannot be done" },
  { code: "notFound", title: "Not found" },
  { code: "notImplemented", title: "The server cannot do this" },
  { code: "overbooking", title: "To book over others is a right that your role does not have." },
  { code: "passwordChangeNeeded", title: "Choose a password of your own first" },
  { code: "reasonMissing", title: "A reason is needed" },
  { code: "refusedZip", title: "The ZIP file is not taken as it is" },
  { code: "refused", title: "The server refused the request" },
  { code: "reportEmpty", title: "The report is empty" },
  { code: "samePassword", title: "The new password is the present one" },
  { code: "sameReader", title: "The second reader is somebody else than the first" },
  { code: "signedOut", title: "You are signed out" },
  { code: "storageFull", title: "The storage is full" },
  { code: "tooLarge", title: "Too large" },
  { code: "tooManyAttempts", title: "Too many attempts: wait a moment" },
  { code: "tooManyRequests", title: "Too many requests" },
  { code: "unanswered", title: "Questions of safety are not answered" },
  { code: "unavailable", title: "The server is busy or starting" },
  { code: "unknownAccount", title: "There is no such account" },
  { code: "unsupportedMediaType", title: "The server does not take this form of the data" },
  { code: "weakPassword", title: "The password is too weak" },
  { code: "wrongCurrentPassword", title: "The present password is another" },
  { code: "wrongPassword", title: "User name or password is wrong." },
];

/** The error that a response stands for; its problem document is used where there is one. */
export async function errorFrom(response: Response): Promise<ApiError> {
  let title = titleFor(response.status);
  let detail = "";
  let code = "";
  if ((response.headers.get("Content-Type") ?? "").includes("json")) {
    try {
      const body = (await response.json()) as { title?: unknown; detail?: unknown; code?: unknown };
      if (typeof body.code === "string") code = body.code;
      const known = codeTexts.find((each) => each.code === code);
      if (known) title = t(known.title);
      else if (typeof body.title === "string" && body.title) title = body.title;
      if (typeof body.detail === "string") detail = body.detail;
    } catch {
      detail = "";
    }
  }
  return new ApiError(response.status, title, detail, code);
}

/** For a person: what went wrong in their language, and below it what the server said of it. */
export function describe(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  return error.detail && error.detail !== error.title ? `${error.title}\n${error.detail}` : error.title;
}
