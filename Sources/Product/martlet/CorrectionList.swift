// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser
import DICOMCore
import FileCommands
import MartletServer

/// The corrections that were made.
struct CorrectionList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the corrections, the newest first.")

  @Option(help: "Only those that touched this study.") var study: String?
  @Option(help: "How many at most.") var limit = 100
  @Flag(help: "Print a JSON object per line.") var json = false
  @OptionGroup var folder: DataFolderOption

  private struct Line: Encodable {
    let name: String
    let kind: String
    let at: Int64
    let actor: String
    let comment: String
    let undoneBy: String?
    let isPurged: Bool
  }

  func validate() throws {
    guard (1...100_000).contains(limit) else { throw ValidationError("--limit is 1 to 100000.") }
  }

  func run() throws {
    let corrections = try ServerDatabase(folder.open()).corrections
    for listed in try corrections.corrections(ofStudy: study.map { UID($0) }, offset: 0, limit: limit) {
      let one = listed.correction
      if json {
        try printJSONLine(
          Line(
            name: one.name, kind: one.kind.rawValue, at: one.at, actor: one.actor, comment: one.comment,
            undoneBy: listed.undoneBy, isPurged: listed.isPurged))
      } else {
        let fate = listed.isPurged ? "purged" : listed.undoneBy.map { "undone by \($0)" } ?? ""
        print("\(one.name)\t\(one.kind.rawValue)\t\(one.actor)\t\(one.comment)\t\(fate)")
      }
    }
  }
}
