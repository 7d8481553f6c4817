// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser
import FileCommands
import Foundation
import Logging
import MartletServer

/// Builds the image index from the files alone.
struct ReindexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reindex",
    abstract: "Build the image index anew from the files of the archive.",
    discussion: """
      For a database that was lost or damaged: accounts, nodes and settings are left as they are. The server must not \
      run. Where this is interrupted, it is simply run again; until it is through, the server does not start. Exit \
      code 1 says that some objects could not be indexed.
      """)

  @Flag(help: "Print the summary as JSON.") var json = false
  @OptionGroup var folder: DataFolderOption

  private struct Report: Encodable {
    let files: Int
    let indexed: Int
    let duplicates: Int
    let unusable: [String]
  }

  func run() throws {
    let data = try folder.open()
    guard let lock = try ServerLock(data) else {
      throw CommandFailure("the server of \(data.path) is running; stop it first")
    }
    let parts = try ServerArchive(data, data.settings(), ServerDatabase(data), logger: Logger(label: "martlet"))
    let isShown = !json && isatty(STDERR_FILENO) == 1
    let summary = try parts.reindex.run { done, total in
      ProgressLine(total: total, isShown: isShown).show(done, "objects")
    }
    ProgressLine(total: summary.indexed, isShown: isShown).end()
    withExtendedLifetime(lock) {}
    if json {
      try printJSON(
        Report(
          files: summary.files, indexed: summary.indexed, duplicates: summary.duplicates, unusable: summary.unusable))
    } else {
      for line in summary.unusable { print("not indexed: \(line)") }
      print("\(summary.indexed) objects of \(summary.files) files indexed, \(summary.duplicates) copies passed over")
    }
    if !summary.unusable.isEmpty { throw ExitCode(1) }
  }
}
