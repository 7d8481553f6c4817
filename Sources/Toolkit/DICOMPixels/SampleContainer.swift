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

  /// Brings samples that a lossy codec let overshoot into the range of High Bit; cutting their high bits would turn the
  /// brightest pixels into dark ones.
  public static func clamp(_ samples: inout [UInt8], _ description: PixelDescription) {
    guard description.format == .integer, description.bitsAllocated > description.highBit + 1 else { return }
    let bits = description.isSigned ? description.highBit : description.highBit + 1
    let greatest = 1 << bits - 1
    let least = description.isSigned ? -(1 << bits) : 0
    samples.withUnsafeMutableBytes { buffer in
      switch (description.bitsAllocated, description.isSigned) {
      case (8, false): limit(buffer, UInt8(least), UInt8(greatest))
      case (8, true): limit(buffer, Int8(least), Int8(greatest))
      case (16, false): limit(buffer, UInt16(least), UInt16(greatest))
      case (16, true): limit(buffer, Int16(least), Int16(greatest))
      case (32, false): limit(buffer, UInt32(least), UInt32(greatest))
      case (32, true): limit(buffer, Int32(least), Int32(greatest))
      default: break
      }
    }
  }

  private static func limit<Sample: FixedWidthInteger>(
    _ buffer: UnsafeMutableRawBufferPointer, _ least: Sample, _ greatest: Sample
  ) {
    let samples = buffer.assumingMemoryBound(to: Sample.self)
    guard let base = samples.baseAddress else { return }
    for index in 0..<samples.count { base[index] = min(max(base[index], least), greatest) }
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
