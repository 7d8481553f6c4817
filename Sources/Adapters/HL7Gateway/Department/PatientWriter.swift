// SPDX-License-Identifier: Apache-2.0

import HL7
import Radiology

/// Writes patients as PID (HL7 v2.5.1 §3.4.2).
enum PatientWriter {
  static func fields(_ patient: PatientRecord, number: Int = 1) -> [Int: FieldContent] {
    [
      1: FieldContent("\(number)"),
      3: FieldContent(
        patient.identifiers.map {
          ExtendedIdentifier(
            id: $0.value, assigningAuthority: authority($0.issuer), type: $0.type
          ).content
        }),
      5: FieldContent(names(patient.name)),
      7: FieldContent(patient.birthDate), 8: FieldContent(patient.sex),
      11: FieldContent(patient.contact.address),
      13: FieldContent(patient.contact.telephone),
    ]
  }

  /// An issuer that looks like a UID is a universal ID.
  static func authority(_ issuer: String) -> HierarchicDesignator {
    let isUID =
      issuer.contains(".") && issuer.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
    return isUID
      ? HierarchicDesignator(universalID: issuer, universalIDType: "ISO")
      : HierarchicDesignator(namespace: issuer)
  }

  /// The component groups of PN as repetitions: alphabetic, ideographic, phonetic.
  private static func names(_ value: String) -> [FieldContent] {
    let groups = value.split(separator: "=", omittingEmptySubsequences: false).prefix(3)
    return zip(groups, ["A", "I", "P"]).filter { !$0.0.isEmpty }.map { group, kind in
      var name = ExtendedPersonName(dicom: String(group))
      name.type = "L"
      if groups.count > 1 { name.representation = kind }
      return name.content
    }
  }
}
