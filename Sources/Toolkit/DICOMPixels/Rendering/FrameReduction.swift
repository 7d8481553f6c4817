// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Large frames with fewer pixels, for a first look before the whole one is there.
extension FrameRenderer {
  /// The frame with the mean of every `factor` × `factor` pixels in place of them, of fewer at the right and lower
  /// border; in the same unit, rounded to the nearest whole number, halves upwards. Pixel padding has no part in a mean
  /// unless there is nothing else.
  /// - Parameter frame: grey stored values or RGB, as `greyOrRGB` gives it.
  /// - Returns: nil where the factor is below 2 and for other samples than integers of 8 and 16 bits.
  public func reduced(_ frame: DecodedFrame, by factor: Int) -> DecodedFrame? {
    guard factor > 1, frame.format == .integer, !frame.isSingleBit, frame.samplesPerPixel > 0,
      frame.bytes.count >= frame.sampleCount * frame.bitsAllocated / 8
    else { return nil }
    let isGrey = frame.samplesPerPixel == 1
    let padding = isGrey ? dataSet.pixelPadding(of: frame).map { Int($0.lowerBound)...Int($0.upperBound) } : nil
    var result = frame
    result.rows = (frame.rows + factor - 1) / factor
    result.columns = (frame.columns + factor - 1) / factor
    switch (frame.bitsAllocated, frame.isSigned) {
    case (8, false): result.bytes = Self.means(frame, factor, padding, of: UInt8.self)
    case (8, true): result.bytes = Self.means(frame, factor, padding, of: Int8.self)
    case (16, false): result.bytes = Self.means(frame, factor, padding, of: UInt16.self)
    case (16, true): result.bytes = Self.means(frame, factor, padding, of: Int16.self)
    default: return nil
    }
    return result
  }

  private static func means<Sample: FixedWidthInteger & BitwiseCopyable>(
    _ frame: DecodedFrame, _ factor: Int, _ padding: ClosedRange<Int>?, of: Sample.Type
  ) -> [UInt8] {
    let samples = frame.samplesPerPixel
    let width = (frame.columns + factor - 1) / factor * samples
    let height = (frame.rows + factor - 1) / factor
    var result = [Sample](repeating: 0, count: width * height)
    var sums = [(sum: Int, count: Int)](repeating: (0, 0), count: width)
    frame.bytes.withUnsafeBytes { bytes in
      let source = bytes.assumingMemoryBound(to: Sample.self)
      for row in 0..<height {
        for at in 0..<width { sums[at] = (0, 0) }
        for line in row * factor..<min((row + 1) * factor, frame.rows) {
          let start = line * frame.columns * samples
          add(.init(rebasing: source[start..<start + frame.columns * samples]), factor, samples, padding, to: &sums)
        }
        for at in 0..<width {
          let corner = (row * factor * frame.columns + at / samples * factor) * samples + at % samples
          let (sum, count) = sums[at]
          let mean = (Double(sum) / Double(max(count, 1)) + 0.5).rounded(.down)
          result[row * width + at] = count > 0 ? Sample(truncatingIfNeeded: Int(mean)).littleEndian : source[corner]
        }
      }
    }
    return result.withUnsafeBytes { Array($0) }
  }

  /// Adds the pixels of one line to the boxes that they lie in.
  private static func add<Sample: FixedWidthInteger>(
    _ line: UnsafeBufferPointer<Sample>, _ factor: Int, _ samples: Int, _ padding: ClosedRange<Int>?,
    to sums: inout [(sum: Int, count: Int)]
  ) {
    // Without padding no value is from the highest on to the lowest.
    let (low, high) = (padding?.lowerBound ?? .max, padding?.upperBound ?? .min)
    for box in sums.indices {
      let first = box / samples * factor * samples + box % samples
      var (sum, count) = (0, 0)
      for at in stride(from: first, to: min(first + factor * samples, line.count), by: samples) {
        let value = Int(Sample(littleEndian: line[at]))
        if value < low || value > high {
          sum &+= value
          count &+= 1
        }
      }
      sums[box].sum &+= sum
      sums[box].count &+= count
    }
  }
}

extension DataSet {
  /// The values of an image's frame that are background (PS3.3 §C.7.5.1.1.2).
  func pixelPadding(of frame: DecodedFrame) -> ClosedRange<Double>? {
    let value: Double?
    let limit: Double?
    if frame.format == .float {
      value = double(.floatPixelPaddingValue) ?? double(.doubleFloatPixelPaddingValue)
      limit = double(.floatPixelPaddingRangeLimit) ?? double(.doubleFloatPixelPaddingRangeLimit)
    } else {
      // The VR may say US where the pixels have a sign.
      func signed(_ tag: Tag) -> Double? {
        integer(tag).map { Double(frame.isSigned ? Int(Int16(truncatingIfNeeded: $0)) : $0 & 0xFFFF) }
      }
      value = signed(.pixelPaddingValue)
      limit = signed(.pixelPaddingRangeLimit)
    }
    guard let value, value.isFinite else { return nil }
    let other = limit.flatMap { $0.isFinite ? $0 : nil } ?? value
    return min(value, other)...max(value, other)
  }
}
