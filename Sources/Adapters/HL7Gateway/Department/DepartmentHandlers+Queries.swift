// SPDX-License-Identifier: Apache-2.0

import HL7
import Messaging
import Radiology

extension DepartmentHandlers {
  /// Patients that one answer lists.
  static let largestAnswer = 100

  /// Fields of PID that can be searched for.
  static let searchedFields: Set<String> = [
    "3", "3.1", "3.4", "3.4.1", "5", "5.1", "5.1.1", "5.2", "7", "7.1", "8",
  ]

  /// QBP^Q22 (HL7 v2.5.1 §3.3.57; IHE ITI-21): patients by the parameters of QPD-3, all of which must match.
  func findPatients(_ message: Message, _ origin: MessageHandlers.Origin) throws
    -> MessageHandlers.Reply
  {
    guard let definition = message.first("QPD") else {
      throw HL7Error(.segmentSequence, "there is no QPD", at: Location(segment: "QPD"))
    }
    var parameters: [String: String] = [:]
    for repetition in definition[3].repetitions {
      let name = repetition[1].value
      guard name.hasPrefix("@PID."), Self.searchedFields.contains(String(name.dropFirst(5))) else {
        if name.isEmpty { continue }
        throw HL7Error(
          .tableValueNotFound, "\(name) is no parameter that is searched for",
          at: Location(segment: "QPD", field: 3))
      }
      parameters[String(name.dropFirst(5))] = repetition[2].value
    }
    guard parameters.values.contains(where: { !$0.isEmpty }) else {
      throw HL7Error(
        .requiredFieldMissing, "QPD-3 has no parameter with a value",
        at: Location(segment: "QPD", field: 3))
    }
    let wanted = message.first("RCP").flatMap { Int($0[2].value) } ?? Self.largestAnswer
    let found = try patients(parameters).prefix(max(1, min(wanted, Self.largestAnswer)))
    var segments: [(name: String, fields: [Int: FieldContent])] = [
      (
        "QAK",
        [
          1: FieldContent(definition[2].value), 2: found.isEmpty ? "NF" : "OK",
          4: FieldContent("\(found.count)"),
        ]
      ),
      (
        "QPD",
        [
          1: FieldContent(components: definition[1].repetitions[0].components.map(\.value)),
          2: FieldContent(definition[2].value),
          3: FieldContent(
            definition[3].repetitions.map { FieldContent(components: $0.components.map(\.value)) }),
        ]
      ),
    ]
    for (index, patient) in found.enumerated() {
      segments.append(("PID", PatientWriter.fields(patient, number: index + 1)))
    }
    return .response(type: ["RSP", "K22", "RSP_K21"], segments: segments)
  }

  private func patients(_ parameters: [String: String]) throws -> [PatientRecord] {
    func parameter(_ names: String...) -> String {
      names.lazy.compactMap { parameters[$0] }.first { !$0.isEmpty } ?? ""
    }
    let id = parameter("3.1", "3")
    let issuer = parameter("3.4.1", "3.4")
    let family = parameter("5.1.1", "5.1", "5")
    let given = parameter("5.2")
    let birth = String(parameter("7.1", "7").prefix(8))
    let sex = parameter("8")
    var query = PatientQuery()
    query.text = id.isEmpty ? [family, given].filter { !$0.isEmpty }.joined(separator: " ") : id
    query.text.removeAll { $0 == "*" }
    query.birthDate = birth
    query.limit = Self.largestAnswer
    return try department.patients(matching: query).filter { patient in
      let isHis =
        id.isEmpty
        || patient.identifiers.contains {
          $0.value == id && (issuer.isEmpty || $0.issuer == issuer)
        }
      return isHis && (birth.isEmpty || patient.birthDate == birth)
        && (sex.isEmpty || patient.sex == HL7Values.sex(sex))
    }
  }
}
