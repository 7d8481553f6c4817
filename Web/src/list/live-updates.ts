// SPDX-License-Identifier: Apache-2.0

import { Events } from "../api/events";
import { Scope } from "../signals/scope";

const COLLECT_MS = 120;
const LEAST_INTERVAL_MS = 900;

/** Turns a stream of events into calls of `refresh`: soon after the first, then at most about one a second. */
export function liveUpdates(events: Events, scope: Scope, refresh: () => void): void {
  let last = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const schedule = (): void => {
    if (timer !== undefined) return;
    const wait = Math.max(COLLECT_MS, last + LEAST_INTERVAL_MS - Date.now());
    timer = setTimeout(() => {
      timer = undefined;
      last = Date.now();
      refresh();
    }, wait);
  };
  scope.own(events.subscribe(schedule, schedule));
  scope.own(events.follow("department", schedule));
  scope.own(() => clearTimeout(timer));
}
