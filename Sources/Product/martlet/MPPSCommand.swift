// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNIO
import DICOMNetwork
import DICOMServices
import FileCommands
import Foundation

/// Modality performed procedure step as SCU.
struct MPPS: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mpps",
    abstract: "Tell a department what a modality does, or ask for it (MPPS).",
    subcommands: [Create.self, Set.self, Get.self])

  /// The attributes of a message: from a file in the DICOM JSON model, and one by one.
  struct Attributes: ParsableArguments {
    @Option(help: "Attributes in the DICOM JSON model; - reads standard input.") var file: String?
    @Option(name: .shortAndLong, help: ArgumentHelp("An attribute, by keyword or tag.", valueName: "key=value"))
    var key: [QueryKeyOption] = []

    func dataSet() throws -> DataSet {
      var dataSet = DataSet()
      if let file {
        let bytes =
          file == "-"
          ? [UInt8](FileHandle.standardInput.readDataToEndOfFile())
          : [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
        dataSet = try DICOMJSON.decode(bytes)
      }
      let isPlain = key.allSatisfy { $0.value.utf8.allSatisfy { $0 < 0x80 } }
      if !isPlain, dataSet[.specificCharacterSet] == nil { dataSet.set(.specificCharacterSet, .CS, "ISO_IR 192") }
      for key in key { key.apply(to: &dataSet) }
      return dataSet
    }
  }

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Begin a performed procedure step (N-CREATE).",
      discussion: "Prints the SOP Instance UID. What a step in progress must say and is not given is filled in.")

    @OptionGroup var peer: PeerOptions
    @OptionGroup var attributes: Attributes
    @Option(help: "SOP Instance UID; a new one where not given.") var instance: String?

    func run() async throws {
      var given = try attributes.dataSet()
      let now = StepClock.now()
      given.setDefault(.performedProcedureStepStatus, .CS, PerformedStepState.inProgress.rawValue)
      given.setDefault(.performedStationAETitle, .AE, peer.calling)
      given.setDefault(.performedProcedureStepStartDate, .DA, now.date)
      given.setDefault(.performedProcedureStepStartTime, .TM, now.time)
      given.setDefault(.performedProcedureStepID, .SH, "PPS" + now.date.dropFirst(2) + now.time)
      let rules = PerformedProcedureStepAttributes.all
      let creation = rules.addingEmpty(to: given, .creation) { DataDictionary.vr(for: $0) ?? .LO }
      let uid = instance.map { UID($0) } ?? UID.random()
      try await MPPS.perform(peer, .modalityPerformedProcedureStep) { association in
        try await association.create(.modalityPerformedProcedureStep, instance: uid, creation)
      }
      print(uid)
    }
  }

  struct Set: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Change or end a performed procedure step (N-SET).",
      discussion: "With --completed or --discontinued, end date and time are filled in where they are not given.")

    @OptionGroup var peer: PeerOptions
    @OptionGroup var attributes: Attributes
    @Argument(help: "SOP Instance UID of the step.") var instance: String
    @Flag(help: "It is done.") var completed = false
    @Flag(help: "It was broken off.") var discontinued = false

    func validate() throws {
      if completed, discontinued { throw ValidationError("A step is either completed or discontinued.") }
    }

    func run() async throws {
      var given = try attributes.dataSet()
      if completed || discontinued {
        let now = StepClock.now()
        let state = completed ? PerformedStepState.completed : .discontinued
        given.setDefault(.performedProcedureStepStatus, .CS, state.rawValue)
        given.setDefault(.performedProcedureStepEndDate, .DA, now.date)
        given.setDefault(.performedProcedureStepEndTime, .TM, now.time)
      }
      let modifications = given
      try await MPPS.perform(peer, .modalityPerformedProcedureStep) { association in
        try await association.set(.modalityPerformedProcedureStep, instance: UID(instance), modifications)
      }
    }
  }

  struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ask for a performed procedure step (N-GET).",
      discussion: "Prints the attributes in the DICOM JSON model.")

    @OptionGroup var peer: PeerOptions
    @Argument(help: "SOP Instance UID of the step.") var instance: String
    @Option(name: .shortAndLong, help: ArgumentHelp("Only these attributes.", valueName: "key"))
    var key: [QueryKeyOption] = []

    func run() async throws {
      let tags = key.compactMap(\.path.first)
      let sopClass = UID.modalityPerformedProcedureStepRetrieve
      let result = try await MPPS.perform(peer, sopClass) { association in
        try await association.get(sopClass, instance: UID(instance), attributes: tags)
      }
      print(String(decoding: DICOMJSON.encode(result.dataSet ?? DataSet()), as: UTF8.self))
    }
  }

  /// Runs one operation on an association of its own; a failure status ends the command.
  @discardableResult
  private static func perform(
    _ peer: PeerOptions, _ sopClass: UID,
    _ operation: @Sendable (Association) async throws -> NormalizedResult
  ) async throws -> NormalizedResult {
    let association = try await peer.connect(
      PresentationContext.numbered([
        (sopClass, [TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid])
      ]))
    let result = try await operation(association)
    await peer.release(association)
    let comment = result.errorComment.map { ": \($0)" } ?? ""
    guard result.status.isDone else {
      let id = result.errorID.map { ", error ID \(DIMSEStatus($0).hexadecimal)" } ?? ""
      throw CommandFailure("refused with \(result.status)\(id)\(comment)")
    }
    if result.status != .success { complain("\(result.status)\(comment)") }
    return result
  }
}

/// The wall clock as DA and TM.
enum StepClock {
  static func now() -> (date: String, time: String) {
    let parts = Calendar(identifier: .gregorian).dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: Date())
    func digits(_ number: Int?, _ width: Int) -> String {
      let text = String(number ?? 0)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    return (
      digits(parts.year, 4) + digits(parts.month, 2) + digits(parts.day, 2),
      digits(parts.hour, 2) + digits(parts.minute, 2) + digits(parts.second, 2)
    )
  }
}

extension DataSet {
  /// Sets text where there is none.
  mutating func setDefault(_ tag: Tag, _ vr: VR, _ text: some StringProtocol) {
    if self[tag] == nil { set(tag, vr, String(text)) }
  }
}
