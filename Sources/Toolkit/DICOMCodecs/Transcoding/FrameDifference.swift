// SPDX-License-Identifier: Apache-2.0

import DICOMPixels

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How far the samples of frames are from those of others.
public struct FrameDifference: Hashable, Sendable {
  /// The greatest difference of two samples.
  public private(set) var maximum = 0
  private var sumOfSquares = 0.0
  private var samples = 0
  private let bits: Int

  /// - Parameter bits: Bits Stored, the full range for `peakSignalToNoise`.
  public init(bits: Int) { self.bits = bits }

  /// Peak signal-to-noise ratio in dB; infinite where nothing differs.
  public var peakSignalToNoise: Double {
    guard sumOfSquares > 0, samples > 0 else { return .infinity }
    let peak = Double((UInt64(1) << UInt64(min(bits, 63))) - 1)
    return 10 * log10(peak * peak * Double(samples) / sumOfSquares)
  }

  /// Adds two frames of the same form.
  public mutating func add(_ frame: DecodedFrame, _ other: DecodedFrame) throws(CodecError) {
    guard frame.bytes.count == other.bytes.count, frame.bitsAllocated == other.bitsAllocated,
      frame.isSigned == other.isSigned
    else { throw CodecError(.verification, "the frame comes back in another form") }
    samples += frame.sampleCount
    let isEqual = frame.bytes.withUnsafeBytes { left in
      other.bytes.withUnsafeBytes { right in
        guard let a = left.baseAddress, let b = right.baseAddress else { return true }
        return memcmp(a, b, left.count) == 0
      }
    }
    if isEqual { return }
    frame.bytes.withUnsafeBytes { left in
      other.bytes.withUnsafeBytes { right in
        switch (frame.bitsAllocated, frame.isSigned) {
        case (8, false): compare(left, right, UInt8.self)
        case (8, true): compare(left, right, Int8.self)
        case (16, false): compare(left, right, UInt16.self)
        case (16, true): compare(left, right, Int16.self)
        case (32, false): compare(left, right, UInt32.self)
        case (32, true): compare(left, right, Int32.self)
        default: compare(left, right, Int64.self)
        }
      }
    }
  }

  /// Adds what another has seen.
  public mutating func add(_ other: FrameDifference) {
    maximum = max(maximum, other.maximum)
    sumOfSquares += other.sumOfSquares
    samples += other.samples
  }

  private mutating func compare<Sample: FixedWidthInteger>(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, _: Sample.Type
  ) {
    guard let a = left.assumingMemoryBound(to: Sample.self).baseAddress,
      let b = right.assumingMemoryBound(to: Sample.self).baseAddress
    else { return }
    var greatest = 0
    var squares = 0.0
    for index in 0..<left.count / MemoryLayout<Sample>.size {
      let difference = Int(truncatingIfNeeded: a[index]) &- Int(truncatingIfNeeded: b[index])
      let size = difference < 0 ? 0 &- difference : difference
      if size > greatest { greatest = size }
      squares += Double(size) * Double(size)
    }
    maximum = max(maximum, greatest)
    sumOfSquares += squares
  }
}
