// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMPixels

/// Compares decoded samples frame by frame, so that only one frame of each file is in memory.
struct PixelComparison {
  /// Elements of the pixel data itself.
  static let tags: Set<Tag> = [
    .pixelData, .floatPixelData, .doubleFloatPixelData, .extendedOffsetTable, .extendedOffsetTableLengths,
  ]

  private let options: CompareOptions

  init(_ options: CompareOptions) { self.options = options }

  func compare(_ first: Part10File, _ second: Part10File) throws -> [ComparisonReport.Difference] {
    let hasPixels = [first, second].map { file in
      [Tag.pixelData, .floatPixelData, .doubleFloatPixelData].contains { file.dataSet[$0] != nil }
    }
    guard hasPixels[0] || hasPixels[1] else { return [] }
    guard hasPixels[0] && hasPixels[1] else { return [difference(hasPixels[0] ? .onlyInFirst : .onlyInSecond)] }
    let left = try FrameReader(first.dataSet, transferSyntax: first.transferSyntax)
    let right = try FrameReader(second.dataSet, transferSyntax: second.transferSyntax)
    guard left.frameCount == right.frameCount else {
      return [difference(.pixels, "\(left.frameCount) frames", "\(right.frameCount) frames")]
    }
    var result: [ComparisonReport.Difference] = []
    for index in 0..<left.frameCount {
      let one = try left.frame(index)
      let other = try right.frame(index)
      let shapes = [one, other].map { "\($0.columns) × \($0.rows) × \($0.samplesPerPixel)" }
      guard shapes[0] == shapes[1], one.bitsAllocated == other.bitsAllocated, one.format == other.format else {
        result.append(
          difference(
            .pixels, "\(shapes[0]), \(one.bitsAllocated) bits", "\(shapes[1]), \(other.bitsAllocated) bits", index))
        continue
      }
      if one.bytes == other.bytes { continue }
      let found = SampleDifference(one, other, tolerance: options.tolerance)
      if found.count > 0 {
        result.append(
          difference(
            .pixels, "\(found.count) of \(one.sampleCount) samples differ", "greatest difference \(found.greatest)",
            index))
      }
    }
    return result
  }

  private func difference(
    _ kind: ComparisonReport.Difference.Kind, _ first: String? = nil, _ second: String? = nil, _ frame: Int? = nil
  ) -> ComparisonReport.Difference {
    .init(kind: kind, path: frame.map { "PixelData frame \($0 + 1)" } ?? "PixelData", first: first, second: second)
  }
}

/// How many samples of two frames of the same form differ by more than a tolerance, and how much.
private struct SampleDifference {
  private(set) var count = 0
  private(set) var greatest = 0.0

  init(_ one: DecodedFrame, _ other: DecodedFrame, tolerance: Double) {
    switch (one.format, one.bitsAllocated) {
    case (.float, 64): add(one, other, tolerance, Double.self) { $0 }
    case (.float, _): add(one, other, tolerance, Float.self) { Double($0) }
    case (_, 1...8): add(one, other, tolerance, UInt8.self) { one.isSigned ? Double(Int8(bitPattern: $0)) : Double($0) }
    case (_, 9...16):
      add(one, other, tolerance, UInt16.self) { one.isSigned ? Double(Int16(bitPattern: $0)) : Double($0) }
    default: add(one, other, tolerance, UInt32.self) { one.isSigned ? Double(Int32(bitPattern: $0)) : Double($0) }
    }
  }

  private mutating func add<Sample: BitwiseCopyable>(
    _ one: DecodedFrame, _ other: DecodedFrame, _ tolerance: Double, _: Sample.Type, _ value: (Sample) -> Double
  ) {
    let size = MemoryLayout<Sample>.size
    one.bytes.withUnsafeBytes { left in
      other.bytes.withUnsafeBytes { right in
        for offset in stride(from: 0, to: min(left.count, right.count) - size + 1, by: size) {
          let a = value(left.loadUnaligned(fromByteOffset: offset, as: Sample.self))
          let b = value(right.loadUnaligned(fromByteOffset: offset, as: Sample.self))
          let distance = a.isNaN && b.isNaN ? 0 : abs(a - b)
          guard distance > tolerance || distance.isNaN else { continue }
          count += 1
          greatest = max(greatest, distance)
        }
      }
    }
  }
}
