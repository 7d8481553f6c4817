// SPDX-License-Identifier: Apache-2.0

import HL7
import Radiology

/// What the simulated HIS says (HL7 v2.5.1 §3.3, §4.4.1).
struct HospitalMessages: Sendable {
  static let issuer = "SIMHIS"

  let facility: String
  private var count = 0

  init(facility: String) { self.facility = facility }

  private mutating func builder(_ type: [String], at time: LocalDateTime) -> MessageBuilder {
    count += 1
    var envelope = MessageBuilder.Envelope()
    envelope.sendingApplication = "SIMHIS"
    envelope.sendingFacility = facility
    envelope.receivingApplication = "MARTLET"
    return MessageBuilder(
      type, controlID: "\(facility)-\(count)", timestamp: time.date + time.time, envelope: envelope)
  }

  private func person(_ patient: SimulatedPatient) -> [Int: FieldContent] {
    let names = patient.name.split(separator: "^").map(String.init)
    return [
      1: "1",
      3: ExtendedIdentifier(
        id: patient.id, assigningAuthority: HierarchicDesignator(namespace: Self.issuer), type: "MR"
      ).content,
      5: FieldContent(components: names), 7: FieldContent(patient.birthDate), 8: FieldContent(patient.sex),
    ]
  }

  mutating func admission(
    _ trigger: String, _ patient: SimulatedPatient, at time: LocalDateTime, replacing old: SimulatedPatient? = nil
  ) -> [UInt8] {
    let structure = trigger == "A40" ? "ADT_A39" : "ADT_A01"
    var builder = builder(["ADT", trigger, structure], at: time)
    builder.add("EVN", [2: FieldContent(time.date + time.time)])
    builder.add("PID", person(patient))
    if let old {
      builder.add(
        "MRG",
        [
          1: ExtendedIdentifier(
            id: old.id, assigningAuthority: HierarchicDesignator(namespace: Self.issuer), type: "MR"
          ).content
        ])
    } else {
      builder.add("PV1", [1: "1", 2: "O", 3: "RAD"])
    }
    return builder.message.encode()
  }

  /// ORM^O01 with order control NW, XO or CA (table 0119).
  mutating func order(
    _ control: String, _ one: HospitalCase, for patient: SimulatedPatient, start: LocalDateTime?, at time: LocalDateTime
  ) -> [UInt8] {
    let procedure = one.modality.procedures[one.procedure]
    var builder = builder(["ORM", "O01", "ORM_O01"], at: time)
    builder.add("PID", person(patient))
    builder.add("PV1", [1: "1", 2: "O", 3: "RAD", 8: FieldContent(components: ["1001", "Referrer", "Rhea"])])
    let number = EntityIdentifier(id: one.accession, namespace: Self.issuer).content
    let timing = FieldContent(components: [
      "1", "", "", start.map { $0.date + $0.time } ?? "", "", one.isUrgent ? "S" : "R",
    ])
    var common: [Int: FieldContent] = [
      1: FieldContent(control), 2: number, 7: timing, 12: FieldContent(components: ["1001", "Referrer", "Rhea"]),
    ]
    if control == "CA" { common[16] = FieldContent(components: ["", "No longer needed"]) }
    builder.add("ORC", common)
    builder.add(
      "OBR",
      [
        1: "1", 2: number,
        4: FieldContent(components: ["\(one.modality.rawValue)\(one.procedure + 1)", procedure.description, "SIM"]),
        18: FieldContent(one.accession), 24: FieldContent(one.modality.rawValue),
        31: FieldContent(components: ["", SimulatedReports.question(one)]),
      ])
    return builder.message.encode()
  }

  /// SIU^S26: the patient did not come.
  mutating func noShow(_ one: HospitalCase, at time: LocalDateTime) -> [UInt8] {
    var builder = builder(["SIU", "S26", "SIU_S12"], at: time)
    let number = EntityIdentifier(id: one.accession, namespace: Self.issuer).content
    builder.add("SCH", [1: number, 26: number, 25: "Noshow"])
    builder.add("PID", person(one.patient))
    return builder.message.encode()
  }
}
