// SPDX-License-Identifier: Apache-2.0

import { Archive } from "../api/archive";
import { Events } from "../api/events";
import { Http } from "../api/http";
import { Session } from "../api/session";
import { Renderers } from "./renderers";
import { Router } from "./router";

/** What every page is given. */
export interface Context {
  readonly http: Http;
  readonly session: Session;
  readonly archive: Archive;
  readonly events: Events;
  readonly router: Router;
  readonly renderers: Renderers;
  /** Address of the study list as it was left, to come back to it unchanged. */
  listAddress: string;
  /** The list that an exam was opened from; empty where it was opened by its address. */
  readFrom: string;
}
