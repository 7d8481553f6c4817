// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser
import FileCommands
import Logging
import MartletServer

/// The archive of a data folder whose server does not run, for commands that change it.
struct ArchiveAtRest {
  private let folder: DataFolderOption
  private let advice: (ServerLock.Owner) -> String

  /// - Parameter advice: what to do instead where the server runs.
  init(_ folder: DataFolderOption, advice: @escaping (ServerLock.Owner) -> String) {
    self.folder = folder
    self.advice = advice
  }

  /// Opens the archive, and stops it afterwards.
  /// - Throws: a failure with advice where the server runs.
  func use(_ body: (ImageArchive) throws -> Void) throws {
    let data = try folder.open()
    let database = try ServerDatabase(data)
    guard let lock = try ServerLock(data) else {
      throw CommandFailure("the server of \(data.path) is running; \(advice(try ServerLock.owner(of: data)))")
    }
    let parts = try ServerArchive(data, data.settings(), database, logger: Logger(label: "martlet"))
    _ = try parts.start()
    defer { parts.archive.stop() }
    try body(parts.archive)
    withExtendedLifetime(lock) {}
  }
}

extension ServerLock.Owner {
  /// Host and port of its DICOM service, as commands take them.
  var address: String { "\(dicomHost) \(dicomPort)" }
}

/// What the commands that take files in tell at their end.
struct IntakeReport {
  private let report: MediaIntake.Report

  init(_ report: MediaIntake.Report) { self.report = report }

  /// - Throws: exit code 1 where something was not stored.
  func tell(asJSON: Bool, listsTroubles: Bool = true) throws {
    let summary = report.summary
    if asJSON {
      try printJSON(report)
    } else {
      if listsTroubles { for trouble in report.troubles { print("\(trouble.file): \(trouble.reason)") } }
      for file in report.missing { print("\(file): named by the DICOMDIR, and not there") }
      print(
        "\(summary.files) files: \(summary.stored) stored, \(summary.duplicates) already there, "
          + "\(summary.conflicts) further versions, \(summary.refused) refused, \(summary.ignored) not DICOM, "
          + "\(summary.failed) failed")
    }
    if summary.failed + summary.refused + report.missing.count > 0 { throw ExitCode(1) }
  }
}
