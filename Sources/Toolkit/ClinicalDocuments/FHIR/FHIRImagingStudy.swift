// SPDX-License-Identifier: Apache-2.0

/// A study as the resource ImagingStudy of FHIR R4 (4.0.1).
public struct FHIRImagingStudy: Sendable {
  private let study: ImagingStudy
  private let patient: ReportPatient

  public init(_ study: ImagingStudy, of patient: ReportPatient) {
    self.study = study
    self.patient = patient
  }

  /// JSON in UTF-8; the patient is contained.
  public func encode() -> [UInt8] {
    resource(id: nil, subject: "#patient", contained: [FHIRParts.patient(patient)]).bytes
  }

  var containedPatient: JSONNode { FHIRParts.patient(patient) }

  func resource(id: String?, subject: String, contained: [JSONNode]) -> JSONNode {
    .object(members(id: id, subject: subject, contained: contained))
  }

  /// Names and values, in the order of the resource.
  func members(id: String?, subject: String, contained: [JSONNode]) -> [(String, JSONNode?)] {
    var identifiers = [FHIRParts.uid(study.uid)]
    if !study.accession.value.isEmpty {
      identifiers.append(FHIRParts.identifier(study.accession, type: ("ACSN", "Accession ID")))
    }
    return [
      ("resourceType", .string("ImagingStudy")), ("id", id.map { .string($0) }), ("contained", .list(contained)),
      ("identifier", .array(identifiers)), ("status", .string("available")),
      ("modality", .list(study.modalities.map { FHIRParts.coding(Code($0, "", .dcm)) })),
      ("subject", .object([("reference", .string(subject))])),
      ("started", study.started.map { .string($0.fhir) }), ("numberOfSeries", .number(study.series.count)),
      ("numberOfInstances", .number(study.series.reduce(0) { $0 + $1.instances.count })),
      ("description", JSONNode.text(study.description)), ("series", .list(study.series.map(series))),
    ]
  }

  private func series(_ series: ImagingSeries) -> JSONNode {
    .object([
      ("uid", .string(series.uid)), ("number", series.number.flatMap { $0 >= 0 ? .number($0) : nil }),
      ("modality", FHIRParts.coding(Code(series.modality.isEmpty ? "OT" : series.modality, "", .dcm))),
      ("description", JSONNode.text(series.description)), ("numberOfInstances", .number(series.instances.count)),
      (
        "instance",
        .list(
          series.instances.map { instance in
            .object([
              ("uid", .string(instance.uid)),
              (
                "sopClass",
                .object([
                  ("system", .string("urn:ietf:rfc:3986")), ("code", .string("urn:oid:" + instance.sopClass)),
                ])
              ),
              ("number", instance.number.flatMap { $0 >= 0 ? .number($0) : nil }),
            ])
          })
      ),
    ])
  }
}
