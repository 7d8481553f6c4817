// SPDX-License-Identifier: Apache-2.0

import { t } from "../i18n/i18n";
import { WritingMode } from "./local-copy";
import { isVisible, ReportCommand, ReportStatus, ReportVersion } from "./types";

/** A button of the report. */
export interface DeskAction {
  readonly name: ReportCommand | "startAddendum" | "startCorrection" | "giveUp";
  readonly title: string;
  readonly command?: ReportCommand;
  readonly key?: string;
  readonly hint?: string;
  readonly isPrimary?: boolean;
  readonly needsReason?: boolean;
  /** Why it cannot be pressed now. */
  readonly reason?: string;
}

export interface DeskState {
  readonly status: ReportStatus | undefined;
  readonly mode: WritingMode;
  readonly isHeld: boolean;
  readonly role: string;
  readonly user: string;
  readonly last: ReportVersion | null;
  readonly needsSecondReader: boolean;
  readonly examStatus: string;
}

/** What may be done with a report: the rows of the server's table that are open to this user, as buttons. */
export function deskActions(state: DeskState): DeskAction[] {
  const mayValidate = state.role === "radiologist";
  if (!state.isHeld) return [];
  if (state.mode !== "report") return mayValidate ? written(state.mode) : [];
  if (isVisible(state.status)) return mayValidate ? afterwards() : [];
  if (state.status === "signed") return mayValidate ? [secondReading(state), sendBack()] : [];
  const submit: DeskAction = {
    name: "submit", command: "submit", title: t("Submit to sign"),
    ...(mayValidate ? {} : { key: "F8", isPrimary: true }),
    hint: t("A radiologist signs it"),
  };
  if (!mayValidate) return [submit];
  const sign: DeskAction = {
    name: "sign", command: "sign", title: t("Sign"), key: "F8", isPrimary: state.needsSecondReader,
    hint: t("A second reader validates it"),
  };
  const validate: DeskAction = {
    name: "validate", command: "validate", title: t("Validate"), key: "F9", isPrimary: true,
    hint: t("From then on clinicians see it"),
  };
  const first = state.needsSecondReader ? [sign] : [validate, sign];
  return [...first, ...(state.status === "preliminary" ? [sendBack()] : [submit])];
}

function written(mode: WritingMode): DeskAction[] {
  const validate: DeskAction = mode === "addendum"
    ? { name: "addAddendum", command: "addAddendum", title: t("Validate the addendum"), key: "F9", isPrimary: true }
    : {
      name: "correct", command: "correct", title: t("Validate the correction"), key: "F9", isPrimary: true,
      needsReason: true,
    };
  return [validate, { name: "giveUp", title: t("Give up") }];
}

function afterwards(): DeskAction[] {
  return [{ name: "startAddendum", title: t("Addendum") }, { name: "startCorrection", title: t("Correction") }];
}

function secondReading(state: DeskState): DeskAction {
  const isOwn = state.last?.author === state.user && state.needsSecondReader;
  return {
    name: "validate", command: "validate", title: t("Validate"), key: "F9", isPrimary: true,
    ...(isOwn ? { reason: t("You signed it: somebody else validates it.") } : {}),
  };
}

function sendBack(): DeskAction {
  return { name: "sendBack", command: "sendBack", title: t("Send back"), needsReason: true };
}
