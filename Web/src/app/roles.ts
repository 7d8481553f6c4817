// SPDX-License-Identifier: Apache-2.0

import { t } from "../i18n/i18n";

/** The professions of the accounts. */
const roles: readonly { role: string; label: string }[] = [
  { role: "administrator", label: "Administrator" }, { role: "clinician", label: "Clinician" },
  { role: "manager", label: "Manager" }, { role: "radiologist", label: "Radiologist" },
  { role: "receptionist", label: "Receptionist" }, { role: "researcher", label: "Researcher" },
  { role: "secretary", label: "Secretary" }, { role: "technologist", label: "Technologist" },
];

/** The professions as options of a list, by their titles. */
export function roleOptions(): (readonly [string, string])[] {
  return roles.map(({ role, label }) => [role, t(label)] as const).sort((a, b) => a[1].localeCompare(b[1]));
}

export function roleText(role: string): string {
  const known = roles.find((each) => each.role === role);
  return known ? t(known.label) : role;
}
