// SPDX-License-Identifier: Apache-2.0

import { Signal } from "../signals/signal";
import { sessionAddress } from "./addresses";
import { forgetEarly } from "./early";
import { Http } from "./http";
import { ApiError } from "./problem";
import { SessionInfo } from "./types";

export interface SetupForm {
  token: string;
  name: string;
  displayName: string;
  password: string;
}

/** Nothing that a page shows differs. */
function isSame(one: SessionInfo, other: SessionInfo): boolean {
  return one.name === other.name && one.role === other.role && one.displayName === other.displayName
    && one.mustChangePassword === other.mustChangePassword;
}

/** Who is signed in. `null`: nobody. */
export class Session {
  readonly user = new Signal<SessionInfo | null>(null);
  /** When the session ends in any case, and how long it may lie idle; null where the server does not say. */
  ends: { at: number; idle: number; askedAt: number } | null = null;

  /** A one-time password that was just typed: whoever replaces it need not type it again. */
  private typed: string | null = null;

  constructor(private readonly http: Http) {
    http.onSignedOut = () => this.forget();
  }

  /** Asks the server who we are; nobody is no error. */
  async refresh(): Promise<void> {
    try {
      const response = await this.http.request("GET", sessionAddress);
      const info = (await response.json()) as SessionInfo;
      this.http.csrfToken = info.csrfToken;
      const { idleSeconds: idle, remainingSeconds: remaining } = info;
      this.ends = idle && remaining
        ? { at: Date.now() + remaining * 1000, idle: idle * 1000, askedAt: Date.now() } : null;
      // Whoever is the same stays so: a page that is open would begin anew.
      const known = this.user.peek();
      if (!known || !isSame(known, info)) this.user.set(info);
    } catch (error) {
      if (error instanceof ApiError && error.isSignedOut) this.forget();
      else throw error;
    }
  }

  async signIn(name: string, password: string): Promise<void> {
    await this.http.request("POST", sessionAddress, { body: { name, password } });
    this.typed = password;
    await this.refresh();
    if (!this.user.peek()?.mustChangePassword) this.typed = null;
  }

  /** The one-time password where it is known here. */
  get oneTimePassword(): string | null {
    return this.typed;
  }

  async changePassword(current: string, wanted: string): Promise<void> {
    await this.http.authorised("PUT", `${sessionAddress}/password`, { body: { current, new: wanted } });
    this.typed = null;
    await this.refresh();
  }

  async signOut(): Promise<void> {
    await this.http.request("DELETE", sessionAddress);
    this.forget();
  }

  async setup(form: SetupForm): Promise<void> {
    await this.http.request("POST", "/api/v1/setup", { body: form });
    await this.refresh();
  }

  async needsSetup(): Promise<boolean> {
    const response = await this.http.request("GET", "/api/v1/setup");
    return ((await response.json()) as { needed: boolean }).needed;
  }

  private forget(): void {
    forgetEarly();
    this.http.csrfToken = "";
    this.ends = null;
    this.typed = null;
    this.user.set(null);
  }
}
