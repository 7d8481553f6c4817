// SPDX-License-Identifier: Apache-2.0

/// The unused bits around Bits Stored (PS3.5 §8.1.1).
public enum SampleKernel {
  /// Clears the bits above High Bit, or extends the sign into them.
  /// - Parameters:
  ///   - samples: whole samples of 1 or 2 bytes, little endian, changed in place.
  ///   - unused: bits above High Bit, 0 to 15.
  public static func normalize(
    _ samples: UnsafeMutableRawBufferPointer, sampleBytes: Int, unused: Int, isSigned: Bool
  ) {
    guard unused > 0, unused < sampleBytes * 8, let base = samples.baseAddress else { return }
    let count = samples.count / sampleBytes
    switch (sampleBytes, isSigned) {
    case (1, false):
      let bytes = base.assumingMemoryBound(to: UInt8.self)
      let mask = UInt8.max >> UInt8(truncatingIfNeeded: unused)
      for index in 0..<count { bytes[index] &= mask }
    case (1, true):
      let bytes = base.assumingMemoryBound(to: Int8.self)
      let bits = Int8(truncatingIfNeeded: unused)
      for index in 0..<count { bytes[index] = (bytes[index] &<< bits) &>> bits }
    case (2, false):
      let words = base.assumingMemoryBound(to: UInt16.self)
      let mask = UInt16.max >> UInt16(truncatingIfNeeded: unused)
      for index in 0..<count { words[index] &= mask }
    case (2, true):
      let words = base.assumingMemoryBound(to: Int16.self)
      let bits = Int16(truncatingIfNeeded: unused)
      for index in 0..<count { words[index] = (words[index] &<< bits) &>> bits }
    default: break
    }
  }
}
