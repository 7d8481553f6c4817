// SPDX-License-Identifier: Apache-2.0

import HL7
import Radiology

/// Values of HL7 as the department has them.
enum HL7Values {
  /// An identifier with its issuer: the namespace of the assigning authority, else its universal ID.
  static func identifier(_ value: ExtendedIdentifier) -> PatientIdentifier {
    PatientIdentifier(value.id, issuer: issuer(value.assigningAuthority), type: value.type)
  }

  static func issuer(_ authority: HierarchicDesignator) -> String {
    authority.namespace.isEmpty ? authority.universalID : authority.namespace
  }

  static func number(_ field: Field) -> OrderNumber {
    let value = EntityIdentifier(field.repetitions[0])
    return OrderNumber(
      value.id, issuer: value.namespace.isEmpty ? value.universalID : value.namespace)
  }

  static func code(_ repetition: Repetition) -> Radiology.CodedElement? {
    let value = HL7.CodedElement(repetition)
    return value.isEmpty ? nil : Radiology.CodedElement(value.code, value.system, value.text)
  }

  /// Administrative sex (table 0001) as Patient's Sex (PS3.3 §C.7.1.1).
  static func sex(_ value: String) -> String {
    switch value.uppercased() {
    case "M", "F": value.uppercased()
    case "O", "A", "N": "O"
    default: ""
    }
  }

  /// Priority (tables 0027 and 0485) as Requested Procedure Priority (0040,1003).
  static func priority(_ value: String) -> Priority? {
    switch value.uppercased().prefix(1) {
    case "S": .stat
    case "A", "P", "C", "T": .high
    case "R": .routine
    default: nil
    }
  }

  /// A wall clock time; nil where the hour is not said.
  static func time(_ text: String) -> LocalDateTime? {
    guard let point = PointInTime(text), let date = point.date, let time = point.time else {
      return nil
    }
    return LocalDateTime(date: date, time: time)
  }

  /// A physician of XCN as PN.
  static func physician(_ field: Field) -> String {
    let person = ExtendedCompositeName(field.repetitions[0])
    return person.name.family.isEmpty && person.name.given.isEmpty ? person.id : person.name.dicom
  }

  /// Text as LO and SH take it.
  static func line(_ text: String, _ limit: Int = 64) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0 == "\\" || $0.value < 0x20 ? " " : $0 }.prefix(limit)))
  }
}
