// SPDX-License-Identifier: Apache-2.0

import HL7
import Messaging
import Radiology

extension DepartmentHandlers {
  /// What an order control code does (HL7 v2.5.1 table 0119; IHE RAD-2, RAD-4, RAD-13).
  enum OrderAction: Sendable {
    case place, change, cancel, discontinue, replace, replacement, status
  }

  /// What is not here is refused with 103.
  static let orderControls: [String: OrderAction] = [
    "NW": .place, "CH": .place, "PA": .place, "XO": .change, "XX": .change, "CA": .cancel,
    "DC": .discontinue,
    "RP": .replace, "RO": .replacement, "SC": .status, "OC": .cancel, "OD": .discontinue,
  ]

  /// RAD-2, RAD-4 and RAD-13.
  func takeOrders(_ message: Message, _ origin: MessageHandlers.Origin) throws
    -> MessageHandlers.Reply
  {
    let performer = Self.performer(origin)
    let patient = try PatientReader(message: message).patient()
    let groups = try OrderReader(message: message).groups()
    var index = 0
    while index < groups.count {
      let group = groups[index]
      let place = Location(segment: "ORC", occurrence: group.occurrence, field: 1)
      guard let action = Self.orderControls[group.control] else {
        throw HL7Error(
          .tableValueNotFound, "order control \(group.control) is not taken here", at: place)
      }
      switch action {
      case .place: try self.place(group, for: patient, by: performer)
      case .change: try change(group, by: performer)
      case .cancel: try cancel(group, by: performer)
      case .discontinue:
        _ = try asked(at: place) {
          try department.discontinue(try reference(group), reason: group.reason, by: performer)
        }
      case .replace:
        // The order that takes the place of this one follows it.
        guard index + 1 < groups.count, groups[index + 1].control == "RO" else {
          throw HL7Error(.segmentSequence, "no order control RO follows RP", at: place)
        }
        index += 1
        _ = try asked(at: place) {
          try department.replace(
            try reference(group), with: groups[index].order, reason: group.reason, by: performer)
        }
      case .replacement:
        throw HL7Error(.segmentSequence, "no order control RP stands before RO", at: place)
      case .status: try followStatus(group, message, by: performer)
      }
      index += 1
    }
    guard origin.answersOrders else { return .accepted("") }
    return OrderAnswer.reply(
      message, try groups.map { ($0.control, try department.order(try reference($0))) })
  }

  /// The order that a group names, by the first number that is known.
  private func reference(_ group: OrderReader.Group) throws -> OrderReference {
    let order = group.order
    var references: [OrderReference] = []
    if !order.placer.isEmpty { references.append(.placer(order.placer)) }
    if !order.filler.isEmpty { references.append(.filler(order.filler)) }
    if !order.accession.isEmpty { references.append(.accession(order.accession)) }
    for reference in references where try department.order(reference) != nil { return reference }
    throw HL7Error(
      .unknownKeyIdentifier,
      "there is no order \(order.placer.isEmpty ? order.filler.value : order.placer.value)",
      at: Location(segment: "ORC", occurrence: group.occurrence, field: 2))
  }

  /// A new order. One that was placed already, by the same message before the server stopped, is changed instead.
  private func place(
    _ group: OrderReader.Group, for patient: PatientRecord, by performer: Performer
  ) throws {
    guard !group.order.procedures.isEmpty else {
      throw HL7Error(
        .segmentSequence, "no OBR follows the ORC",
        at: Location(segment: "ORC", occurrence: group.occurrence))
    }
    if !group.order.placer.isEmpty, let known = try department.order(.placer(group.order.placer)) {
      let owner = try department.patient(patient.primaryIdentifier)
      guard owner?.id == known.patient,
        ![.cancelled, .discontinued, .replaced].contains(known.status)
      else {
        throw HL7Error(
          .duplicateKeyIdentifier,
          "the placer number \(group.order.placer.value) is that of another order",
          at: Location(segment: "ORC", occurrence: group.occurrence, field: 2))
      }
      return try change(group, by: performer)
    }
    _ = try asked(at: Location(segment: "ORC", occurrence: group.occurrence)) {
      try department.place(group.order, for: patient, by: performer)
    }
  }

  /// What the message says is taken over; what it leaves empty stays.
  private func change(_ group: OrderReader.Group, by performer: Performer) throws {
    _ = try asked(at: Location(segment: "ORC", occurrence: group.occurrence)) {
      try department.change(try reference(group), by: performer) {
        Self.merge(group.order, into: &$0)
      }
    }
  }

  private func cancel(_ group: OrderReader.Group, by performer: Performer) throws {
    let reference = try reference(group)
    if try department.order(reference)?.status == .cancelled { return }
    _ = try asked(at: Location(segment: "ORC", occurrence: group.occurrence)) {
      try department.cancel(reference, reason: group.reason, by: performer)
    }
  }

  /// ORC-5 (table 0038) of a status message: an order that its placer ended is ended here.
  private func followStatus(_ group: OrderReader.Group, _ message: Message, by performer: Performer)
    throws
  {
    let status = message.all("ORC")[group.occurrence - 1][5].value.uppercased()
    let reference = try reference(group)
    let place = Location(segment: "ORC", occurrence: group.occurrence, field: 5)
    switch status {
    case "CA": try cancel(group, by: performer)
    case "DC":
      _ = try asked(at: place) {
        try department.discontinue(reference, reason: group.reason, by: performer)
      }
    case "", "SC", "IP", "HD", "A", "CM": return
    default: throw HL7Error(.tableValueNotFound, "order status \(status) is not known", at: place)
    }
  }

  static func merge(_ new: Order, into order: inout Order) {
    func take(_ path: WritableKeyPath<ServiceRequest, String>) {
      if !new.request[keyPath: path].isEmpty {
        order.request[keyPath: path] = new.request[keyPath: path]
      }
    }
    for path in [
      \ServiceRequest.requestingPhysician, \.requestingService, \.referringPhysician, \.reason,
      \.history, \.enteredBy,
      \.callbackNumber,
    ] { take(path) }
    if !new.request.reasonCodes.isEmpty { order.request.reasonCodes = new.request.reasonCodes }
    if !new.visit.location.isEmpty { order.visit.location = new.visit.location }
    if !new.visit.patientClass.isEmpty { order.visit.patientClass = new.visit.patientClass }
    if !new.visit.admissionID.isEmpty { order.visit.admissionID = new.visit.admissionID }
    if !new.filler.isEmpty { order.filler = new.filler }
    for (index, procedure) in new.procedures.enumerated() {
      let known =
        order.procedures.firstIndex {
          !procedure.procedureID.isEmpty && $0.procedureID == procedure.procedureID
        }
        ?? (procedure.procedureID.isEmpty && index < order.procedures.count ? index : nil)
      if let known {
        merge(procedure, into: &order.procedures[known])
      } else {
        order.procedures.append(procedure)
      }
    }
  }

  private static func merge(_ new: RequestedProcedure, into procedure: inout RequestedProcedure) {
    if !new.codes.isEmpty {
      procedure.codes = new.codes
      procedure.description = new.description
    }
    procedure.priority = new.priority
    if !new.details.comments.isEmpty { procedure.details.comments = new.details.comments }
    if !new.details.transport.isEmpty { procedure.details.transport = new.details.transport }
    if !new.details.laterality.isEmpty { procedure.details.laterality = new.details.laterality }
    for (index, step) in new.steps.enumerated() {
      let known =
        procedure.steps.firstIndex { !step.stepID.isEmpty && $0.stepID == step.stepID }
        ?? (step.stepID.isEmpty && index < procedure.steps.count ? index : nil)
      guard let known else {
        procedure.steps.append(step)
        continue
      }
      if !step.modality.isEmpty { procedure.steps[known].modality = step.modality }
      if !step.protocolCodes.isEmpty { procedure.steps[known].protocolCodes = step.protocolCodes }
      if !step.station.aeTitles.isEmpty {
        procedure.steps[known].station.aeTitles = step.station.aeTitles
      }
      if !step.station.name.isEmpty { procedure.steps[known].station.name = step.station.name }
      if !step.station.location.isEmpty {
        procedure.steps[known].station.location = step.station.location
      }
      if let start = step.start { procedure.steps[known].start = start }
      if !step.performingPhysician.isEmpty {
        procedure.steps[known].performingPhysician = step.performingPhysician
      }
    }
  }
}
