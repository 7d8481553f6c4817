// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMPixels
import PixelKernels

/// RLE Lossless (PS3.5 Annex G): one PackBits segment for each byte of each sample, most significant byte first.
public struct RLEDecoder: FrameDecoder {
  public init() {}

  public func decode(_ codestream: ByteSlice, description: PixelDescription) throws(CodecError) -> DecodedFrame {
    if description.bitsAllocated == 1 { return try decodeSingleBits(codestream, description: description) }
    guard description.bitsAllocated % 8 == 0,
      let shape = FrameShape(description, sampleBytes: description.sampleBytes)
    else { throw CodecError(.unsupported, "RLE of \(description.bitsAllocated) bits allocated") }
    var bytes = try [UInt8](kernelOutput: shape) { (output) throws(KernelError) in
      try codestream.withUnsafeBytes { (input) throws(KernelError) in try RLEKernel.decode(input, shape, into: output) }
    }
    SampleContainer.normalize(&bytes, description)
    return DecodedFrame(description, bytes: bytes)
  }
}
