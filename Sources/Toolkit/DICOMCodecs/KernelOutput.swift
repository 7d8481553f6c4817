// SPDX-License-Identifier: Apache-2.0

import DICOMPixels
import PixelKernels

extension FrameShape {
  /// The shape of a decoded frame; nil where it is too large for the kernels.
  init?(_ description: PixelDescription, sampleBytes: Int) {
    self.init(
      rows: description.rows, columns: description.columns, samples: description.samplesPerPixel,
      sampleBytes: sampleBytes)
  }
}

extension [UInt8] {
  /// The bytes of a frame that a kernel fills.
  init(
    kernelOutput shape: FrameShape, _ fill: (UnsafeMutableRawBufferPointer) throws(KernelError) -> Void
  ) throws(CodecError) {
    var failure: KernelError?
    self.init(unsafeUninitializedCapacity: shape.byteCount) { buffer, written in
      do throws(KernelError) {
        try fill(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<shape.byteCount]))
        written = shape.byteCount
      } catch {
        failure = error
      }
    }
    if let failure { throw CodecError(failure) }
  }
}
