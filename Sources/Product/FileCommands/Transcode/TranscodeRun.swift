// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Converts many files, a few at a time, and tells how it goes.
struct TranscodeRun {
  let job: TranscodeJob
  var inputs: TranscodeInputs
  let workers: Int
  let progress: ProgressLine
  var printsJSON = false

  private static let megabyte = 1e6

  mutating func run() async throws -> TranscodeSummary {
    let start = ContinuousClock.now
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var summary = TranscodeSummary()
    try await withThrowingTaskGroup(of: TranscodeResult.self) { group in
      var running = 0
      while running < workers, let entry = inputs.entry() {
        group.addTask { [job] in await job.run(entry) }
        running += 1
      }
      while let result = try await group.next() {
        summary.add(result)
        if printsJSON { print(String(decoding: try encoder.encode(result), as: UTF8.self)) }
        if let error = result.error, !printsJSON {
          complain("martlet: \(result.file): \(error)\(result.outcome == .copied ? "; copied" : "")")
        }
        progress.show(summary.files, "\(summary.failed) failed")
        if let entry = inputs.entry() { group.addTask { [job] in await job.run(entry) } }
      }
    }
    progress.end()
    let elapsed = ContinuousClock.now - start
    summary.seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    if printsJSON {
      print(String(decoding: try encoder.encode(summary), as: UTF8.self))
    } else {
      print(Self.text(summary))
    }
    return summary
  }

  private static func text(_ summary: TranscodeSummary) -> String {
    func megabytes(_ bytes: Int) -> String { String(format: "%.1f MB", Double(bytes) / megabyte) }
    let counts = [
      "\(summary.converted) converted", summary.copied > 0 ? "\(summary.copied) copied" : nil,
      summary.failed > 0 ? "\(summary.failed) failed" : nil,
    ].compactMap { $0 }.joined(separator: ", ")
    return "\(summary.files) files: \(counts); \(summary.frames) frames, \(megabytes(summary.inputBytes)) -> "
      + "\(megabytes(summary.outputBytes)) in \(String(format: "%.1f", summary.seconds)) s"
  }
}
