// SPDX-License-Identifier: Apache-2.0

import DICOMPixels

/// Brings the samples of a frame into the width that a codec's library takes.
enum SampleReader {
  /// Unsigned samples of `bits` each, in bytes or 16-bit words: the sign of a signed sample becomes its highest bit.
  static func unsigned(_ frame: DecodedFrame, bits: Int, sampleBytes: Int) -> [UInt8] {
    let from = frame.bitsAllocated / 8
    if from == sampleBytes, !frame.isSigned || bits == sampleBytes * 8 { return frame.bytes }
    let count = frame.sampleCount
    let mask = UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(bits)) - 1)
    return [UInt8](unsafeUninitializedCapacity: count * sampleBytes) { output, written in
      frame.bytes.withUnsafeBytes { input in
        switch (from, sampleBytes) {
        case (1, 1): copy(input, UInt8.self, output, UInt8.self, mask)
        case (1, _): copy(input, UInt8.self, output, UInt16.self, mask)
        case (2, 1): copy(input, UInt16.self, output, UInt8.self, mask)
        case (2, _): copy(input, UInt16.self, output, UInt16.self, mask)
        case (_, 1): copy(input, UInt32.self, output, UInt8.self, mask)
        default: copy(input, UInt32.self, output, UInt16.self, mask)
        }
      }
      written = count * sampleBytes
    }
  }

  private static func copy<From: FixedWidthInteger, To: FixedWidthInteger>(
    _ input: UnsafeRawBufferPointer, _: From.Type, _ output: UnsafeMutableBufferPointer<UInt8>, _: To.Type,
    _ mask: UInt32
  ) {
    let source = input.assumingMemoryBound(to: From.self)
    let target = UnsafeMutableRawBufferPointer(output).assumingMemoryBound(to: To.self)
    guard let from = source.baseAddress, let to = target.baseAddress else { return }
    for index in 0..<source.count {
      to[index] = To(truncatingIfNeeded: UInt32(truncatingIfNeeded: from[index]) & mask)
    }
  }
}
