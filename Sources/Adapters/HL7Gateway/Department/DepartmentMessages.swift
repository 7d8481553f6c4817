// SPDX-License-Identifier: Apache-2.0

import HL7
import Messaging
import Radiology

/// Writes what the department tells others (HL7 v2.5.1 §4.4, §7.2, §9, §10.4; IHE RAD-3) in a receiver's format.
public struct DepartmentMessages: Sendable {
  private let format: MessageFormat
  private let controlID: String
  let timestamp: String

  /// - Parameter timestamp: MSH-7 and the time of the event.
  public init(format: MessageFormat, controlID: String, timestamp: String) {
    self.format = format
    self.controlID = controlID
    self.timestamp = timestamp
  }

  private var isOld: Bool { format.version == "2.3.1" }

  func builder(_ type: [String]) -> MessageBuilder {
    var envelope = MessageBuilder.Envelope()
    envelope.sendingApplication = format.sendingApplication
    envelope.sendingFacility = format.sendingFacility
    envelope.receivingApplication = format.receivingApplication
    envelope.receivingFacility = format.receivingFacility
    envelope.version = format.version
    envelope.characterSet = CharacterSet(named: format.characterSet) ?? .utf8
    // Before v2.4 a message type has two components.
    return MessageBuilder(
      isOld ? Array(type.prefix(2)) : type, controlID: controlID, timestamp: timestamp,
      envelope: envelope)
  }

  /// The status of an order: ORM^O01 before v2.5, else OMG^O19.
  /// - Parameters:
  ///   - control: ORC-1 (table 0119).
  ///   - status: ORC-5 (table 0038).
  public func orderStatus(
    _ order: Order, _ exam: RequestedProcedure, of patient: PatientRecord, control: String,
    status: String,
    reason: String = ""
  ) -> Message {
    let isORM = format.version == "2.3.1" || format.version == "2.4"
    var builder = builder(isORM ? ["ORM", "O01", "ORM_O01"] : ["OMG", "O19", "OMG_O19"])
    builder.add("PID", PatientWriter.fields(patient))
    addVisit(order, to: &builder)
    var request = orderFields(order, control: control, status: status)
    request[16] = FieldContent(components: ["", reason])
    builder.add("ORC", request)
    if !isORM, let start = exam.steps.first?.start {
      builder.add("TQ1", [1: "1", 7: FieldContent(start.date + start.time)])
    }
    builder.add(
      "OBR", examFields(order, exam, result: status == "CM" ? "R" : status == "IP" ? "I" : "S"))
    if isORM { builder.add("ZDS", [1: studyReference(exam)]) }
    return builder.message
  }

  /// Images are available: ORU^R01 with the study's UID and no text.
  public func images(_ order: Order, _ exam: RequestedProcedure, of patient: PatientRecord)
    -> Message
  {
    var builder = builder(["ORU", "R01", "ORU_R01"])
    builder.add("PID", PatientWriter.fields(patient))
    addVisit(order, to: &builder)
    builder.add("ORC", orderFields(order, control: "SC", status: "IP"))
    builder.add("OBR", examFields(order, exam, result: "I"))
    builder.add(
      "OBX",
      [
        1: "1", 2: "HD", 3: FieldContent(components: ["113014", "DICOM Study", "DCM"]),
        5: FieldContent(exam.studyInstanceUID), 11: "O", 14: FieldContent(timestamp),
      ])
    return builder.message
  }

  /// A report: ORU^R01 with its text, its PDF and a reference to the study.
  public func result(
    _ result: ResultContent, _ order: Order, _ exam: RequestedProcedure, of patient: PatientRecord
  ) -> Message {
    var builder = builder(["ORU", "R01", "ORU_R01"])
    builder.add("PID", PatientWriter.fields(patient))
    addVisit(order, to: &builder)
    builder.add(
      "ORC", orderFields(order, control: "RE", status: result.status == .preliminary ? "IP" : "CM"))
    var fields = examFields(order, exam, result: result.status.rawValue)
    fields[32] = interpreter(result)
    builder.add("OBR", fields)
    addObservations(result, exam, to: &builder)
    return builder.message
  }

  /// A document: MDM^T02, T06 for an addendum, T10 in the stead of another.
  public func document(
    _ result: ResultContent, _ order: Order, _ exam: RequestedProcedure, of patient: PatientRecord
  ) -> Message {
    let trigger = result.previousUID.isEmpty ? "T02" : result.isAddendum ? "T06" : "T10"
    var builder = builder(["MDM", trigger, "MDM_T02"])
    builder.add("EVN", [1: FieldContent(isOld ? trigger : ""), 2: FieldContent(timestamp)])
    builder.add("PID", PatientWriter.fields(patient))
    builder.add("PV1", visitFields(order))
    let person = ExtendedCompositeName(
      id: result.interpreterID, name: ExtendedPersonName(dicom: result.interpreter)
    ).content
    builder.add(
      "TXA",
      [
        1: "1", 2: "DI", 3: "TX", 4: FieldContent(timestamp), 5: person, 9: person,
        12: FieldContent(components: [result.uid]),
        13: FieldContent(components: [result.previousUID]),
        14: number(order.placer), 15: number(order.filler),
        17: result.status == .preliminary ? "DO" : "LA", 19: "AV",
      ])
    addObservations(result, exam, to: &builder)
    return builder.message
  }

  // MARK: Parts

  private func addObservations(
    _ result: ResultContent, _ exam: RequestedProcedure, to builder: inout MessageBuilder
  ) {
    var count = 0
    func add(_ type: String, _ code: [String], _ value: FieldContent) {
      count += 1
      builder.add(
        "OBX",
        [
          1: FieldContent("\(count)"), 2: FieldContent(type), 3: FieldContent(components: code),
          5: value,
          11: FieldContent(result.status.rawValue), 14: FieldContent(timestamp),
        ])
    }
    for section in result.sections {
      add("FT", [section.code, section.title, "LN"], FieldContent(section.text))
    }
    if !result.pdf.isEmpty {
      add(
        "ED", ["18748-4", "Diagnostic imaging study", "LN"],
        EncapsulatedData(type: "application", subtype: "pdf", data: result.pdf).content)
    }
    if !exam.studyInstanceUID.isEmpty {
      add("HD", ["113014", "DICOM Study", "DCM"], FieldContent(result.studyInstanceUID ?? exam.studyInstanceUID))
    }
    if let link = result.studyLink {
      // Reference pointer (RP, HL7 v2.5.1 §2.A.66).
      add(
        "RP", ["55113-5", "Key images Document Radiology", "LN"], FieldContent(components: [link, "", "text", "html"]))
    }
  }

  private func interpreter(_ result: ResultContent) -> FieldContent {
    let name = ExtendedPersonName(dicom: result.interpreter)
    return FieldContent(subcomponents: [[result.interpreterID, name.family, name.given]])
  }

  func number(_ number: OrderNumber) -> FieldContent {
    EntityIdentifier(id: number.value, namespace: number.issuer).content
  }

  func code(_ exam: RequestedProcedure) -> FieldContent {
    let code = exam.codes.first
    return FieldContent(components: [
      code?.value ?? "", code?.meaning ?? exam.description, code?.scheme ?? "",
    ])
  }

  private func studyReference(_ exam: RequestedProcedure) -> FieldContent {
    exam.studyInstanceUID.isEmpty
      ? "" : FieldContent(components: [exam.studyInstanceUID, "", "Application", "DICOM"])
  }

  private func orderFields(_ order: Order, control: String, status: String) -> [Int: FieldContent] {
    [
      1: FieldContent(control), 2: number(order.placer), 3: number(order.filler),
      5: FieldContent(status),
      9: FieldContent(timestamp), 12: physician(order.request.requestingPhysician),
    ]
  }

  private func examFields(_ order: Order, _ exam: RequestedProcedure, result: String) -> [Int:
    FieldContent]
  {
    [
      1: "1", 2: number(order.placer), 3: number(order.filler), 4: code(exam),
      7: FieldContent(exam.steps.first?.start.map { $0.date + $0.time } ?? ""),
      16: physician(order.request.requestingPhysician), 18: FieldContent(order.accession.value),
      19: FieldContent(exam.procedureID), 20: FieldContent(exam.steps.first?.stepID ?? ""),
      22: FieldContent(timestamp), 24: FieldContent(exam.modalities.first ?? ""),
      25: FieldContent(result),
    ]
  }

  func physician(_ name: String) -> FieldContent {
    name.isEmpty ? "" : ExtendedCompositeName(id: "", name: ExtendedPersonName(dicom: name)).content
  }

  private func visitFields(_ order: Order) -> [Int: FieldContent] {
    [
      2: FieldContent(order.visit.patientClass.isEmpty ? "U" : order.visit.patientClass),
      3: FieldContent(order.visit.location),
      19: ExtendedIdentifier(
        id: order.visit.admissionID.value,
        assigningAuthority: PatientWriter.authority(order.visit.admissionID.issuer)
      ).content,
    ]
  }

  func addVisit(_ order: Order, to builder: inout MessageBuilder) {
    builder.add("PV1", visitFields(order))
  }
}
