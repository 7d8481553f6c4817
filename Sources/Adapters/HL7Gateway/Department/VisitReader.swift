// SPDX-License-Identifier: Apache-2.0

import HL7
import Radiology

/// Reads where a patient is out of PV1 (HL7 v2.5.1 §3.4.3).
enum VisitReader {
  /// Nil where the message has no PV1.
  static func visit(_ message: Message) -> Visit? {
    guard let segment = message.first("PV1") else { return nil }
    var visit = Visit()
    let number = ExtendedIdentifier(segment[19].repetitions[0])
    let account = ExtendedIdentifier(
      message.first("PID")?[18].repetitions[0] ?? segment[19].repetitions[0])
    let id = number.id.isEmpty ? account : number
    visit.admissionID = OrderNumber(id.id, issuer: HL7Values.issuer(id.assigningAuthority))
    visit.patientClass = segment[2].value
    visit.location = location(segment[3])
    return visit
  }

  /// Point of care, room, bed and facility (PL).
  static func location(_ field: Field) -> String {
    let place = field.repetitions[0]
    let parts = [place[1].value, place[2].value, place[3].value, place[4].value].filter {
      !$0.isEmpty
    }
    return HL7Values.line(parts.joined(separator: " "))
  }
}
