// SPDX-License-Identifier: Apache-2.0

import HL7
import Radiology

/// Reads orders out of ORM^O01, OMG^O19 and OMI^O23 (HL7 v2.5.1 §4.4; IHE RAD TF-2 §4.4, RAD-4).
struct OrderReader {
  /// An order as one ORC and what follows it say.
  struct Group {
    /// ORC-1 (table 0119).
    var control: String
    /// Which ORC of the message it is.
    var occurrence: Int
    var order: Order
    /// Study Instance UIDs and the like come once for several ORCs of one order.
    var reason: String
  }

  let message: Message

  /// Segments of each ORC.
  private func parts() -> [[Segment]] {
    var parts: [[Segment]] = []
    for segment in message.segments {
      if segment.name == "ORC" { parts.append([]) }
      if !parts.isEmpty { parts[parts.count - 1].append(segment) }
    }
    return parts
  }

  /// Orders in the order of the message. ORCs that follow each other with the same control and the same placer or
  /// accession number are one order with several procedures or steps.
  func groups() throws(HL7Error) -> [Group] {
    var groups: [Group] = []
    for (index, segments) in parts().enumerated() {
      let group = try group(segments, occurrence: index + 1)
      if let last = groups.last, last.control == group.control, Self.isSame(last.order, group.order) {
        Self.append(group.order, to: &groups[groups.count - 1].order)
      } else {
        groups.append(group)
      }
    }
    guard !groups.isEmpty else {
      throw HL7Error(.segmentSequence, "there is no ORC", at: Location(segment: "ORC"))
    }
    return groups
  }

  private static func isSame(_ one: Order, _ other: Order) -> Bool {
    if !one.placer.isEmpty { return one.placer == other.placer }
    return !one.accession.isEmpty && one.accession == other.accession
  }

  /// The same procedure ID is a further step, another one a further procedure.
  private static func append(_ other: Order, to order: inout Order) {
    for procedure in other.procedures {
      if let known = order.procedures.firstIndex(where: {
        !procedure.procedureID.isEmpty && $0.procedureID == procedure.procedureID
      }) {
        order.procedures[known].steps += procedure.steps
      } else {
        order.procedures.append(procedure)
      }
    }
  }

  private func group(_ segments: [Segment], occurrence: Int) throws(HL7Error) -> Group {
    let control = segments[0]
    let request = segments.first { $0.name == "OBR" }
    var order = Order()
    order.placer = HL7Values.number(control[2].isEmpty ? request?[2] ?? control[2] : control[2])
    order.filler = HL7Values.number(control[3].isEmpty ? request?[3] ?? control[3] : control[3])
    guard !order.placer.isEmpty || !order.filler.isEmpty else {
      throw HL7Error(
        .requiredFieldMissing, "neither ORC-2 nor ORC-3 has a number",
        at: Location(segment: "ORC", occurrence: occurrence, field: 2))
    }
    order.visit = VisitReader.visit(message) ?? Visit()
    readRequest(control, request, into: &order)
    let imaging = segments.filter { $0.name == "IPC" }
    if let request {
      if imaging.isEmpty {
        order.accession = HL7Values.number(request[18])
        order.procedures = [procedure(segments, request, nil)]
      } else {
        order.accession = HL7Values.number(imaging[0][1])
        for segment in imaging {
          var part = Order()
          part.procedures = [procedure(segments, request, segment)]
          Self.append(part, to: &order)
        }
      }
    }
    return Group(
      control: control[1].value.uppercased(), occurrence: occurrence, order: order,
      reason: control[16].isEmpty
        ? "" : [control[16][2].value, control[16].value].first { !$0.isEmpty } ?? "")
  }

  private func readRequest(_ control: Segment, _ request: Segment?, into order: inout Order) {
    let visit = message.first("PV1")
    order.request.requestingPhysician = HL7Values.physician(
      control[12].isEmpty ? request?[16] ?? control[12] : control[12])
    order.request.requestingService = HL7Values.line(
      [control[17][2].value, control[17].value, control[21].value].first { !$0.isEmpty } ?? "")
    order.request.referringPhysician = visit.map { HL7Values.physician($0[8]) } ?? ""
    order.request.enteredBy = HL7Values.physician(control[10])
    order.request.callbackNumber =
      control[14].value.isEmpty ? request?[17].value ?? "" : control[14].value
    guard let request else { return }
    order.request.history = request[13].isNull ? "" : request[13].text
    let codes = request[31].repetitions.compactMap(HL7Values.code)
    order.request.reasonCodes = codes.filter { !$0.scheme.isEmpty && !$0.value.isEmpty }
    order.request.reason = codes.map { $0.meaning.isEmpty ? $0.value : $0.meaning }.joined(
      separator: "; ")
  }

  private func procedure(_ segments: [Segment], _ request: Segment, _ imaging: Segment?)
    -> RequestedProcedure
  {
    var procedure = RequestedProcedure()
    let service = request[4].repetitions[0]
    // OBR-44 is the requested procedure where OBR-4 is the scheduled protocol.
    let code = HL7Values.code(request[44].repetitions[0]) ?? HL7Values.code(service)
    procedure.codes = code.map { [$0] } ?? []
    procedure.description = HL7Values.line(
      code.map { $0.meaning.isEmpty ? $0.value : $0.meaning } ?? "")
    procedure.procedureID = imaging?[2].value ?? request[19].value
    procedure.studyInstanceUID =
      imaging?[3].value ?? segments.first { $0.name == "ZDS" }?[1].value ?? message.first("ZDS")?[1]
      .value ?? ""
    procedure.details.comments = segments.filter { $0.name == "NTE" }.map { $0[3].text }.joined(
      separator: "\n")
    procedure.details.transport = request[30].value
    procedure.details.laterality = Self.laterality(request[15].text + " " + service[5].value)
    procedure.priority = Self.priority(segments, request) ?? .routine
    procedure.steps = [step(segments, request, imaging)]
    return procedure
  }

  private func step(_ segments: [Segment], _ request: Segment, _ imaging: Segment?)
    -> ScheduledProcedureStep
  {
    var step = ScheduledProcedureStep()
    step.stepID = imaging?[4].value ?? request[20].value
    step.modality = imaging?[5].value ?? request[24].value
    let alternate = request[4].repetitions[0]
    let coded = Radiology.CodedElement(alternate[4].value, alternate[6].value, alternate[5].value)
    let protocolCode =
      imaging.flatMap { HL7Values.code($0[6].repetitions[0]) }
      ?? (coded.value.isEmpty ? nil : coded)
    step.protocolCodes = protocolCode.map { [$0] } ?? []
    step.description = HL7Values.line(protocolCode?.meaning ?? "")
    step.station.name = HL7Values.line(imaging?[7].value ?? "", 16)
    step.station.location = HL7Values.line(imaging?[8].value ?? "", 16)
    step.station.aeTitles =
      imaging?[9].repetitions.map(\.value).filter { (1...16).contains($0.utf8.count) } ?? []
    step.start = Self.start(segments, request)
    step.performingPhysician = HL7Values.physician(request[34])
    return step
  }

  private static func start(_ segments: [Segment], _ request: Segment) -> LocalDateTime? {
    let timing = segments.first { $0.name == "TQ1" }
    let candidates = [
      timing?[7].value, segments[0][7][4].value, request[27][4].value, request[36].value,
    ]
    return candidates.lazy.compactMap { $0 }.compactMap(HL7Values.time).first
  }

  private static func priority(_ segments: [Segment], _ request: Segment) -> Priority? {
    let timing = segments.first { $0.name == "TQ1" }
    let candidates = [
      timing?[9].value, segments[0][7][6].value, request[27][6].value, request[5].value,
    ]
    return candidates.lazy.compactMap { $0 }.filter { !$0.isEmpty }.compactMap(HL7Values.priority)
      .first
  }

  private static func laterality(_ text: String) -> String {
    let words = text.uppercased().split { !$0.isLetter }
    if words.contains("LEFT") || words.contains("L") { return "L" }
    if words.contains("RIGHT") || words.contains("R") { return "R" }
    return words.contains("BILATERAL") || words.contains("B") ? "B" : ""
  }
}
