// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMPixels
import PixelKernels

/// JPEG lossless, process 14: Huffman coding and the predictors 1 to 7 (ISO/IEC 10918-1 Annex H), 2 to 16 bits.
struct LosslessJPEGDecoder {
  /// Decodes to interleaved samples of `sampleBytes`, 1 or 2. The stream begins with its SOI marker.
  static func decode(
    _ codestream: ByteSlice, description: PixelDescription, sampleBytes: Int
  ) throws(CodecError) -> [UInt8] {
    guard let shape = FrameShape(description, sampleBytes: sampleBytes) else {
      throw CodecError(.unsupported, "JPEG of \(description.decodedFrameBytes) decoded bytes")
    }
    return try [UInt8](kernelOutput: shape) { (output) throws(KernelError) in
      let workspace = UnsafeMutableRawBufferPointer.allocate(
        byteCount: JPEGLosslessKernel.workspaceBytes(shape), alignment: 16)
      defer { workspace.deallocate() }
      try codestream.withUnsafeBytes { (input) throws(KernelError) in
        try JPEGLosslessKernel.decode(input, shape, into: output, workspace: workspace)
      }
    }
  }
}
