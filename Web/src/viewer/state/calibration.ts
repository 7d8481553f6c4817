// SPDX-License-Identifier: Apache-2.0

import { DataSet, number, text } from "../../dicom/data-set";
import { Point } from "../geometry/affine";
import { Spacing, spacingOf } from "../geometry/spacing";
import { regionSpacing } from "../geometry/ultrasound-regions";
import { Frame } from "./frame-set";

/** How long the pixels of an image are, near the given points of it. */
export function spacingFor(
  frame: Frame, modality: string | null, details: DataSet | null, points: readonly Point[] = [],
): Spacing {
  const { pixelSpacing, imagerPixelSpacing, nominalScannedPixelSpacing } = frame.instance;
  const spacing = spacingOf(pixelSpacing, imagerPixelSpacing, modality, {
    nominalScannedPixelSpacing,
    magnification: number(details, "00181114"),
    calibrationType: text(details, "00280A02"),
  });
  return spacing.plane === "none" ? regionSpacing(details, points) ?? spacing : spacing;
}
