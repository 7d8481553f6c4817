// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser
import DICOMCore
import FileCommands
import Foundation
import MartletServer

/// What was deleted and is not gone yet.
struct Bin: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List what is in the bin, bring it back, or remove it for good.",
    discussion: "Works on the data folder, whether its server runs or not.",
    subcommands: [List.self, Restore.self, Purge.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List what is in the bin, the newest first.")

    @Flag(help: "List what was rejected instead.") var rejected = false
    @Flag(help: "Print a JSON object per line.") var json = false
    @Option(help: "How many at most.") var limit = 1000
    @OptionGroup var folder: DataFolderOption

    private struct Line: Encodable {
      let correction: String
      let at: Int64
      let actor: String
      let studyUID: String
      let patientID: String
      let patientName: String
      let series: Int
      let instances: Int
      let bytes: Int64
    }

    func validate() throws {
      guard (1...100_000).contains(limit) else { throw ValidationError("--limit is 1 to 100000.") }
    }

    func run() throws {
      let corrections = try ServerDatabase(folder.open()).corrections
      for study in try corrections.hidden(rejected ? .rejection : .deletion, offset: 0, limit: limit) {
        if json {
          try printJSONLine(
            Line(
              correction: study.correction.name, at: study.correction.at, actor: study.correction.actor,
              studyUID: study.study.rawValue, patientID: study.patientID, patientName: study.patientName,
              series: study.seriesCount, instances: study.instanceCount, bytes: study.bytes))
        } else {
          print(
            "\(study.correction.name)\t\(study.study)\t\(study.patientID)\t\(study.patientName)\t"
              + "\(study.instanceCount) instances\t\(study.bytes) bytes")
        }
      }
    }
  }

  struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Bring back what one deletion put into the bin.")

    @Argument(help: "Name of the deletion, as the list shows it.") var name: String
    @OptionGroup var options: CorrectionOption

    func run() throws { try options.perform { try $0.undo(name, by: $1) } }
  }

  struct Purge: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove for good what one deletion put into the bin, before its time.",
      discussion: "The space goes back when the server has run for as long as the setting releaseMinutes says.")

    @Argument(help: "Name of the deletion, as the list shows it.") var name: String
    @OptionGroup var options: CorrectionOption

    func run() throws {
      let (database, corrections) = try options.open()
      do {
        let count = try corrections.purge(name, by: Corrector(NSUserName(), options.comment))
        if let listed = try corrections.index.correction(named: name) {
          try options.tell(database, "DICOM Study Deleted", listed.correction)
        }
        print("\(count) objects removed")
      } catch let error as CorrectionError {
        throw CommandFailure(error.reason)
      }
    }
  }
}
