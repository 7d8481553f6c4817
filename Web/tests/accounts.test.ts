// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { Account, accountState, matching } from "../src/administration/accounts";
import { idleSeconds, lastActivity, noteActivity } from "../src/api/activity";
import { Http } from "../src/api/http";
import { Session } from "../src/api/session";

function account(name: string, given: Partial<Account> = {}): Account {
  return {
    name, displayName: name, role: "clinician", disabled: false, createdAt: 0, oneTimeUntil: null, sessions: 0,
    tokens: 0, lastUsedAt: null, ...given,
  };
}

test("accounts are found by words of their names, whatever the case or the accents, by role and by state", () => {
  const all = [
    account("anna", { displayName: "Anna Müller" }), account("bert", { role: "radiologist", disabled: true }),
    account("cora", { displayName: "Cora Anný", oneTimeUntil: 5 }),
  ];
  const names = (words: string, role = "", state = ""): string[] =>
    matching(all, { words, role, state }).map((each) => each.name);
  assert.deepEqual(names(""), ["anna", "bert", "cora"]);
  assert.deepEqual(names("MULLER an"), ["anna"]);
  assert.deepEqual(names("anny"), ["cora"]);
  assert.deepEqual(names("", "radiologist"), ["bert"]);
  assert.deepEqual(names("", "", "enabled"), ["anna"]);
  assert.deepEqual(names("", "", "oneTime"), ["cora"]);
  assert.deepEqual(names("", "", "disabled"), ["bert"]);
  assert.equal(accountState(account("x", { disabled: true, oneTimeUntil: 5 })), "disabled");
});

interface Asked {
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

/** Answers requests with what is given by their method and path; says what was asked. */
function answering(answers: Record<string, unknown>): Asked[] {
  const asked: Asked[] = [];
  globalThis.fetch = async (path, init) => {
    asked.push({
      path: `${init?.method} ${String(path)}`, headers: init?.headers as Record<string, string>,
      body: init?.body ? JSON.parse(String(init.body)) : null,
    });
    const answer = answers[`${init?.method} ${String(path)}`];
    return answer === undefined ? new Response(null, { status: 204 }) : new Response(JSON.stringify(answer));
  };
  return asked;
}

test("every request says for how long nobody did anything", async () => {
  const asked = answering({ "GET /api/v1/x": {} });
  noteActivity(false);
  assert.equal(idleSeconds(lastActivity() + 7_900), 7);
  assert.equal(idleSeconds(lastActivity() - 5_000), 0);
  await new Http().request("GET", "/api/v1/x");
  assert.equal(asked[0].headers["X-Martlet-Idle"], "0");
});

test("a one-time password is kept until it is replaced, and no longer", async () => {
  const info = { name: "anna", displayName: "", role: "clinician", csrfToken: "t", mustChangePassword: true };
  const answers: Record<string, unknown> = { "GET /api/v1/session": info };
  const asked = answering(answers);
  const session = new Session(new Http());
  await session.signIn("anna", "abcd-efgh");
  assert.equal(session.oneTimePassword, "abcd-efgh");
  answers["GET /api/v1/session"] = { ...info, mustChangePassword: false };
  await session.changePassword("abcd-efgh", "a good password");
  assert.deepEqual(asked.find((each) => each.path === "PUT /api/v1/session/password")?.body, {
    current: "abcd-efgh", new: "a good password",
  });
  assert.equal(session.oneTimePassword, null);
  assert.equal(session.user.peek()?.mustChangePassword, false);
  await session.signIn("anna", "a good password");
  assert.equal(session.oneTimePassword, null);
});
