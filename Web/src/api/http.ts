// SPDX-License-Identifier: Apache-2.0

import { idleSeconds } from "./activity";
import { takeEarly } from "./early";
import { ApiError, errorFrom, isAbort, unreachable } from "./problem";

/** For how many seconds nobody has done anything. */
export const IDLE_HEADER = "X-Martlet-Idle";

type Method = "GET" | "POST" | "PUT" | "DELETE";

export interface RequestOptions {
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, with its media type. */
  content?: { bytes: BlobPart; type: string };
  accept?: string;
  signal?: AbortSignal;
  priority?: "high" | "low" | "auto";
  /** Goes on when the page is closed; for small requests. */
  keepalive?: boolean;
}

/** Requests to our own server: session cookie, CSRF header, problem documents. */
export class Http {
  csrfToken = "";
  /** Called when a request finds that the session has ended. */
  onSignedOut: () => void = () => undefined;

  async request(method: Method, path: string, options: RequestOptions = {}): Promise<Response> {
    const headers: Record<string, string> = {
      Accept: options.accept ?? "application/json", [IDLE_HEADER]: String(idleSeconds()),
    };
    if (method !== "GET" && this.csrfToken) headers["X-Martlet-CSRF"] = this.csrfToken;
    if (options.body !== undefined) headers["Content-Type"] = "application/json";
    if (options.content) headers["Content-Type"] = options.content.type;
    const plain = options.content ? new Blob([options.content.bytes]) : undefined;
    const init: RequestInit & { priority?: string } = {
      method,
      headers,
      body: options.body === undefined ? plain : JSON.stringify(options.body),
      signal: options.signal,
      credentials: "same-origin",
      priority: options.priority,
      keepalive: options.keepalive,
    };
    let response: Response;
    try {
      response = await ((method === "GET" && takeEarly(path)) || fetch(path, init));
    } catch (error) {
      throw isAbort(error) ? error : unreachable();
    }
    if (!response.ok) throw await errorFrom(response);
    return response;
  }

  /** As `request`; a session that has ended takes the user to the sign-in page. */
  async authorised(method: Method, path: string, options: RequestOptions = {}): Promise<Response> {
    try {
      return await this.request(method, path, options);
    } catch (error) {
      if (error instanceof ApiError && error.isSignedOut) this.onSignedOut();
      throw error;
    }
  }

  async json<T>(path: string, signal?: AbortSignal): Promise<T> {
    const response = await this.authorised("GET", path, { signal });
    try {
      return (await response.json()) as T;
    } catch (error) {
      if (isAbort(error)) throw error;
      throw new ApiError(response.status, "The answer of the server was cut short", "");
    }
  }
}
