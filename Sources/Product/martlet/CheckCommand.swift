// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser
import FileCommands
import Foundation
import Logging
import MartletServer

/// Reads the whole archive and says what is not as it was stored.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read all that is stored and compare it with its checksums and with the index.",
    discussion: """
      Reads from the disk, past every cache, and changes nothing; the server may run. The manifest of each study file \
      is compared with the file, and its signature with the public keys (`martlet keys`). Exit code 1 says that \
      something was found.
      """)

  @Flag(help: "Compare the headers in the files with the index, without reading the objects.") var quick = false
  @Flag(help: "Print a JSON object per line for each finding, and one with the summary.") var json = false
  @OptionGroup var folder: DataFolderOption

  private struct Finding: Encodable {
    let kind: String
    let file: String
    let offset: Int64
    let object: String
    let reason: String
  }

  private struct Summary: Encodable {
    let files: Int
    let objects: Int
    let bytes: Int64
    let signed: Int
    let findings: Int
  }

  func run() throws {
    let data = try folder.open()
    let settings = try data.settings()
    let archive = try ServerArchive(
      data, settings, ServerDatabase(data, settings), logger: Logger(label: "martlet"))
    let isShown = !json && isatty(STDERR_FILENO) == 1
    let summary = try archive.check.run(readsBodies: !quick) { done, total in
      ProgressLine(total: total, isShown: isShown).show(done, "files")
      return true
    } finding: { found in
      if json {
        try printJSONLine(
          Finding(
            kind: found.kind.rawValue, file: found.file, offset: found.offset, object: found.object,
            reason: found.reason))
      } else {
        print("\(found.file) at \(found.offset): \(found.object): \(found.kind.rawValue): \(found.reason)")
      }
    }
    ProgressLine(total: summary.files, isShown: isShown).end()
    if json {
      try printJSONLine(
        Summary(
          files: summary.files, objects: summary.objects, bytes: summary.bytes, signed: summary.signed,
          findings: summary.findings))
    } else {
      print(
        "\(summary.files) files, \(summary.objects) objects, \(summary.bytes) bytes read, "
          + "\(summary.signed) signatures: "
          + (summary.findings == 0 ? "all is as it was stored" : "\(summary.findings) findings"))
    }
    if summary.findings > 0 { throw ExitCode(1) }
  }
}
