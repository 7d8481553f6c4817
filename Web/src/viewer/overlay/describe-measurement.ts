// SPDX-License-Identifier: Apache-2.0

import { t } from "../../i18n/i18n";
import { short } from "../../components/text";
import { areaKinds, areaOf, perimeter } from "../geometry/shapes";
import { angleAt, angleBetween, describeLength, lengthBetween, qualified, Spacing } from "../geometry/spacing";
import { Measurement } from "../state/measurement";
import { Statistics } from "../state/statistics";

/** What an area contains, in a unit; `also` is the same in another one, such as SUV. */
export interface Contents {
  readonly statistics: Statistics;
  readonly unit: string;
  readonly also?: { readonly factor: number; readonly unit: string; readonly reason?: string };
}

/** The figures of a drawing, line by line. */
export function describeMeasurement(one: Measurement, spacing: Spacing, contents: Contents | null = null): string {
  const [p, q, r, s] = one.points;
  switch (one.kind) {
    case "length": return q ? describeLength(lengthBetween(p, q, spacing), spacing) : "";
    case "angle": return r ? `${angleAt(q, p, r, spacing).toFixed(1)}°` : "";
    case "cobb": return s ? `${t("Cobb")} ${angleBetween([p, q], [r, s], spacing).toFixed(1)}°` : "";
    case "arrow":
    case "text": return one.text ?? "";
    default: return areaKinds.has(one.kind) && q ? describeArea(one, spacing, contents) : "";
  }
}

function describeArea(one: Measurement, spacing: Spacing, contents: Contents | null): string {
  const area = areaOf(one.kind, one.points, spacing);
  const large = spacing.unit === "mm" && area >= 1000;
  const figure = spacing.unit === "px" ? `${Math.round(area)} px²` : large
    ? `${(area / 100).toFixed(2)} cm²` : `${area.toFixed(1)} mm²`;
  const lines = contents ? describeContents(contents) : [];
  lines.push(qualified(`${t("Area")} ${figure}`, spacing));
  if (one.kind === "freehand") lines.push(
    `${t("Perimeter")} ${describeLength(perimeter(one.points, spacing), spacing)}`
  );
  return lines.join("\n");
}

function describeContents({ statistics, unit, also }: Contents): string[] {
  const row = (factor: number, name: string, digits: number): string[] => {
    const value = (number: number): string => short(number * factor, digits);
    return [
      `${t("Mean")} ${value(statistics.mean)} ${name}  ${t("SD")} ${value(statistics.sd)}`.replace("  ", "  "),
      `${t("Min")} ${value(statistics.min)}  ${t("Max")} ${value(statistics.max)} ${name}`.trim(),
    ];
  };
  const lines = row(1, unit, 2);
  if (also?.reason) lines.push(t("No SUV: {reason}", { reason: t(also.reason) }));
  else if (also) lines.push(...row(also.factor, also.unit, 3));
  return lines;
}
