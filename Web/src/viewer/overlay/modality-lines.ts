// SPDX-License-Identifier: Apache-2.0

import { DataSet, item, meaning, number, numbers, text } from "../../dicom/data-set";
import { short } from "../../components/text";
import { t } from "../../i18n/i18n";

/** What the corners tell of how an image was made, by modality. */

function figure(label: string, value: number | null, unit: string, digits = 1): string {
  return value === null ? "" : `${label} ${short(value, digits)}${unit ? ` ${unit}` : ""}`;
}

function joined(...parts: string[]): string {
  return parts.filter(Boolean).join("  ");
}

type Lines = (image: DataSet) => string[];

const ct: Lines = (image) => [
  joined(figure("", number(image, "00180060"), "kVp").trim(), milliampereSeconds(image)),
  figure("CTDIvol", number(image, "00189345"), "mGy", 2),
  figure(t("Gantry tilt"), number(image, "00181120") || null, "°"),
  text(image, "00181210") ? `${t("Kernel")} ${text(image, "00181210")}` : "",
];

function milliampereSeconds(image: DataSet): string {
  const product = number(image, "00181152");
  if (product !== null) return figure("", product, "mAs").trim();
  return figure("", number(image, "00181151"), "mA").trim();
}

const mr: Lines = (image) => [
  joined(
    figure("TR", number(image, "00180080"), "ms", 0), figure("TE", number(image, "00180081"), "ms"),
    figure("TI", number(image, "00180082"), "ms", 0), figure("FA", number(image, "00181314"), "°", 0),
  ),
  joined(
    figure("", number(image, "00180087"), "T", 2).trim(), text(image, "00180024") ?? text(image, "00181030") ?? ""
  ),
  figure("b", number(image, "00189087"), "s/mm²", 0),
];

const projection: Lines = (image) => [
  joined(figure("", number(image, "00180060"), "kVp").trim(), milliampereSeconds(image)),
  figure("DAP", number(image, "0018115E"), "dGy·cm²", 3),
  figure("EI", number(image, "00181411"), "", 0),
  figure("DI", number(image, "00181413"), "", 1),
];

const mammography: Lines = (image) => [
  joined(meaning(image, "00540220") ?? "", text(image, "00281350") === "YES" ? t("Partial view") : ""),
  joined(figure("", number(image, "00180060"), "kVp").trim(), milliampereSeconds(image)),
  joined(
    figure(t("Compression"), number(image, "001811A0"), "mm", 0), figure("", number(image, "001811A2"), "N", 0).trim(),
  ),
  figure("AGD", scaled(number(image, "00400316"), 100), "mGy", 2),
  text(image, "00281300") === "YES" ? t("Implant") : "",
];

function scaled(value: number | null, by: number): number | null {
  return value === null ? null : value * by;
}

const ultrasound: Lines = (image) => [
  joined(text(image, "00186031") ?? "", text(image, "00181030") ?? ""),
  joined(figure("MI", number(image, "00185022"), "", 2), figure("TIS", number(image, "00185024"), "", 2)),
  figure(t("Frame time"), number(image, "00181063"), "ms"),
];

const nuclear: Lines = (image) => {
  const drug = item(image, "00540016");
  const time = text(drug, "00181078")?.slice(8, 12) ?? text(drug, "00181072")?.slice(0, 4) ?? "";
  const dose = number(drug, "00181074");
  return [
    joined(meaning(drug, "00540300")?.replace(/\^/g, "") ?? text(drug, "00180031") ?? "",
      figure("", scaled(dose, text(image, "00080060") === "PT" ? 1e-6 : 1), "MBq", 0).trim(),
      time ? `${time.slice(0, 2)}:${time.slice(2)}` : ""),
    text(image, "00541001") ?? "",
  ];
};

const angiography: Lines = (image) => [
  joined(figure("", number(image, "00180060"), "kVp").trim(), milliampereSeconds(image)),
  angle(number(image, "00181510"), "LAO", "RAO", number(image, "00181511"), "CRA", "CAU"),
  figure(t("Frame time"), number(image, "00181063"), "ms"),
];

function angle(
  primary: number | null, positive: string, negative: string, secondary: number | null, up: string, down: string,
): string {
  const part = (value: number | null, plus: string, minus: string): string =>
    (value === null ? "" : `${value < 0 ? minus : plus} ${short(Math.abs(value))}°`);
  return joined(part(primary, positive, negative), part(secondary, up, down));
}

const byModality: Record<string, Lines> = {
  CT: ct, MR: mr, CR: projection, DX: projection, IO: projection, PX: projection, RG: projection, MG: mammography,
  US: ultrasound, IVUS: ultrasound, PT: nuclear, NM: nuclear, XA: angiography, RF: angiography,
};

/** Contrast agent and technique; empty where nothing is known. */
export function modalityLines(modality: string | null, image: DataSet | null): string[] {
  if (!image) return [];
  const contrast = text(image, "00180010") ?? meaning(image, "00180012");
  const lines = byModality[modality ?? ""]?.(image) ?? [];
  return [contrast ? `${t("Contrast")} ${contrast}` : "", ...lines].filter(Boolean);
}

export function institution(image: DataSet | null): string {
  return text(image, "00080080") ?? "";
}

/** Ratio and method of lossy compression (PS3.3 §C.7.6.1.1.5). */
export function lossyText(image: DataSet | null): string {
  const ratios = numbers(image, "00282112").map((ratio) => `${short(ratio)}:1`);
  const methods = (image?.["00282114"]?.Value ?? []).map(String);
  return [...ratios, ...methods].join(" ");
}
