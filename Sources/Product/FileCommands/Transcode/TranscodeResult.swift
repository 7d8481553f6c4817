// SPDX-License-Identifier: Apache-2.0

/// What became of one file.
struct TranscodeResult: Encodable, Sendable {
  enum Outcome: String, Encodable, Sendable {
    case converted
    /// Carried into the output as it is.
    case copied
    case failed
  }

  var file: String
  var output: String?
  var outcome: Outcome
  /// The transfer syntax that was written.
  var transferSyntax: String?
  var frames: Int?
  var lossy: Bool?
  /// Uncompressed to compressed size of the pixel data.
  var ratio: Double?
  /// The greatest difference of a sample that decoding found.
  var maximumError: Int?
  /// In dB; absent where nothing differs.
  var peakSignalToNoise: Double?
  var inputBytes: Int?
  var outputBytes: Int?
  var error: String?
}

/// What became of all.
struct TranscodeSummary: Encodable, Sendable {
  var summary = true
  var files = 0
  var converted = 0
  var copied = 0
  var failed = 0
  var frames = 0
  var inputBytes = 0
  var outputBytes = 0
  var seconds = 0.0

  mutating func add(_ result: TranscodeResult) {
    files += 1
    switch result.outcome {
    case .converted: converted += 1
    case .copied: copied += 1
    case .failed: failed += 1
    }
    frames += result.frames ?? 0
    inputBytes += result.inputBytes ?? 0
    outputBytes += result.outputBytes ?? 0
  }
}
