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

/** Who is signed in. `null`: nobody. */
export class Session {
  readonly user = new Signal<SessionInfo | null>(null);
  /** When the session ends in any case, and how long it may lie idle; null where the server does not say. */
  ends: { at: number; idle: number; askedAt: number } | null = null;

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
      if (known?.name !== info.name || known.role !== info.role || known.displayName !== info.displayName) {
        this.user.set(info);
      }
    } catch (error) {
      if (error instanceof ApiError && error.isSignedOut) this.forget();
      else throw error;
    }
  }

  async signIn(name: string, password: string): Promise<void> {
    await this.http.request("POST", sessionAddress, { body: { name, password } });
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
    this.user.set(null);
  }
}
