// SPDX-License-Identifier: Apache-2.0

import HL7
import Radiology

/// Reads patients out of PID and what stands around it (HL7 v2.5.1 §3.4.2).
struct PatientReader {
  let message: Message

  /// The patient of the message.
  /// - Throws: 100 without PID, 101 without an identifier or a name.
  func patient() throws(HL7Error) -> PatientRecord {
    guard let segment = message.first("PID") else {
      throw HL7Error(.segmentSequence, "there is no PID", at: Location(segment: "PID"))
    }
    return try patient(segment, occurrence: 1)
  }

  /// - Parameter occurrence: which PID of the message it is.
  func patient(_ segment: Segment, occurrence: Int) throws(HL7Error) -> PatientRecord {
    var identifiers = Self.identifiers(segment[3])
    // PID-2 and PID-4 held identifiers before v2.3.1.
    for field in [segment[2], segment[4]] {
      for other in Self.identifiers(field)
      where !identifiers.contains(where: { $0.value == other.value }) {
        identifiers.append(other)
      }
    }
    guard !identifiers.isEmpty else {
      throw HL7Error(
        .requiredFieldMissing, "PID-3 has no identifier",
        at: Location(segment: "PID", occurrence: occurrence, field: 3))
    }
    var patient = PatientRecord(
      identifiers: identifiers, name: ExtendedPersonName.dicom(segment[5]))
    patient.birthDate = PointInTime(segment[7].value)?.date ?? ""
    patient.sex = HL7Values.sex(segment[8].value)
    patient.otherNames = otherNames(segment)
    let address = segment[11].repetitions[0]
    patient.contact.address = [
      address[1].value, address[2].value,
      [address[5].value, address[3].value].filter { !$0.isEmpty }.joined(separator: " "),
      address[4].value, address[6].value,
    ].filter { !$0.isEmpty }.joined(separator: ", ")
    patient.contact.telephone = telephone(segment[13]) ?? telephone(segment[14]) ?? ""
    patient.contact.email =
      segment[13].repetitions.lazy.map { $0[4].value }.first { $0.contains("@") } ?? ""
    patient.contact.language = segment[15].value
    readClinicalFacts(into: &patient)
    return patient
  }

  static func identifiers(_ field: Field) -> [PatientIdentifier] {
    field.isNull ? [] : ExtendedIdentifier.list(field).map(HL7Values.identifier)
  }

  private func otherNames(_ segment: Segment) -> [String] {
    let aliases = segment[9].isNull ? [] : segment[9].repetitions.map { ExtendedPersonName($0) }
    let maiden = segment[5].repetitions.map { ExtendedPersonName($0) }.filter {
      ["M", "A", "B", "N"].contains($0.type)
    }
    return (aliases + maiden).map(\.dicom).filter { !$0.isEmpty }
  }

  private func telephone(_ field: Field) -> String? {
    field.repetitions.lazy.map { repetition -> String in
      let parts = [repetition[5].value, repetition[6].value, repetition[7].value].filter {
        !$0.isEmpty
      }
      let free = repetition[1].value.isEmpty ? repetition[12].value : repetition[1].value
      return free.isEmpty ? parts.joined(separator: " ") : free
    }.first { !$0.isEmpty }
  }

  /// Allergies (AL1), weight and height (OBX), pregnancy (PV1-15).
  private func readClinicalFacts(into patient: inout PatientRecord) {
    for allergy in message.all("AL1") {
      let code = HL7.CodedElement(allergy[3].repetitions[0])
      let text = code.text.isEmpty ? code.code : code.text
      if !text.isEmpty, !patient.clinical.allergies.contains(text) {
        patient.clinical.allergies.append(text)
      }
    }
    for observation in message.all("OBX") {
      let code = HL7.CodedElement(observation[3].repetitions[0])
      guard let value = Double(observation[5].value) else { continue }
      let unit = observation[6].value.lowercased()
      if ["3141-9", "29463-7"].contains(code.code) || code.text.lowercased() == "body weight" {
        patient.clinical.weight =
          unit == "g"
          ? value / 1000
          : unit.hasPrefix("lb") || unit.hasPrefix("[lb") ? value * 0.45359237 : value
      } else if ["3137-7", "8302-2"].contains(code.code) || code.text.lowercased() == "body height" {
        patient.clinical.size = unit == "cm" ? value / 100 : unit == "mm" ? value / 1000 : value
      }
    }
    // Ambulatory status B6 (table 0009).
    if message.first("PV1")?[15].repetitions.contains(where: { $0.value == "B6" }) == true {
      patient.clinical.pregnancy = .definitelyPregnant
    }
  }
}
