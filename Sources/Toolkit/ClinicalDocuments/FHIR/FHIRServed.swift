// SPDX-License-Identifier: Apache-2.0

extension ReportPatient {
  /// The resource Patient of FHIR R4 (4.0.1).
  public func fhir(id: String) -> FHIRResource { FHIRResource(FHIRParts.patient(self, id: id)) }
}

extension FHIRImagingStudy {
  /// The study as a server shows it.
  /// - Parameters:
  ///   - subject: reference of the patient; nil has the patient contained.
  ///   - basedOn: reference of the order; nil for none.
  ///   - counts: of series and instances, where the study is given without them.
  public func resource(
    id: String, subject: String?, basedOn: String?, counts: (series: Int, instances: Int)? = nil,
    modalities: [String]? = nil
  ) -> FHIRResource {
    let contained = subject == nil ? [containedPatient] : []
    var members = members(id: id, subject: subject ?? "#patient", contained: contained)
    func replace(_ name: String, _ node: JSONNode?) {
      if let index = members.firstIndex(where: { $0.0 == name }) { members[index].1 = node }
    }
    if let counts {
      replace("numberOfSeries", .number(counts.series))
      replace("numberOfInstances", .number(counts.instances))
    }
    if let modalities { replace("modality", .list(modalities.map { FHIRParts.coding(Code($0, "", .dcm)) })) }
    if let basedOn { members.append(("basedOn", .array([.object([("reference", .string(basedOn))])]))) }
    return FHIRResource(.object(members))
  }
}

extension FHIRDiagnosticReport {
  /// References from a report to other resources of its server.
  public struct References: Sendable {
    public var subject: String
    public var basedOn: String
    public var studies: [String]
    /// Address of the report as PDF; nil for none.
    public var pdf: String?

    public init(subject: String, basedOn: String, studies: [String], pdf: String? = nil) {
      self.subject = subject
      self.basedOn = basedOn
      self.studies = studies
      self.pdf = pdf
    }
  }

  /// The report as a server shows it, with references to what else it has.
  public func resource(id: String, _ references: References) -> FHIRResource {
    var members = members
    func replace(_ name: String, _ node: JSONNode?) {
      if let index = members.firstIndex(where: { $0.0 == name }) { members[index].1 = node }
    }
    func reference(_ text: String) -> JSONNode { .object([("reference", .string(text))]) }
    replace("contained", nil)
    replace("basedOn", .array([reference(references.basedOn)]))
    replace("subject", reference(references.subject))
    replace("imagingStudy", .list(references.studies.map(reference)))
    if let pdf = references.pdf {
      replace(
        "presentedForm",
        .array([.object([("contentType", .string("application/pdf")), ("url", .string(pdf))])]))
    }
    members.insert(("id", .string(id)), at: 1)
    return FHIRResource(.object(members))
  }
}
