// SPDX-License-Identifier: Apache-2.0

import DICOMFile
import DICOMPixels
import DICOMTestKit

/// What the manifest of the corpus says about the decoded pixels of a file.
struct PixelExpectation {
  let sha256: String
  let agree: [String]
  let isTrusted: Bool
  let frames: Int
  let least: Double
  let greatest: Double
  let mean: Double
  /// How far other decoders are from one another.
  let tolerance: Double

  init(_ entry: Corpus.Entry) {
    let pixel = entry.manifest["pixel"]
    sha256 = pixel?["sha256"]?.string ?? ""
    agree = pixel?["agree"]?.array?.compactMap(\.string) ?? []
    let isLossy = entry.manifest["lossy"]?.bool == true
    let independent = pixel?["independent"]?.integer ?? 0
    isTrusted = pixel?["exact"]?.bool == true || (independent >= 2 && !isLossy)
    frames = entry.integer("frames") ?? 1
    least = pixel?["min"]?.double ?? 0
    greatest = pixel?["max"]?.double ?? 0
    mean = pixel?["mean"]?.double ?? 0
    tolerance = 2
  }
}

/// The range and the mean of decoded samples.
struct PixelStatistics {
  private(set) var least = Double.infinity
  private(set) var greatest = -Double.infinity
  private var sum = 0.0
  private var count = 0

  var mean: Double { count > 0 ? sum / Double(count) : 0 }

  mutating func add(_ frame: DecodedFrame) {
    frame.bytes.withUnsafeBytes { raw in
      switch (frame.bitsAllocated, frame.isSigned) {
      case (8, false): add(raw.assumingMemoryBound(to: UInt8.self))
      case (8, true): add(raw.assumingMemoryBound(to: Int8.self))
      case (16, false): add(raw.assumingMemoryBound(to: UInt16.self))
      case (16, true): add(raw.assumingMemoryBound(to: Int16.self))
      default: add(raw.assumingMemoryBound(to: UInt32.self))
      }
    }
  }

  private mutating func add<Sample: FixedWidthInteger>(_ samples: UnsafeBufferPointer<Sample>) {
    var low = Int.max
    var high = Int.min
    var total = 0
    for sample in samples {
      let value = Int(truncatingIfNeeded: sample)
      low = min(low, value)
      high = max(high, value)
      total += value
    }
    least = min(least, Double(low))
    greatest = max(greatest, Double(high))
    sum += Double(total)
    count += samples.count
  }

  func isClose(to expected: PixelExpectation) -> Bool {
    abs(least - expected.least) <= expected.tolerance && abs(greatest - expected.greatest) <= expected.tolerance
      && abs(mean - expected.mean) <= expected.tolerance / 2
  }
}
