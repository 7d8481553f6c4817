// SPDX-License-Identifier: Apache-2.0

import { DataSet, item, number, text, texts } from "./data-set";

/** Values times `factor` are SUV by body weight, or the reason why that cannot be said. */
export type SUV = { readonly factor: number; readonly reason: null } | {
  readonly factor: null; readonly reason: string,
};

function refused(reason: string): SUV {
  return { factor: null, reason };
}

const units: Readonly<Record<string, string>> = {
  BQML: "Bq/ml", CNTS: "counts", GML: "g/ml", PROPCNTS: "prop. counts",
};

/** The unit of the values as the image has them (Units, PS3.3 §C.8.9.1.1.3). */
export function storedUnit(image: DataSet): string {
  const unit = text(image, "00541001") ?? "";
  return units[unit] ?? unit.toLowerCase();
}

/** Seconds since midnight of `HHMMSS.FFFFFF`. */
function seconds(time: string | null): number | null {
  const found = /^(\d{2})(\d{2})(\d{2}(?:\.\d+)?)/.exec(time ?? "");
  return found ? Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3]) : null;
}

function days(date: string | null): number | null {
  const found = /^(\d{4})(\d{2})(\d{2})$/.exec(date ?? "");
  return found ? Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3])) / 86_400_000 : null;
}

/**
 * The factor from Bq/ml to g/ml (SUVbw) where the values were corrected for attenuation and decay to the beginning of
 * the series or to the administration. Anything that is missing or unusual is refused with its reason.
 */
export function suvFactor(image: DataSet): SUV {
  if (text(image, "00541001") !== "BQML") return refused("Units is not BQML");
  const corrected = texts(image, "00280051");
  if (!corrected.includes("ATTN") || !corrected.includes("DECY")) return refused("no attenuation or decay correction");
  const weight = number(image, "00101030");
  if (!weight || weight <= 0) return refused("Patient's Weight is missing");
  const drug = item(image, "00540016");
  const dose = number(drug, "00181074");
  if (!dose || dose <= 0) return refused("Radionuclide Total Dose is missing");
  const correction = text(image, "00541102");
  if (correction === "ADMIN") return { factor: (weight * 1000) / dose, reason: null };
  if (correction !== "START") return refused("Decay Correction is neither START nor ADMIN");
  const halfLife = number(drug, "00181075");
  if (!halfLife || halfLife <= 0) return refused("Radionuclide Half Life is missing");
  const elapsed = secondsSinceInjection(image, drug);
  if (elapsed === null) return refused("times of injection and series do not fit");
  return { factor: (weight * 1000) / (dose * 2 ** (-elapsed / halfLife)), reason: null };
}

const LONGEST_WAIT_SECONDS = 86_400;

/** From the injection to the time that the values were corrected to: that of the series, unless images came before. */
function secondsSinceInjection(image: DataSet, drug: DataSet | undefined): number | null {
  const [seriesDate, seriesTime] = [days(text(image, "00080021")), seconds(text(image, "00080031"))];
  const [imageDate, imageTime] = [days(text(image, "00080022")), seconds(text(image, "00080032"))];
  if (seriesDate === null || seriesTime === null) return null;
  if (
    imageDate !== null && imageTime !== null && imageDate * 86_400 + imageTime < seriesDate * 86_400 + seriesTime - 1
  ) {
    return null;
  }
  const whole = text(drug, "00181078");
  const startDate = whole ? days(whole.slice(0, 8)) : seriesDate;
  const startTime = whole ? seconds(whole.slice(8)) : seconds(text(drug, "00181072"));
  if (startDate === null || startTime === null) return null;
  let elapsed = (seriesDate - startDate) * 86_400 + seriesTime - startTime;
  if (elapsed < 0 && !whole) elapsed += 86_400;
  return elapsed >= 0 && elapsed <= LONGEST_WAIT_SECONDS ? elapsed : null;
}
