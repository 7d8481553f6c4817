// SPDX-License-Identifier: Apache-2.0

/** Shared by all windows of this browser: who works in one is not idle in another. */
const STORED = "martlet.activity";
const NOTE_MS = 5_000;

let seen = Date.now();
let noted = 0;

/** When somebody last did something here. */
export function lastActivity(): number {
  return seen;
}

/** For so long nobody did anything; the server is told with every request, so that a page that asks by itself does not
 * keep a session open. */
export function idleSeconds(now = Date.now()): number {
  return Math.max(0, Math.floor((now - seen) / 1000));
}

/** Somebody is here; `isShared` tells the other windows. */
export function noteActivity(isShared = true): void {
  seen = Date.now();
  if (!isShared || seen - noted < NOTE_MS) return;
  noted = seen;
  localStorage.setItem(STORED, String(seen));
}

/** Looks from now on; what happens while `counts` says no is no sign of anybody. */
export function watchActivity(counts: () => boolean): void {
  for (const type of ["pointerdown", "keydown", "wheel", "touchstart"] as const) {
    window.addEventListener(type, () => counts() && noteActivity(), { capture: true, passive: true });
  }
  window.addEventListener("storage", (event) => {
    if (event.key === STORED) seen = Math.max(seen, Math.min(Number(event.newValue) || 0, Date.now()));
  });
}
