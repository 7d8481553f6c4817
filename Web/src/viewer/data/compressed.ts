// SPDX-License-Identifier: Apache-2.0

import { InstanceInfo } from "../../api/types";
import { Compression, FrameForm } from "../../kernels/messages";
import { FramePixels, framePixels } from "./pixels";

/** How the stored frames of an instance can be fetched as they are and decoded here. */
export interface CompressedForm {
  /** The media type to ask for (PS3.18 table 8.7.3-5). */
  readonly accept: string;
  readonly form: FrameForm;
  readonly photometric: string;
}

const syntaxes: Record<string, [Compression, string]> = {
  "1.2.840.10008.1.2.5": ["rle", "image/dicom-rle"],
  "1.2.840.10008.1.2.4.57": ["jpeg-lossless", "image/jpeg"],
  "1.2.840.10008.1.2.4.70": ["jpeg-lossless", "image/jpeg"],
};

/** Null where the server has to decode: other compressions, colour that must be converted first, rare depths. */
export function compressedForm(instance: InstanceInfo): CompressedForm | null {
  const syntax = instance.transferSyntaxUID ?? "";
  const known = syntaxes[syntax];
  const { rows, columns, bitsAllocated, photometricInterpretation: photometric } = instance;
  const samples = instance.samplesPerPixel ?? 1;
  if (!known || !rows || !columns || !photometric) return null;
  if (bitsAllocated !== 8 && bitsAllocated !== 16) return null;
  const plain = samples === 1 ? /^MONOCHROME[12]$/.test(photometric) : samples === 3 && photometric === "RGB";
  if (!plain) return null;
  const [compression, media] = known;
  return {
    accept: `${media}; transfer-syntax=${syntax}`,
    form: {
      compression, rows, columns, samples, sampleBytes: bitsAllocated / 8,
      unused: bitsAllocated - 1 - highBit(instance, bitsAllocated), signed: instance.pixelRepresentation === 1,
    },
    photometric,
  };
}

/** High Bit, and what stands for it where it or Bits Stored make no sense. */
function highBit(instance: InstanceInfo, allocated: number): number {
  const stored = instance.bitsStored ?? allocated;
  const sound = stored < 1 || stored > allocated ? allocated : stored;
  const high = instance.highBit ?? sound - 1;
  return high < sound - 1 || high >= allocated ? sound - 1 : high;
}

/** The decoded samples as the viewer keeps them. */
export function decodedPixels(samples: ArrayBuffer, { form, photometric }: CompressedForm): FramePixels {
  const { rows, columns, sampleBytes, signed } = form;
  return framePixels(samples, {
    rows, columns, samples: form.samples, bitsAllocated: sampleBytes * 8, signed, photometric, float: false,
  });
}
