// SPDX-License-Identifier: Apache-2.0

import DICOMServices
import FileCommands

/// What became of the files of a `send`.
struct SendSummary {
  struct Trouble: Encodable {
    let file: String
    let reason: String
    let status: String?
  }

  private struct Report: Encodable {
    let files: Int
    let stored: Int
    let warnings: Int
    let failed: Int
    let ignored: Int
    let bytes: Int64
    let seconds: Double
    let troubles: [Trouble]
  }

  /// What is listed; all are counted.
  private static let maximumTroubles = 1000

  private(set) var sent = 0
  private(set) var warnings = 0
  private(set) var failed = 0
  var ignored = 0
  private(set) var bytes: Int64 = 0
  var seconds = 0.0
  private(set) var troubles: [Trouble] = []

  var done: Int { sent + failed }

  mutating func store(_ byteCount: Int64, warning: (file: String, text: String)? = nil) {
    sent += 1
    bytes += byteCount
    if let warning {
      warnings += 1
      list(Trouble(file: warning.file, reason: warning.text, status: nil))
    }
  }

  mutating func fail(_ file: String, _ reason: String, status: DIMSEStatus? = nil) {
    failed += 1
    list(Trouble(file: file, reason: reason, status: status?.hexadecimal))
  }

  private mutating func list(_ trouble: Trouble) {
    if troubles.count < Self.maximumTroubles { troubles.append(trouble) }
  }

  func report(files: Int, json: Bool) throws {
    if json {
      return try printJSON(
        Report(
          files: files, stored: sent, warnings: warnings, failed: failed, ignored: ignored, bytes: bytes,
          seconds: seconds, troubles: troubles))
    }
    for trouble in troubles { print("\(trouble.file): \(trouble.reason)") }
    let megabytes = Double(bytes) / 1_000_000
    let rate = seconds > 0 ? megabytes / seconds : 0
    print(
      "\(files) files: \(sent) stored (\(warnings) with a warning), \(failed) failed, \(ignored) not DICOM; "
        + "\(Self.rounded(megabytes)) MB in \(Self.rounded(seconds)) s, \(Self.rounded(rate)) MB/s")
  }

  private static func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
