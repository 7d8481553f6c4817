// SPDX-License-Identifier: Apache-2.0

/** Answers that were asked for before the code that reads them was there, by their address. */
type EarlyAnswers = Map<string, Promise<Response>>;

const place = globalThis as typeof globalThis & { martletEarly?: EarlyAnswers };

export function beginEarly(address: string, accept: string): void {
  place.martletEarly ??= new Map();
  const init: RequestInit & { priority: string } = {
    headers: { Accept: accept }, credentials: "same-origin", priority: "high",
  };
  const answer = fetch(address, init);
  // Whoever takes it hears of the failure.
  answer.catch(() => undefined);
  place.martletEarly.set(address, answer);
}

/** The answer, for the first who asks. */
export function takeEarly(address: string): Promise<Response> | null {
  const answer = place.martletEarly?.get(address);
  place.martletEarly?.delete(address);
  return answer ?? null;
}

/** They were for somebody else. */
export function forgetEarly(): void {
  place.martletEarly?.clear();
}
