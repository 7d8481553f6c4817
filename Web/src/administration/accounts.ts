// SPDX-License-Identifier: Apache-2.0

import { describe } from "../api/problem";
import { Context } from "../app/context";
import { roleOptions, roleText } from "../app/roles";
import { DataTable, rowButton } from "../components/data-table";
import { confirm, dialog, DialogButton, goBack, inputField, selectField } from "../components/dialog";
import { h } from "../components/dom";
import { toast } from "../components/toast";
import { plural, t } from "../i18n/i18n";
import { momentText } from "../radiology/words";
import { Scope } from "../signals/scope";

/** Somebody who may sign in. */
export interface Account {
  name: string;
  displayName: string;
  role: string;
  disabled: boolean;
  createdAt: number;
  /** Until when a one-time password is good, in microseconds since 1970-01-01 UTC; null where it is an own one. */
  oneTimeUntil: number | null;
  sessions: number;
  tokens: number;
  lastUsedAt: number | null;
}

interface Made {
  account: Account;
  password: string;
}

/** What the list is narrowed to; empty texts ask for nothing. */
export interface AccountFilter {
  words: string;
  role: string;
  state: string;
}

/** `disabled`, `oneTime` while a one-time password waits for its owner, else `enabled`. */
export function accountState(account: Account): "disabled" | "oneTime" | "enabled" {
  return account.disabled ? "disabled" : account.oneTimeUntil !== null ? "oneTime" : "enabled";
}

/** The accounts with all the words in their names, whatever the case or the accents. */
export function matching(accounts: readonly Account[], filter: AccountFilter): Account[] {
  const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const words = plain(filter.words).split(/\s+/).filter(Boolean);
  return accounts.filter((account) => {
    const text = plain(`${account.name} ${account.displayName}`);
    return words.every((word) => text.includes(word)) && (!filter.role || account.role === filter.role)
      && (!filter.state || accountState(account) === filter.state);
  });
}

const stateTitles: readonly { key: string; label: string }[] = [
  { key: "enabled", label: "Enabled" }, { key: "oneTime", label: "One-time password" },
  { key: "disabled", label: "Disabled" },
];

/** Who may sign in, as what, and with what they are signed in. */
export function accountsPart(context: Context, scope: Scope): HTMLElement {
  return new AccountsPart(context, scope).element;
}

class AccountsPart {
  readonly element: HTMLElement;
  private readonly table: DataTable<Account>;
  private readonly search = h("input", { attrs: {
    type: "search", placeholder: t("Name"), "aria-label": t("Find an account"), autocomplete: "off",
    spellcheck: "false",
  } });
  private readonly role = h("select", { attrs: { "aria-label": t("Role") } });
  private readonly state = h("select", { attrs: { "aria-label": t("State") } });
  private readonly count = h("span", { class: "faint", attrs: { role: "status" } });
  private accounts: Account[] = [];

  constructor(private readonly context: Context, private readonly scope: Scope) {
    this.table = this.makeTable();
    const option = (text: string, value: string): HTMLElement => h("option", { text, attrs: { value } });
    this.role.append(option(t("All roles"), ""), ...roleOptions().map(([role, text]) => option(text, role)));
    this.state.append(option(t("All states"), ""), ...stateTitles.map(({ key, label }) => option(t(label), key)));
    this.search.addEventListener("input", () => this.show());
    this.role.addEventListener("change", () => this.show());
    this.state.addEventListener("change", () => this.show());
    const bar = h(
      "div", { class: "part-bar" }, this.search, this.role, this.state, this.count,
      rowButton(t("Add an account"), () => void this.add(), "primary"),
    );
    this.element = h("section", { class: "part" }, bar, this.table.element);
    void this.refresh();
  }

  private makeTable(): DataTable<Account> {
    return new DataTable<Account>(t("Accounts"), [
      { title: t("User name"), kind: "strong", cell: (account) => account.name },
      { title: t("Displayed name"), cell: (account) => account.displayName },
      { title: t("Role"), cell: (account) => roleText(account.role) },
      { title: t("State"), kind: "tight", cell: (account) => this.stateCell(account) },
      { title: t("Sessions"), kind: "number", cell: (account) => String(account.sessions) },
      { title: t("Tokens"), kind: "number", cell: (account) => String(account.tokens) },
      { title: t("Last used"), kind: "tight", cell: (account) =>
        account.lastUsedAt === null ? "" : momentText(account.lastUsedAt).slice(0, 16) },
      { title: "", kind: "tight", cell: (account) => this.buttons(account) },
    ], {
      none: t("No account matches."), key: (account) => account.name, open: (account) => void this.edit(account),
    });
  }

  private stateCell(account: Account): HTMLElement {
    const state = accountState(account);
    const label = stateTitles.find((each) => each.key === state)?.label ?? "";
    const title = account.oneTimeUntil === null ? "" : t("Good until {when}", {
      when: momentText(account.oneTimeUntil).slice(0, 16),
    });
    return h("span", { class: "status-badge", text: t(label), title, attrs: { "data-account": state } });
  }

  /** Whoever works on the own account would shut the door behind themselves: their password is in the menu above. */
  private buttons(account: Account): HTMLElement {
    const box = h("div", { class: "exam-actions" }, rowButton(t("Change"), () => void this.edit(account)));
    if (account.sessions + account.tokens > 0) {
      box.append(rowButton(t("End sessions"), () => void this.endSessions(account)));
    }
    if (account.name === this.context.session.user.peek()?.name) return box;
    box.append(rowButton(t("Reset password"), () => void this.reset(account)));
    box.append(account.disabled ? rowButton(t("Enable"), () => void this.setDisabled(account, false))
      : rowButton(t("Disable"), () => void this.disable(account), "danger"));
    return box;
  }

  private async add(): Promise<void> {
    const name = inputField(t("User name"), "", { maxlength: 64, autocapitalize: "none", spellcheck: "false" });
    const shown = inputField(t("Displayed name"), "", { maxlength: 128 });
    const role = selectField(t("Role"), roleOptions(), "clinician");
    const save = async (): Promise<Made> => {
      if (!name.input.value.trim()) throw new Error(t("Choose a user name."));
      const response = await this.context.http.authorised("POST", "/api/v1/accounts", { body: {
        name: name.input.value.trim(), displayName: shown.input.value.trim(), role: role.input.value,
      } });
      return (await response.json()) as Made;
    };
    const buttons: DialogButton[] = [goBack(), { text: t("Add"), kind: "primary", run: save }];
    const made = await dialog<Made>({ title: t("Add an account"), buttons }, name.box, shown.box, role.box);
    if (!made) return;
    await this.refresh();
    await this.hand(made);
  }

  private async edit(account: Account): Promise<void> {
    const shown = inputField(t("Displayed name"), account.displayName, { maxlength: 128 });
    const role = selectField(t("Role"), roleOptions(), account.role);
    const save = (): Promise<unknown> => this.put(account, {
      displayName: shown.input.value.trim(), role: role.input.value,
    });
    const buttons: DialogButton[] = [goBack(), { text: t("Save"), kind: "primary", run: save }];
    const when = momentText(account.createdAt).slice(0, 16);
    const made = h("p", { class: "faint", text: t("Made {when}", { when }) });
    if (await dialog({ title: account.name, buttons }, made, shown.box, role.box)) await this.refresh();
    // Whoever changed the own account sees it at once.
    if (account.name === this.context.session.user.peek()?.name) await this.context.session.refresh();
  }

  private put(account: Account, body: unknown): Promise<unknown> {
    return this.context.http.authorised("PUT", this.path(account), { body });
  }

  private path(account: Account): string {
    return `/api/v1/accounts/${encodeURIComponent(account.name)}`;
  }

  private async reset(account: Account): Promise<void> {
    const detail = t(
      "{name} is signed out everywhere and gets a one-time password; the present one is worth nothing.",
      { name: account.name },
    );
    if (!await confirm(t("Reset the password?"), detail, t("Reset password"))) return;
    const made = await this.attempt(async () =>
      (await (await this.context.http.authorised("POST", `${this.path(account)}/password`)).json()) as Made);
    if (made) await this.hand(made);
  }

  /** The only time that the password can be seen. */
  private async hand({ account, password }: Made): Promise<void> {
    const shown = h("output", { class: "one-time", text: password, attrs: { "aria-label": t("One-time password") } });
    const copy = (): void => void navigator.clipboard.writeText(password).then(
      () => toast(t("Copied.")), (error: unknown) => toast(describe(error), "error"));
    const until = account.oneTimeUntil === null ? "" : momentText(account.oneTimeUntil).slice(0, 16);
    await dialog(
      { title: t("One-time password"), buttons: [{ text: t("Close"), kind: "primary", run: null }] },
      h("p", { text: t("Hand this to {name}. It is shown only now, and is good until {when}.", {
        name: account.displayName, when: until,
      }) }),
      h("p", { text: t("It has to be replaced at the next sign-in.") }),
      h("div", { class: "one-time-row" }, shown,
        // Browsers have a clipboard on safe addresses only.
        window.isSecureContext && rowButton(t("Copy"), copy)),
    );
  }

  private async disable(account: Account): Promise<void> {
    const detail = t("{name} is signed out everywhere and cannot sign in until the account is enabled again.", {
      name: account.name,
    });
    if (await confirm(t("Disable this account?"), detail, t("Disable"))) await this.setDisabled(account, true);
  }

  private async setDisabled(account: Account, disabled: boolean): Promise<void> {
    await this.attempt(() => this.put(account, { disabled }));
  }

  private async endSessions(account: Account): Promise<void> {
    const tokens = h("input", { attrs: { type: "checkbox" } });
    const end = async (): Promise<number> => {
      const response = await this.context.http.authorised("DELETE",
        `${this.path(account)}/sessions${tokens.checked ? "?tokens=true" : ""}`);
      return ((await response.json()) as { ended: number }).ended;
    };
    const buttons: DialogButton[] = [goBack(), { text: t("End sessions"), kind: "danger", run: end }];
    const ended = await dialog<number>(
      { title: t("End the sessions of {name}?", { name: account.name }), buttons },
      h("p", { text: t("Whoever is signed in as {name} has to sign in again.", { name: account.name }) }),
      account.tokens > 0 && h("label", { class: "check" }, tokens, t("The access tokens of programs too")),
    );
    if (ended === null) return;
    toast(plural(ended, "{n} session was ended.|{n} sessions were ended."));
    await this.refresh();
  }

  private async attempt<T>(work: () => Promise<T>): Promise<T | null> {
    let result: T | null = null;
    try {
      result = await work();
    } catch (error) {
      toast(describe(error), "error");
    }
    await this.refresh();
    return result;
  }

  private async refresh(): Promise<void> {
    try {
      this.accounts = (await this.context.http.json<{ accounts: Account[] }>("/api/v1/accounts")).accounts;
      if (!this.scope.isDisposed) this.show();
    } catch (error) {
      toast(describe(error), "error");
    }
  }

  private show(): void {
    const found = matching(this.accounts, {
      words: this.search.value, role: this.role.value, state: this.state.value,
    });
    this.count.textContent = plural(found.length, "{n} account|{n} accounts");
    this.table.show(found);
  }
}
