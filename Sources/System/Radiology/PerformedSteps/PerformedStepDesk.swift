// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary
import DICOMServices

/// Takes what modalities tell of their work (PS3.4 §F.7), links it to orders, and moves these on.
public struct PerformedStepDesk: Sendable {
  private let list: any PerformedStepList
  private let department: Department
  /// Whether an object is in the archive.
  private let stored: @Sendable (UID) throws -> Bool

  public init(
    list: any PerformedStepList, department: Department, stored: @escaping @Sendable (UID) throws -> Bool
  ) {
    self.list = list
    self.department = department
    self.stored = stored
  }

  /// N-CREATE.
  public func create(_ sopInstance: UID, _ given: DataSet, from source: String) throws -> PerformedStepRecord {
    let step = try PerformedProcedureStep(creating: given)
    let now = department.options.now()
    var record = PerformedStepRecord(
      sopInstance: sopInstance, step: step, source: source, createdAt: now, changedAt: now)
    link(&record)
    guard try list.add(record) else {
      throw PerformedProcedureStep.Refusal(.duplicateSOPInstance, "the instance exists")
    }
    return try moveOrder(record, .start, from: source)
  }

  /// N-SET.
  /// - Returns: the step, and attributes that must not be changed and were not.
  public func set(
    _ sopInstance: UID, _ given: DataSet, from source: String
  ) throws -> (record: PerformedStepRecord, ignored: [Tag]) {
    let now = department.options.now()
    let changed = try list.change(sopInstance) { record in
      let ignored = try record.step.set(given)
      record.changedAt = now
      return (record, ignored)
    }
    guard let (record, ignored) = changed else {
      throw PerformedProcedureStep.Refusal(.noSuchSOPInstance, "there is no such instance")
    }
    switch record.step.state {
    case .inProgress: return (record, ignored)
    case .completed, .discontinued:
      let command: StepCommand = record.step.state == .completed ? .complete : .discontinue
      let moved = try moveOrder(record, command, from: source)
      return (try checkObjects(sopInstance) ?? moved, ignored)
    }
  }

  public func record(_ sopInstance: UID) throws -> PerformedStepRecord? { try list.record(sopInstance) }
  public func records(_ query: PerformedStepQuery) throws -> [PerformedStepRecord] { try list.records(query) }

  /// Objects of a study have arrived: its steps that have ended are compared with what is stored.
  public func checkObjects(ofStudy study: String) throws {
    for state in PerformedStepState.allCases where state.isFinal {
      var query = PerformedStepQuery()
      (query.study, query.state) = (study, state)
      for record in try list.records(query) { try checkObjects(record.sopInstance) }
    }
  }

  /// Compares a step that has ended with the objects that are stored.
  /// - Returns: the step as it stands now; nil for one that has not ended or is not known.
  @discardableResult
  public func checkObjects(_ sopInstance: UID) throws -> PerformedStepRecord? {
    guard let record = try list.record(sopInstance), record.step.state.isFinal else { return nil }
    let produced = record.step.produced
    let missing = try produced.filter { try !stored($0.reference.sopInstance) }
    let text = missing.first.map { first in
      "\(missing.count) of \(produced.count) objects have not arrived, such as \(first.reference.sopInstance)"
    }
    let known = record.discrepancies.first { $0.kind == .missingObjects }?.text
    if known == text { return record }
    return try list.change(sopInstance) { record in
      record.discrepancies.removeAll { $0.kind == .missingObjects }
      if let text { record.discrepancies.append(PerformedStepDiscrepancy(.missingObjects, text)) }
      return record
    }
  }

  // MARK: - Orders

  /// An order with the procedure and the step that a performed step names.
  private struct Scheduled {
    var order: Order
    var procedure: RequestedProcedure
    var step: ScheduledProcedureStep?
  }

  /// Finds what was scheduled: by study, which we made ourselves, else by accession number.
  private func scheduled(_ named: PerformedProcedureStep.ScheduledStep) throws -> Scheduled? {
    let study = named.studyInstanceUID?.rawValue ?? ""
    var order = study.isEmpty ? nil : try department.store.read { try $0.order(ofStudy: study) }
    if order == nil, !named.accessionNumber.isEmpty {
      order = try department.order(.accession(OrderNumber(named.accessionNumber)))
    }
    guard let order else { return nil }
    let procedure =
      order.procedures.first { $0.studyInstanceUID == study }
      ?? order.procedures.first { $0.procedureID == named.requestedProcedureID }
      ?? (order.procedures.count == 1 ? order.procedures.first : nil)
    guard let procedure else { return nil }
    let step =
      procedure.steps.first { $0.stepID == named.scheduledProcedureStepID }
      ?? (procedure.steps.count == 1 && named.scheduledProcedureStepID.isEmpty ? procedure.steps.first : nil)
    return Scheduled(order: order, procedure: procedure, step: step)
  }

  /// Fills in what a performed step belongs to, and in what it differs from that.
  private func link(_ record: inout PerformedStepRecord) {
    let named = record.step.scheduledSteps
    record.study = named.first?.studyInstanceUID?.rawValue ?? ""
    var isFound = false
    for step in named {
      guard let scheduled = try? scheduled(step) else { continue }
      isFound = true
      record.order = record.order ?? scheduled.order.id
      compare(&record, step, scheduled)
    }
    guard !isFound else { return }
    let isNamed = named.contains { !$0.accessionNumber.isEmpty || !$0.scheduledProcedureStepID.isEmpty }
    let text = named.first.map { "accession number \($0.accessionNumber), step \($0.scheduledProcedureStepID)" }
    record.discrepancies.append(
      isNamed
        ? PerformedStepDiscrepancy(.noOrder, "no order has \(text ?? "what it names")")
        : PerformedStepDiscrepancy(.unscheduled, "the step was performed without an order"))
  }

  private func compare(
    _ record: inout PerformedStepRecord, _ named: PerformedProcedureStep.ScheduledStep, _ scheduled: Scheduled
  ) {
    let attributes = record.step.attributes
    func note(_ kind: PerformedStepDiscrepancy.Kind, _ text: String) {
      record.discrepancies.append(PerformedStepDiscrepancy(kind, text))
    }
    if let patient = try? department.patient(id: scheduled.order.patient) {
      let id = attributes.string(.patientID) ?? ""
      let issuer = attributes.string(.issuerOfPatientID) ?? ""
      let isKnown = patient.identifiers.contains { known in
        known.value == id && (issuer.isEmpty || known.issuer.isEmpty || known.issuer == issuer)
      }
      if !isKnown {
        note(.patient, "ordered for patient \(patient.identifiers.first?.value ?? ""), performed on \(id)")
      }
    }
    if let study = named.studyInstanceUID?.rawValue, study != scheduled.procedure.studyInstanceUID {
      note(.study, "ordered as study \(scheduled.procedure.studyInstanceUID), performed as \(study)")
    }
    let modality = attributes.string(.modality) ?? ""
    if let step = scheduled.step, !step.modality.isEmpty, step.modality != modality {
      note(.modality, "ordered as \(step.modality), performed as \(modality)")
    }
  }

  /// Tells the orders of all steps that were named; what they refuse is a discrepancy.
  private func moveOrder(
    _ record: PerformedStepRecord, _ command: StepCommand, from source: String
  ) throws -> PerformedStepRecord {
    let performer = Performer(name: source, origin: .dicom, cause: record.sopInstance.rawValue)
    var refused: [PerformedStepDiscrepancy] = []
    for named in record.step.scheduledSteps {
      guard let scheduled = try scheduled(named), let step = scheduled.step else { continue }
      if StepTransitions.target(of: command, in: step.status) == nil, Self.isReached(command, step.status) { continue }
      do {
        _ = try department.perform(command, step: step.id, ofExam: scheduled.procedure.id, by: performer)
      } catch let error as RadiologyError {
        refused.append(PerformedStepDiscrepancy(.state, error.reason))
      }
    }
    guard !refused.isEmpty else { return record }
    return try list.change(record.sopInstance) { record in
      record.discrepancies += refused.filter { !record.discrepancies.contains($0) }
      return record
    } ?? record
  }

  /// A step of several performed ones is where the command would lead already.
  private static func isReached(_ command: StepCommand, _ status: StepStatus) -> Bool {
    switch command {
    case .start: status == .started || status == .completed
    case .complete: status == .completed
    case .discontinue: status == .discontinued || status == .completed
    default: false
    }
  }
}
