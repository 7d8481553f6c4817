// SPDX-License-Identifier: Apache-2.0

/// Parts that the resources of FHIR R4 share.
enum FHIRParts {
  /// An issuer that is a UID is a system, another one a name.
  static func identifier(_ identifier: Identifier, type: (String, String)? = nil) -> JSONNode {
    .object([
      (
        "type",
        type.map { code, display in
          .object([
            (
              "coding",
              .array([
                .object([
                  ("system", .string("http://terminology.hl7.org/CodeSystem/v2-0203")), ("code", .string(code)),
                  ("display", .string(display)),
                ])
              ])
            )
          ])
        }
      ),
      ("system", identifier.hasUID ? .string("urn:oid:" + identifier.issuer) : nil),
      ("value", .string(identifier.value)),
      ("assigner", identifier.hasUID ? nil : JSONNode.text(identifier.issuer).map { .object([("display", $0)]) }),
    ])
  }

  static func uid(_ uid: String) -> JSONNode {
    .object([("system", .string("urn:dicom:uid")), ("value", .string("urn:oid:" + uid))])
  }

  static func concept(_ code: Code) -> JSONNode {
    .object([("coding", .array([coding(code)])), ("text", JSONNode.text(code.display))])
  }

  static func coding(_ code: Code) -> JSONNode {
    .object([
      ("system", JSONNode.text(code.system.uri)), ("code", .string(code.value)),
      ("display", JSONNode.text(code.display)),
    ])
  }

  static func patient(_ patient: ReportPatient, id: String = "patient") -> JSONNode {
    let genders = ["M": "male", "F": "female", "O": "other"]
    return .object([
      ("resourceType", .string("Patient")), ("id", .string(id)),
      ("identifier", .list(patient.identifiers.filter { !$0.value.isEmpty }.map { identifier($0) })),
      (
        "name",
        .array([
          .object([
            ("text", JSONNode.text(patient.name.text)), ("family", JSONNode.text(patient.name.family)),
            ("given", .list(patient.name.given.split(separator: " ").map { .string(String($0)) })),
          ])
        ])
      ),
      ("gender", .string(genders[patient.sex] ?? "unknown")),
      ("birthDate", DateTime(date: patient.birthDate).map { .string($0.fhir) }),
    ])
  }

  static func person(_ person: ReportPerson) -> JSONNode {
    .object([
      ("identifier", person.identifier.value.isEmpty ? nil : identifier(person.identifier)),
      ("display", JSONNode.text(person.name.text)),
    ])
  }
}
