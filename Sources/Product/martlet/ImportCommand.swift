// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser
import FileCommands
import Foundation
import Logging
import MartletServer
import Synchronization

/// Takes folders of anybody's files into the archive.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take files and folders into the archive, with or without a DICOMDIR.",
    discussion: """
      Files that are no DICOM objects are passed over and counted. While the server of this data folder runs, send \
      the files to it instead: martlet send.
      """)

  @Argument(help: "Files and folders.") var paths: [String]
  @Flag(help: "Print the summary, and what was not stored, as JSON.") var json = false
  @Flag(name: .shortAndLong, help: "Tell of each file.") var verbose = false
  @OptionGroup var folder: DataFolderOption

  private struct Trouble: Codable {
    let file: String
    let reason: String
  }

  private struct Report: Encodable {
    let summary: Importer.Summary
    let troubles: [Trouble]
  }

  /// What is listed of files that were not stored; all are counted.
  private static let maximumTroubles = 1000

  func run() throws {
    let data = try folder.open()
    let files = try Importer.files(below: paths)
    let database = try ServerDatabase(data)
    guard let lock = try ServerLock(data) else {
      let owner = try ServerLock.owner(of: data)
      throw CommandFailure(
        "the server of \(data.path) is running; send the files to it: "
          + "martlet send --called \(owner.aeTitle) \(owner.dicomHost) \(owner.dicomPort) PATH…")
    }
    let parts = try ServerArchive(data, data.settings(), database, logger: Logger(label: "martlet"))
    _ = try parts.start()
    let archive = parts.archive
    let troubles = Mutex<[Trouble]>([])
    let progress = ProgressLine(total: files.count, isShown: !json && !verbose && isatty(STDERR_FILENO) == 1)
    let summary = Importer(archive: archive).run(files) { file, result, sofar in
      if let reason = Self.trouble(result) {
        troubles.withLock { if $0.count < Self.maximumTroubles { $0.append(Trouble(file: file, reason: reason)) } }
      }
      if verbose, !json { print("\(file): \(Self.text(result))") }
      progress.show(sofar.files, "\(sofar.stored) stored")
    }
    progress.end()
    archive.stop()
    withExtendedLifetime(lock) {}
    try report(summary, troubles.withLock { $0 })
    if summary.failed > 0 || summary.refused > 0 { throw ExitCode(1) }
  }

  private func report(_ summary: Importer.Summary, _ troubles: [Trouble]) throws {
    if json { return try printJSON(Report(summary: summary, troubles: troubles)) }
    for trouble in troubles where !verbose { print("\(trouble.file): \(trouble.reason)") }
    print(
      "\(summary.files) files: \(summary.stored) stored, \(summary.duplicates) already there, "
        + "\(summary.conflicts) further versions, \(summary.refused) refused, \(summary.ignored) not DICOM, "
        + "\(summary.failed) failed")
  }

  private static func trouble(_ result: Importer.Result) -> String? {
    switch result {
    case .outcome(.refused(let refusal)): "refused: \(refusal.reason)"
    case .failed(let reason): "failed: \(reason)"
    default: nil
    }
  }

  private static func text(_ result: Importer.Result) -> String {
    switch result {
    case .outcome(.stored(_, version: 1)): "stored"
    case .outcome(.stored(_, let version)): "stored as version \(version)"
    case .outcome(.duplicate): "already there"
    case .outcome(.refused(let refusal)): "refused: \(refusal.reason)"
    case .ignored(let reason): "passed over: \(reason)"
    case .failed(let reason): "failed: \(reason)"
    }
  }
}
