// SPDX-License-Identifier: Apache-2.0

import { Scope } from "../signals/scope";

/** What happened in the department: keys and states only. */
export interface DepartmentNews {
  kind: string;
  order: number;
  exam: number;
}

const RETRY_MS = 5_000;

/** Follows the department while the scope lasts. `caughtUp` is called after a break: news may have been missed. */
export function departmentEvents(scope: Scope, heard: (news: DepartmentNews) => void, caughtUp: () => void): void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isBroken = false;
  const open = (): void => {
    source = new EventSource("/api/v1/department-events/stream");
    source.addEventListener("open", () => {
      if (isBroken) caughtUp();
      isBroken = false;
    });
    source.addEventListener("department", (event) => {
      try {
        heard(JSON.parse((event as MessageEvent<string>).data) as DepartmentNews);
      } catch {
        caughtUp();
      }
    });
    source.addEventListener("error", () => {
      isBroken = true;
      source?.close();
      clearTimeout(timer);
      timer = setTimeout(open, RETRY_MS);
    });
  };
  open();
  scope.own(() => {
    clearTimeout(timer);
    source?.close();
  });
}
