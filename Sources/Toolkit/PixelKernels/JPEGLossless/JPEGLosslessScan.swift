// SPDX-License-Identifier: Apache-2.0

/// The header of one scan (ISO/IEC 10918-1 §B.2.3, table B.3).
struct JPEGLosslessScan {
  /// Components in the scan, 1 to 4.
  var count = 0
  /// Selection value of the predictor, 1 to 7.
  var predictor = 0
  /// Point transform: low bits that were not coded.
  var pointTransform = 0
  /// Bits of a sample, by the frame header.
  var precision = 0
  /// Samples between restart markers, 0 for none.
  var restartInterval = 0
  private var channels: UInt32 = 0

  /// The place in the pixel and the table of the entry; four bits each.
  mutating func append(component: Int, table: Int) {
    channels |= UInt32(truncatingIfNeeded: component | table << 4) << UInt32(truncatingIfNeeded: count * 8)
    count += 1
  }

  func component(_ entry: Int) -> Int { Int(channels >> UInt32(truncatingIfNeeded: entry * 8) & 15) }

  func table(_ entry: Int) -> Int { Int(channels >> UInt32(truncatingIfNeeded: entry * 8 + 4) & 15) }

  /// The prediction of the first sample (§H.1.2.1).
  var initialPrediction: Int32 { 1 &<< Int32(truncatingIfNeeded: precision &- pointTransform &- 1) }
}
