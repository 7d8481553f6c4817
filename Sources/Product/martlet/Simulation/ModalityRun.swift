// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNIO
import DICOMNetwork
import DICOMServices
import Foundation

/// What one modality did.
struct ModalityReport: Encodable, Sendable {
  var modality: String
  var studies = 0
  var fromWorklist = 0
  var instances = 0
  var bytes: Int64 = 0
  var committed = 0
  var steps = 0
  /// What went wrong, each once.
  var failures: [String] = []

  static let maximumFailures = 100
}

/// One modality at work: asks the worklist, performs steps, sends images and a dose report, and asks for commitment.
struct ModalityRun {
  let modality: SimulatedModality
  let options: SimulateModalities
  let seed: UInt64
  private var done: Set<String> = []
  private(set) var report: ModalityReport

  private static let plain = [TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid]

  init(_ modality: SimulatedModality, _ options: SimulateModalities, seed: UInt64) {
    self.modality = modality
    self.options = options
    self.seed = seed
    report = ModalityReport(modality: modality.rawValue)
  }

  /// Performs studies at the rate that is asked for, until they or the time are over.
  mutating func run() async {
    let start = ContinuousClock.now
    let pause = options.rate > 0 ? Duration.seconds(60 / options.rate) : .zero
    var number = 0
    while !Task.isCancelled {
      if let studies = options.studies, number >= studies { return }
      if let minutes = options.minutes, ContinuousClock.now - start > .seconds(minutes * 60) { return }
      number += 1
      do {
        try await perform(number)
        report.studies += 1
      } catch {
        fail("\(error)")
      }
      let next = start + pause * number
      if pause > .zero, next > .now { try? await Task.sleep(until: next) }
    }
  }

  private mutating func fail(_ reason: String) {
    if report.failures.count < ModalityReport.maximumFailures { report.failures.append(reason) }
  }

  private mutating func perform(_ number: Int) async throws {
    let now = StepClock.now()
    let own = seed &+ UInt64(number) &* 7919
    let order = try await scheduled(now.date) ?? SimulatedOrder(number: own, modality: modality, date: now.date)
    var study = SimulatedStudy(
      modality, order, at: now, reduction: options.reduction, images: options.images, seed: own)
    if options.mpps { try await begin(study) }
    let sent = try await send(&study, own)
    if options.mpps { try await complete(study, sent) }
    if options.commit { try await commit(sent) }
  }

  /// Examines the patient whose order has this accession number, out of the worklist.
  /// - Parameters:
  ///   - date: on which it is scheduled.
  ///   - now: when it begins.
  ///   - meanwhile: happens between the begin of the step and the first image.
  /// - Returns: how many instances were sent; nil where the worklist has no such entry.
  mutating func examine(
    accession: String, on date: String, at now: (date: String, time: String), seed: UInt64,
    meanwhile: () async throws -> Void
  ) async throws -> Int? {
    guard let order = try await scheduled(date, accession: accession) else { return nil }
    var study = SimulatedStudy(
      modality, order, at: now, reduction: options.reduction, images: options.images, seed: seed)
    if options.mpps { try await begin(study) }
    try await meanwhile()
    let sent = try await send(&study, seed)
    if options.mpps { try await complete(study, sent) }
    if options.commit { try await commit(sent) }
    return sent.count
  }

  // MARK: Worklist

  /// The next entry for this station that was not done yet.
  private mutating func scheduled(_ date: String, accession: String = "") async throws -> SimulatedOrder? {
    guard options.worklist else { return nil }
    let sopClass = UID.modalityWorklistInformationModelFind
    let association = try await options.connect(modality, [(sopClass, Self.plain)])
    var identifier = DataSet()
    for (tag, vr) in [
      (Tag.patientName, VR.PN), (.patientID, .LO), (.patientBirthDate, .DA), (.patientSex, .CS),
      (.accessionNumber, .SH), (.studyInstanceUID, .UI), (.requestedProcedureID, .SH),
      (.requestedProcedureDescription, .LO),
    ] { identifier.set(tag, vr, [String]()) }
    if !accession.isEmpty { identifier.set(.accessionNumber, .SH, accession) }
    var step = DataSet()
    step.set(.modality, .CS, modality.rawValue)
    step.set(.scheduledProcedureStepStartDate, .DA, date)
    for (tag, vr) in [
      (Tag.scheduledStationAETitle, VR.AE), (.scheduledProcedureStepID, .SH),
      (.scheduledProcedureStepDescription, .LO),
    ] { step.set(tag, vr, [String]()) }
    identifier.set(.scheduledProcedureStepSequence, items: [step])
    var found: SimulatedOrder?
    for try await entry in try await association.find(identifier, sopClass: sopClass) {
      guard found == nil, let order = SimulatedOrder(entry, modality: modality) else { continue }
      if done.insert(order.study.rawValue + order.stepID).inserted { found = order }
    }
    try await association.release()
    if found != nil { report.fromWorklist += 1 }
    return found
  }

  // MARK: Performed procedure step

  private func begin(_ study: SimulatedStudy) async throws {
    var step = DataSet(inheritedCharacterSet: .utf8)
    step.set(.specificCharacterSet, .CS, "ISO_IR 192")
    var scheduled = DataSet(inheritedCharacterSet: .utf8)
    scheduled.set(.studyInstanceUID, study.order.study)
    scheduled.set(.accessionNumber, .SH, study.order.accession)
    scheduled.set(.requestedProcedureID, .SH, study.order.requestedProcedureID)
    scheduled.set(.scheduledProcedureStepID, .SH, study.order.stepID)
    step.set(.scheduledStepAttributesSequence, items: [scheduled])
    for (tag, vr, text) in [
      (Tag.patientName, VR.PN, study.order.patientName), (.patientID, .LO, study.order.patientID),
      (.patientBirthDate, .DA, study.order.birthDate), (.patientSex, .CS, study.order.sex),
      (.modality, .CS, modality.rawValue), (.performedStationAETitle, .AE, modality.aeTitle),
      (.performedProcedureStepStatus, .CS, PerformedStepState.inProgress.rawValue),
      (.performedProcedureStepID, .SH, String(study.performedStep.rawValue.suffix(12))),
      (.performedProcedureStepStartDate, .DA, study.date), (.performedProcedureStepStartTime, .TM, study.time),
      (.performedProcedureStepDescription, .LO, study.order.description), (.studyID, .SH, study.order.stepID),
    ] { step.set(tag, vr, text) }
    let creation = PerformedProcedureStepAttributes.all.addingEmpty(to: step, .creation) {
      DataDictionary.vr(for: $0) ?? .LO
    }
    try await tell { association, sopClass in
      try await association.create(sopClass, instance: study.performedStep, creation)
    }
  }

  private mutating func complete(_ study: SimulatedStudy, _ sent: [SOPReference]) async throws {
    let now = StepClock.now()
    var series = DataSet(inheritedCharacterSet: .utf8)
    series.set(.seriesInstanceUID, study.series)
    series.set(.seriesDescription, .LO, study.procedure.series)
    series.set(.protocolName, .LO, study.procedure.series)
    series.set(.retrieveAETitle, .AE, options.peer.called)
    series.set(.performingPhysicianName, .PN, "")
    series.set(.operatorsName, .PN, "")
    series.set(.referencedNonImageCompositeSOPInstanceSequence, items: [])
    series.set(
      .referencedImageSequence,
      items: sent.map { reference in
        var item = DataSet()
        item.set(.referencedSOPClassUID, reference.sopClass)
        item.set(.referencedSOPInstanceUID, reference.sopInstance)
        return item
      })
    var changes = DataSet(inheritedCharacterSet: .utf8)
    changes.set(.specificCharacterSet, .CS, "ISO_IR 192")
    changes.set(.performedProcedureStepStatus, .CS, PerformedStepState.completed.rawValue)
    changes.set(.performedProcedureStepEndDate, .DA, now.date)
    changes.set(.performedProcedureStepEndTime, .TM, now.time)
    changes.set(.performedSeriesSequence, items: [series])
    let modifications = changes
    try await tell { association, sopClass in
      try await association.set(sopClass, instance: study.performedStep, modifications)
    }
    report.steps += 1
  }

  private func tell(
    _ operation: (Association, UID) async throws -> NormalizedResult
  ) async throws {
    let sopClass = UID.modalityPerformedProcedureStep
    let association = try await options.connect(modality, [(sopClass, Self.plain)])
    let result = try await operation(association, sopClass)
    try await association.release()
    guard result.status.isDone else {
      throw SimulationFailure(description: "step refused: \(result.status) \(result.errorComment ?? "")")
    }
  }

  // MARK: Storage and commitment

  private mutating func send(_ study: inout SimulatedStudy, _ seed: UInt64) async throws -> [SOPReference] {
    let explicit = TransferSyntax.explicitVRLittleEndian
    var classes = [(modality.sopClass, [explicit.uid])]
    let reportsDose = modality.reportsDose && options.dose
    if reportsDose { classes.append((SimulatedStudy.doseReportClass, [explicit.uid])) }
    let association = try await options.connect(modality, classes)
    var sent: [SOPReference] = []
    for number in 1...(study.images + (reportsDose ? 1 : 0)) {
      let dataSet = number > study.images ? study.doseReport(seed: seed) : study.image(number)
      guard let sopClass = dataSet.uid(.sopClassUID), let instance = dataSet.uid(.sopInstanceUID) else { continue }
      let bytes = ByteSlice(try DataSetWriter.write(dataSet, transferSyntax: explicit))
      let answer = try await association.store(
        CStoreOperation(sopClass: sopClass, sopInstance: instance, transferSyntax: explicit), from: bytes)
      guard answer.status.isDone else {
        fail("\(instance) was not stored: \(answer.status) \(answer.errorComment ?? "")")
        continue
      }
      sent.append(SOPReference(sopClass: sopClass, sopInstance: instance))
      report.instances += 1
      report.bytes += Int64(bytes.count)
    }
    try await association.release()
    return sent
  }

  private mutating func commit(_ sent: [SOPReference]) async throws {
    let sopClass = UID.storageCommitmentPushModel
    let request = CommitmentRequest(transactionUID: UID.random(), references: sent)
    let association = try await options.connect(modality, [(sopClass, Self.plain)])
    let answer = try await association.action(
      CommitmentRequest.actionTypeID, sopClass, instance: .storageCommitmentPushModelInstance, request.information)
    guard answer.status.isDone else {
      throw SimulationFailure(description: "commitment refused: \(answer.status) \(answer.errorComment ?? "")")
    }
    guard let event = try await association.nextEvent(timeout: .seconds(options.peer.timeout)),
      let information = event.information, let result = try? CommitmentResult(information)
    else { throw SimulationFailure(description: "no answer about commitment") }
    try await association.release()
    report.committed += result.committed.count
    for failed in result.failed { fail("\(failed.reference.sopInstance) was not committed: \(failed.reason)") }
  }
}

/// What a peer did not do.
struct SimulationFailure: Error, CustomStringConvertible {
  let description: String
}
