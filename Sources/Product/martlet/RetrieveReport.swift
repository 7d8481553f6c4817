// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMNIO
import DICOMNetwork
import DICOMServices
import FileCommands

/// The outcome of a C-MOVE or C-GET, printed alike.
struct RetrieveReport: Encodable {
  let status: String
  let meaning: String
  let completed: Int?
  let warnings: Int?
  let failed: Int?
  let failedSOPInstanceUIDs: [String]
  let errorComment: String?
  /// Files written, of a C-GET.
  let written: Int?

  init(_ result: RetrieveResult, of request: CommandField, written: Int? = nil) {
    status = result.status.hexadecimal
    meaning = ServiceClass.meaning(result.status, of: request)
    completed = result.counts.completed
    warnings = result.counts.warning
    failed = result.counts.failed
    failedSOPInstanceUIDs = result.failedSOPInstances.map(\.rawValue)
    errorComment = result.errorComment
    self.written = written
  }

  private static let maximumListed = 20

  /// Prints, and ends the command with exit code 1 where not everything came.
  func finish(_ result: RetrieveResult, json: Bool) throws {
    if json {
      try printJSON(self)
    } else {
      let numbers = [("completed", completed), ("with a warning", warnings), ("failed", failed), ("written", written)]
      let counts = numbers.compactMap { name, count in count.map { "\($0) \(name)" } }.joined(separator: ", ")
      print("\(status) \(meaning)\(errorComment.map { " (\($0))" } ?? "")\(counts.isEmpty ? "" : ": \(counts)")")
      for uid in failedSOPInstanceUIDs.prefix(Self.maximumListed) { print("failed: \(uid)") }
      let more = failedSOPInstanceUIDs.count - Self.maximumListed
      if more > 0 { print("and \(more) more; --json lists them all") }
    }
    if result.status != .success || (failed ?? 0) > 0 { throw ExitCode(1) }
  }
}
