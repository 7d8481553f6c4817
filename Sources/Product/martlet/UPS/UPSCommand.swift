// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNIO
import DICOMNetwork
import DICOMServices
import FileCommands

/// Unified procedure steps as SCU.
struct UPS: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ups",
    abstract: "Work with a unified worklist (UPS).",
    discussion: """
      A step is created, claimed by who performs it, which makes the key that every later change needs (the \
      Transaction UID), and completed or canceled. Who is interested watches.
      """,
    subcommands: [
      Create.self, Find.self, Get.self, Claim.self, Set.self, Complete.self, Cancel.self, RequestCancel.self,
      Watch.self, Unwatch.self,
    ])

  /// Runs one operation on an association of its own; a failure status ends the command.
  @discardableResult
  static func perform(
    _ peer: PeerOptions, _ sopClass: UID,
    _ operation: @Sendable (Association) async throws -> NormalizedResult
  ) async throws -> NormalizedResult {
    let association = try await peer.connect(contexts(sopClass))
    let result = try await operation(association)
    await peer.release(association)
    let comment = result.errorComment.map { ": \($0)" } ?? ""
    let own = ServiceClass.unifiedProcedureStep.operations.lazy.flatMap(\.statuses)
      .first { $0.contains(result.status) }
    let meaning = own?.meaning ?? result.status.description
    guard result.status.isDone else {
      throw CommandFailure(
        "refused with \(result.status.hexadecimal) (\(meaning))\(comment)")
    }
    if result.status != .success {
      complain("\(result.status.hexadecimal) \(meaning)\(comment)")
    }
    return result
  }

  /// N-ACTION on a step: its SOP class is Push, whatever the context.
  @discardableResult
  static func act(
    _ action: UnifiedProcedureStepAction, _ peer: PeerOptions, on sopClass: UID, _ instance: UID, _ information: DataSet
  ) async throws -> NormalizedResult {
    try await perform(peer, sopClass) { association in
      try await association.action(
        action.rawValue, .unifiedProcedureStepPush, instance: instance, information, on: sopClass)
    }
  }

  static func contexts(_ sopClass: UID) -> [PresentationContext] {
    PresentationContext.numbered([
      (sopClass, [TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid])
    ])
  }

  static func change(
    _ peer: PeerOptions, _ instance: String, to state: UnifiedProcedureStepState, transaction: UID
  ) async throws {
    var information = DataSet()
    information.set(.transactionUID, transaction)
    information.set(.procedureStepState, .CS, state.rawValue)
    try await act(.changeState, peer, on: .unifiedProcedureStepPull, UID(instance), information)
  }

  /// Shows attributes: in the DICOM JSON model, or one a line.
  static func show(_ dataSet: DataSet, json: Bool) {
    if json { return print(String(decoding: DICOMJSON.encode(dataSet), as: UTF8.self)) }
    show(dataSet, indented: "")
  }

  private static func show(_ dataSet: DataSet, indented: String) {
    for element in dataSet.elements where !element.isEmpty {
      let name = DataDictionary.entry(for: element.tag)?.keyword ?? element.tag.hexadecimal
      if let items = element.items {
        for item in items {
          print("\(indented)\(name):")
          show(item, indented: indented + "  ")
        }
      } else {
        let values = dataSet.strings(element.tag) ?? []
        print("\(indented)\(name): \(values.joined(separator: "\\").withoutControls)")
      }
    }
  }
}

extension UPS {
  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Put a step on the worklist (N-CREATE).",
      discussion: "Prints the SOP Instance UID. What every step must say and is not given is filled in.")

    @OptionGroup var peer: PeerOptions
    @OptionGroup var attributes: MPPS.Attributes
    @Option(help: "What the step is called.") var label: String
    @Option(help: "The worklist on which it belongs.") var worklist: String?
    @Option(help: "SOP Instance UID; a new one where not given.") var instance: String?

    func run() async throws {
      var given = try attributes.dataSet()
      let now = StepClock.now()
      given.setDefault(.procedureStepLabel, .LO, label)
      if let worklist { given.setDefault(.worklistLabel, .LO, worklist) }
      given.setDefault(.procedureStepState, .CS, UnifiedProcedureStepState.scheduled.rawValue)
      given.setDefault(.scheduledProcedureStepPriority, .CS, "MEDIUM")
      given.setDefault(.scheduledProcedureStepStartDateTime, .DT, now.date + now.time)
      given.setDefault(.inputReadinessState, .CS, "READY")
      let creation = UnifiedProcedureStepAttributes.rows().addingEmpty(to: given, .creation) {
        DataDictionary.vr(for: $0) ?? .LO
      }
      let uid = instance.map { UID($0) } ?? UID.random()
      try await UPS.perform(peer, .unifiedProcedureStepPush) { association in
        try await association.create(.unifiedProcedureStepPush, instance: uid, creation)
      }
      if peer.json { return try printJSON(["sopInstanceUID": uid.rawValue]) }
      print(uid)
    }
  }

  struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show a step (N-GET).")

    @OptionGroup var peer: PeerOptions
    @Argument(help: "SOP Instance UID of the step.") var instance: String
    @Option(name: .shortAndLong, help: ArgumentHelp("Only these attributes.", valueName: "key"))
    var key: [QueryKeyOption] = []

    func run() async throws {
      let tags = key.compactMap(\.path.first)
      let result = try await UPS.perform(peer, .unifiedProcedureStepPull) { association in
        try await association.get(
          .unifiedProcedureStepPush, instance: UID(instance), attributes: tags, on: .unifiedProcedureStepPull)
      }
      UPS.show(result.dataSet ?? DataSet(), json: peer.json)
    }
  }

  struct Claim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Begin a step (N-ACTION, IN PROGRESS).",
      discussion: "Prints the Transaction UID, which every later change of the step needs.")

    @OptionGroup var peer: PeerOptions
    @Argument(help: "SOP Instance UID of the step.") var instance: String
    @Option(help: "Transaction UID; a new one where not given.") var transaction: String?

    func run() async throws {
      let transaction = transaction.map { UID($0) } ?? UID.random()
      try await UPS.change(peer, instance, to: .inProgress, transaction: transaction)
      if peer.json { return try printJSON(["transactionUID": transaction.rawValue]) }
      print(transaction)
    }
  }

  struct Set: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Change attributes of a step (N-SET).",
      discussion: "A step that nobody has begun is changed without a Transaction UID.")

    @OptionGroup var peer: PeerOptions
    @OptionGroup var attributes: MPPS.Attributes
    @Argument(help: "SOP Instance UID of the step.") var instance: String
    @Option(help: "Transaction UID of the claim.") var transaction: String?
    @Option(help: "How far it is, in percent.") var progress: Int?

    func validate() throws {
      if let progress, !(0...100).contains(progress) { throw ValidationError("--progress is 0 to 100.") }
    }

    func run() async throws {
      var given = try attributes.dataSet()
      if let transaction { given.set(.transactionUID, UID(transaction)) }
      if let progress {
        var item = DataSet()
        item.set(.procedureStepProgress, .DS, String(progress))
        given.set(.procedureStepProgressInformationSequence, items: [item])
      }
      let modifications = given
      try await UPS.perform(peer, .unifiedProcedureStepPull) { association in
        try await association.set(
          .unifiedProcedureStepPush, instance: UID(instance), modifications, on: .unifiedProcedureStepPull)
      }
    }
  }

  struct Complete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End a step that was done (N-ACTION, COMPLETED).",
      discussion:
        "What was performed must have been set before; else the worklist refuses it, and says what is missing.")

    @OptionGroup var peer: PeerOptions
    @Argument(help: "SOP Instance UID of the step.") var instance: String
    @Option(help: "Transaction UID of the claim.") var transaction: String

    func run() async throws {
      try await UPS.change(peer, instance, to: .completed, transaction: UID(transaction))
    }
  }

  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End a step that is not done (N-ACTION, CANCELED).",
      discussion: "Time and reason are set first.")

    @OptionGroup var peer: PeerOptions
    @Argument(help: "SOP Instance UID of the step.") var instance: String
    @Option(help: "Transaction UID of the claim.") var transaction: String
    @Option(help: "Why, in words.") var reason: String?

    func run() async throws {
      let now = StepClock.now()
      var item = DataSet(inheritedCharacterSet: .utf8)
      item.set(.procedureStepCancellationDateTime, .DT, now.date + now.time)
      if let reason { item.set(.reasonForCancellation, .LT, reason) }
      var code = DataSet()
      // CID 9300.
      code.set(.codeValue, .SH, "110513")
      code.set(.codingSchemeDesignator, .SH, "DCM")
      code.set(.codeMeaning, .LO, "Discontinued for unspecified reason")
      item.set(.procedureStepDiscontinuationReasonCodeSequence, items: [code])
      var given = DataSet()
      given.set(.specificCharacterSet, .CS, "ISO_IR 192")
      given.set(.transactionUID, UID(transaction))
      given.set(.procedureStepProgressInformationSequence, items: [item])
      let modifications = given
      try await UPS.perform(peer, .unifiedProcedureStepPull) { association in
        try await association.set(
          .unifiedProcedureStepPush, instance: UID(instance), modifications, on: .unifiedProcedureStepPull)
      }
      try await UPS.change(peer, instance, to: .canceled, transaction: UID(transaction))
    }
  }

  struct RequestCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "request-cancel", abstract: "Ask who performs a step to cancel it (N-ACTION).",
      discussion: "A step that nobody has begun is canceled at once.")

    @OptionGroup var peer: PeerOptions
    @Argument(help: "SOP Instance UID of the step.") var instance: String
    @Option(help: "Why, in words.") var reason: String?
    @Option(help: "Who can be asked.") var contact: String?

    func run() async throws {
      var information = DataSet()
      information.set(.specificCharacterSet, .CS, "ISO_IR 192")
      if let reason { information.set(.reasonForCancellation, .LT, reason) }
      if let contact { information.set(.contactDisplayName, .LO, contact) }
      try await UPS.act(.requestCancel, peer, on: .unifiedProcedureStepPush, UID(instance), information)
    }
  }
}
