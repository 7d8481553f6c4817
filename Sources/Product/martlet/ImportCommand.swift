// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser
import FileCommands
import Foundation
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

  func run() throws {
    let files = try Importer.files(below: paths)
    let report = Mutex(MediaIntake.Report())
    try ArchiveAtRest(folder) { "send the files to it: martlet send --called \($0.aeTitle) \($0.address) PATH…" }
      .use { archive in
        let progress = ProgressLine(total: files.count, isShown: !json && !verbose && isatty(STDERR_FILENO) == 1)
        let summary = Importer(archive: archive).run(files) { file, result, sofar in
          if let reason = result.trouble { report.withLock { $0.note(.init(file: file, reason: reason)) } }
          if verbose, !json { print("\(file): \(Self.text(result))") }
          progress.show(sofar.files, "\(sofar.stored) stored")
        }
        progress.end()
        report.withLock { $0.summary = summary }
      }
    try IntakeReport(report.withLock { $0 }).tell(asJSON: json, listsTroubles: !verbose)
  }

  private static func text(_ result: FileIntake.Result) -> String {
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
