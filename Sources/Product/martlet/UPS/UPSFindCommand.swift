// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNIO
import DICOMNetwork
import DICOMServices
import FileCommands

extension UPS {
  struct Find: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ask a worklist which steps there are (C-FIND).",
      discussion: "Prints a table, or the steps in the DICOM JSON model.")

    @OptionGroup var peer: PeerOptions
    @Option(help: "Procedure Step State: SCHEDULED, IN PROGRESS, COMPLETED or CANCELED.") var state: String?
    @Option(help: "Worklist Label.") var worklist: String?
    @Option(help: "Patient ID.") var patient: String?
    @Option(help: "Start or range of starts: 20260131, 20260101-20260131, 20260131-.") var start: String?
    @Option(name: .shortAndLong, help: ArgumentHelp("Another key, with a value or without.", valueName: "key[=value]"))
    var key: [QueryKeyOption] = []
    @Option(help: "Cancel the query after so many steps.") var limit: Int?

    private static let keys: [Tag] = [
      .sopClassUID, .sopInstanceUID, .procedureStepState, .scheduledProcedureStepPriority, .procedureStepLabel,
      .worklistLabel, .scheduledProcedureStepStartDateTime, .inputReadinessState, .patientName, .patientID,
      .scheduledStationNameCodeSequence, .scheduledWorkitemCodeSequence, .studyInstanceUID,
      .referencedRequestSequence,
    ]

    func run() async throws {
      let sopClass = UID.unifiedProcedureStepPull
      let association = try await peer.connect(UPS.contexts(sopClass))
      let found = try await WorklistQuestion.answers(
        to: identifier(), sopClass: sopClass, on: association, limit: limit)
      await peer.release(association)
      if peer.json { return print(String(decoding: DICOMJSON.encode(found), as: UTF8.self)) }
      printTable(found)
    }

    private func identifier() -> DataSet {
      var identifier = WorklistQuestion.identifier(
        for: [state, worklist, patient, start].compactMap { $0 } + key.map(\.value))
      WorklistQuestion.put(Self.keys, in: &identifier)
      WorklistQuestion.match(
        [
          (.procedureStepState, state), (.worklistLabel, worklist), (.patientID, patient),
          (.scheduledProcedureStepStartDateTime, start),
        ], in: &identifier)
      for key in key { key.apply(to: &identifier) }
      return identifier
    }

    private func printTable(_ steps: [DataSet]) {
      let columns: [(String, Tag)] = [
        ("State", .procedureStepState), ("Priority", .scheduledProcedureStepPriority),
        ("Start", .scheduledProcedureStepStartDateTime), ("Worklist", .worklistLabel), ("Label", .procedureStepLabel),
        ("Patient", .patientName), ("Patient ID", .patientID), ("Instance", .sopInstanceUID),
      ]
      WorklistQuestion.printTable(
        columns.map(\.0), steps.map { step in columns.map { step.string($0.1) ?? "" } })
      complain("\(steps.count) steps")
    }
  }
}
