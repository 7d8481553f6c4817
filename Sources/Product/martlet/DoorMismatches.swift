// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FileCommands
import MartletServer
import Radiology

extension DoorCommand {
  struct Mismatches: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List what arrived images say otherwise than their order or a rule.",
      discussion: "Who may examine decides about them in the browser, or at /api/v1/mismatches.")

    @Option(help: "open, attached, accepted, corrected, settled, or all.") var state = "open"
    @Option(help: "How many at most.") var limit = 100
    @OptionGroup var folder: DataFolderOption
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
      if state != "all", Mismatch.State(rawValue: state) == nil {
        throw ValidationError("There is no state \(state).")
      }
      guard (1...10_000).contains(limit) else { throw ValidationError("The limit is from 1 to 10000.") }
    }

    func run() throws {
      var query = MismatchQuery()
      query.states = Mismatch.State(rawValue: state).map { [$0] } ?? []
      query.limit = limit
      let found = try ServerDatabase(folder.open()).department.mismatches(matching: query)
      if json { return try printJSON(found) }
      for one in found {
        let subject = "\(one.facts.patient.id)\t\(one.facts.accession)\t\(one.facts.studyInstanceUID)"
        let differences = one.differences.map { "\($0.attribute): \"\($0.study)\", not \"\($0.order)\"" }
        print("\(one.id)\t\(one.state.rawValue)\t\(one.source)\t\(subject)\t\(differences.joined(separator: "; "))")
      }
    }
  }
}
