// SPDX-License-Identifier: Apache-2.0

/// The unused bits around Bits Stored (PS3.5 §8.1.1).
public enum SampleContainer {
  /// Clears the bits above High Bit or extends the sign into them. Where High Bit is not Bits Stored - 1, a retired
  /// form, the sample stays where it is, as all known readers have it.
  public static func normalize(_ samples: inout [UInt8], _ description: PixelDescription) {
    guard description.format == .integer, description.bitsAllocated > 1 else { return }
    let unused = description.bitsAllocated - 1 - description.highBit
    if unused == 0 { return }
    samples.withUnsafeMutableBytes { buffer in
      switch (description.bitsAllocated, description.isSigned) {
      case (8, false): shift(buffer, unused, UInt8.self)
      case (8, true): shift(buffer, unused, Int8.self)
      case (16, false): shift(buffer, unused, UInt16.self)
      case (16, true): shift(buffer, unused, Int16.self)
      case (32, false): shift(buffer, unused, UInt32.self)
      case (32, true): shift(buffer, unused, Int32.self)
      case (_, false): shift(buffer, unused, UInt64.self)
      case (_, true): shift(buffer, unused, Int64.self)
      }
    }
  }

  private static func shift<Sample: FixedWidthInteger>(
    _ buffer: UnsafeMutableRawBufferPointer, _ unused: Int, _: Sample.Type
  ) {
    let samples = buffer.assumingMemoryBound(to: Sample.self)
    guard let base = samples.baseAddress else { return }
    let bits = Sample(truncatingIfNeeded: unused)
    for index in 0..<samples.count { base[index] = (base[index] &<< bits) &>> bits }
  }
}
