// SPDX-License-Identifier: Apache-2.0

/// The unused bits around Bits Stored (PS3.5 §8.1.1).
public enum SampleContainer {
  /// Clears the bits above High Bit or extends the sign into them. Where High Bit is not Bits Stored - 1, a retired
  /// form, the sample stays where it is, as all known readers have it.
  public static func normalize(_ samples: inout [UInt8], _ description: PixelDescription) {
    guard description.format == .integer, description.bitsAllocated > 1 else { return }
    let unused = description.bitsAllocated - 1 - description.highBit
    if unused <= 0 { return }
    if !description.isSigned { return mask(&samples, width: description.bitsAllocated, unused: unused) }
    samples.withUnsafeMutableBytes { buffer in
      switch description.bitsAllocated {
      case 8: shift(buffer, unused, Int8.self)
      case 16: shift(buffer, unused, Int16.self)
      case 32: shift(buffer, unused, Int32.self)
      default: shift(buffer, unused, Int64.self)
      }
    }
  }

  /// Clears the unused bits of samples without sign, as many samples at a time as 64 bits hold.
  private static func mask(_ samples: inout [UInt8], width: Int, unused: Int) {
    let sample = UInt64.max >> UInt64(64 - width + unused)
    let mask = stride(from: 0, to: 64, by: width).reduce(UInt64(0)) { $0 | sample << UInt64($1) }
    samples.withUnsafeMutableBytes { buffer in
      let whole = buffer.count & ~7
      for offset in stride(from: 0, to: whole, by: 8) {
        let word = buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        buffer.storeBytes(of: word & UInt64(littleEndian: mask), toByteOffset: offset, as: UInt64.self)
      }
      for offset in whole..<buffer.count {
        buffer[offset] &= UInt8(truncatingIfNeeded: mask >> UInt64(offset % 8 * 8))
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
