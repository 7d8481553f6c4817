// SPDX-License-Identifier: Apache-2.0

/// A report as the resource DiagnosticReport of FHIR R4 (4.0.1), with patient and studies contained.
public struct FHIRDiagnosticReport: Sendable {
  private let report: ImagingReport

  public init(_ report: ImagingReport) { self.report = report }

  /// Diagnostic service section (table 0074) and kind of report.
  private static let radiology = CodeSystem(
    uid: "2.16.840.1.113883.12.74", uri: "http://terminology.hl7.org/CodeSystem/v2-0074", name: "v2-0074")

  /// JSON in UTF-8.
  public func encode() -> [UInt8] { JSONNode.object(members).bytes }

  /// Names and values, in the order of the resource.
  var members: [(String, JSONNode?)] {
    let names = report.studies.indices.map { "study\($0 + 1)" }
    let contained =
      [FHIRParts.patient(report.patient)]
      + zip(report.studies, names).map { study, name in
        FHIRImagingStudy(study, of: report.patient).resource(id: name, subject: "#patient", contained: [])
      }
    var identifiers = [
      JSONNode.object([
        ("system", .string("urn:ietf:rfc:3986")), ("value", .string("urn:oid:" + report.uid)),
      ])
    ]
    if !report.order.accession.value.isEmpty {
      identifiers.append(FHIRParts.identifier(report.order.accession, type: ("ACSN", "Accession ID")))
    }
    let conclusion = report.sections.filter { $0.code == ReportSection.impression }.map(\.text).joined(separator: "\n")
    return [
      ("resourceType", .string("DiagnosticReport")), ("language", .string(report.language)), ("text", narrative()),
      ("contained", .array(contained)), ("identifier", .array(identifiers)),
      (
        "basedOn",
        report.order.placer.value.isEmpty
          ? nil
          : .array([
            .object([
              ("type", .string("ServiceRequest")),
              ("identifier", FHIRParts.identifier(report.order.placer, type: ("PLAC", "Placer Identifier"))),
            ])
          ])
      ),
      ("status", .string(report.status.rawValue)),
      ("category", .array([FHIRParts.concept(Code("RAD", "Radiology", Self.radiology))])),
      ("code", FHIRParts.concept(report.order.procedure ?? Code("18748-4", "Diagnostic imaging study", .loinc))),
      ("subject", .object([("reference", .string("#patient"))])),
      ("effectiveDateTime", report.studies.lazy.compactMap(\.started).first.map { .string($0.fhir) }),
      ("issued", report.issued.time.isEmpty ? nil : .string(report.issued.fhir)),
      ("performer", .array([.object([("display", .string(report.organization.name))])])),
      ("resultsInterpreter", .array([FHIRParts.person(report.authenticator ?? report.author)])),
      ("imagingStudy", .list(names.map { .object([("reference", .string("#" + $0))]) })),
      ("conclusion", JSONNode.text(conclusion)),
      (
        "presentedForm",
        report.pdf.isEmpty
          ? nil
          : .array([
            .object([
              ("contentType", .string("application/pdf")), ("language", .string(report.language)),
              ("data", .string(Base64Text.encode(report.pdf))), ("title", JSONNode.text(report.title)),
            ])
          ])
      ),
    ]
  }

  /// The report as XHTML.
  private func narrative() -> JSONNode {
    var text = ""
    let sections = report.sections.flatMap { section in
      [XMLNode("h2", text: section.title)]
        + section.text.split { $0.isNewline }.map { XMLNode("p", text: String($0)) }
    }
    XMLNode("div", [("xmlns", "http://www.w3.org/1999/xhtml")], [XMLNode("h1", text: report.title)] + sections).write(
      to: &text)
    return .object([("status", .string("generated")), ("div", .string(text))])
  }
}
