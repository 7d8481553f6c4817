// SPDX-License-Identifier: Apache-2.0

import { Kernels } from "./kernels";
import { FrameForm } from "./messages";

/** Samples as the server would send them: little endian, the bits above High Bit cleared or filled with the sign. */
export function decodeFrame(kernels: Kernels, stream: Uint8Array, form: FrameForm): Uint8Array {
  const samples = form.compression === "rle"
    ? kernels.decodeRLE(stream, form)
    : kernels.decodeJPEGLossless(stream, form);
  return form.unused > 0 ? kernels.normalize(samples, form.sampleBytes, form.unused, form.signed) : samples;
}
