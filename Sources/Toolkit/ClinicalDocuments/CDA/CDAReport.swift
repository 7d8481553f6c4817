// SPDX-License-Identifier: Apache-2.0

/// A report as CDA Release 2 (ISO/HL7 27932:2009), after PS3.20: header, a section for each heading, and the DICOM
/// object catalogue (PS3.20 §8.5).
public struct CDAReport: Sendable {
  private let report: ImagingReport

  public init(_ report: ImagingReport) { self.report = report }

  /// The document in UTF-8.
  public func encode() -> [UInt8] {
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    document().write(to: &text)
    return Array((text + "\n").utf8)
  }

  private func document() -> XMLNode {
    var children = [
      XMLNode("realmCode", [("code", "UV")]),
      XMLNode("typeId", [("root", "2.16.840.1.113883.1.3"), ("extension", "POCD_HD000040")]),
      // Imaging Report (PS3.20 §7.1).
      XMLNode("templateId", [("root", "1.2.840.10008.9.1")]),
      XMLNode("id", [("root", report.uid)]),
      code("code", Code("18748-4", "Diagnostic imaging study", .loinc)),
      XMLNode("title", text: report.title),
      XMLNode("effectiveTime", [("value", report.issued.hl7)]),
      XMLNode("confidentialityCode", [("code", "N"), ("codeSystem", "2.16.840.1.113883.5.25")]),
      XMLNode("languageCode", [("code", report.language)]),
      XMLNode("setId", [("root", report.setUID)]),
      XMLNode("versionNumber", [("value", String(report.version))]),
      recordTarget(), person("author", "assignedAuthor", report.author, signed: false),
      XMLNode(
        "custodian", [],
        [
          XMLNode(
            "assignedCustodian", [],
            [
              XMLNode(
                "representedCustodianOrganization", [],
                [identifier("id", report.organization.identifier), XMLNode("name", text: report.organization.name)])
            ])
        ]),
    ]
    if let authenticator = report.authenticator {
      children.append(person("legalAuthenticator", "assignedEntity", authenticator, signed: true))
    }
    if !report.order.placer.value.isEmpty || !report.order.accession.value.isEmpty {
      let numbers = [report.order.placer, report.order.accession].filter { !$0.value.isEmpty }
      children.append(
        XMLNode("inFulfillmentOf", [], [XMLNode("order", [], numbers.map { identifier("id", $0) })]))
    }
    children += report.studies.map(documentation)
    if !report.previousUID.isEmpty {
      children.append(
        XMLNode(
          "relatedDocument", [("typeCode", report.status == .amended ? "APND" : "RPLC")],
          [XMLNode("parentDocument", [], [XMLNode("id", [("root", report.previousUID)])])]))
    }
    children.append(
      XMLNode(
        "component", [],
        [XMLNode("structuredBody", [], sections().map { XMLNode("component", [], [$0]) })]))
    return XMLNode(
      "ClinicalDocument", [("xmlns", "urn:hl7-org:v3"), ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")],
      children)
  }

  // MARK: Header

  private func recordTarget() -> XMLNode {
    let patient = report.patient
    let genders = ["M": ("M", "Male"), "F": ("F", "Female"), "O": ("UN", "Undifferentiated")]
    let gender = genders[patient.sex].map {
      XMLNode(
        "administrativeGenderCode",
        [("code", $0.0), ("displayName", $0.1), ("codeSystem", "2.16.840.1.113883.5.1")])
    }
    let born = patient.birthDate.isEmpty ? [("nullFlavor", "UNK")] : [("value", patient.birthDate)]
    return XMLNode(
      "recordTarget", [],
      [
        XMLNode(
          "patientRole", [],
          patient.identifiers.map { identifier("id", $0) } + [
            XMLNode("addr", [("nullFlavor", "UNK")]), XMLNode("telecom", [("nullFlavor", "UNK")]),
            XMLNode(
              "patient", [],
              [
                name(patient.name),
                gender ?? XMLNode("administrativeGenderCode", [("nullFlavor", "UNK")]),
                XMLNode("birthTime", born),
              ]),
          ])
      ])
  }

  private func person(_ element: String, _ role: String, _ person: ReportPerson, signed: Bool) -> XMLNode {
    var children = [XMLNode("time", [("value", person.at.hl7)])]
    if signed { children.append(XMLNode("signatureCode", [("code", "S")])) }
    children.append(
      XMLNode(
        role, [],
        [
          identifier("id", person.identifier), XMLNode("addr", [("nullFlavor", "UNK")]),
          XMLNode("telecom", [("nullFlavor", "UNK")]),
          XMLNode("assignedPerson", [], [name(person.name)]),
        ]))
    return XMLNode(element, [], children)
  }

  /// What was done, with the Study Instance UID as its id (PS3.20 §7.1.14).
  private func documentation(of study: ImagingStudy) -> XMLNode {
    var event = [XMLNode("id", [("root", study.uid)])]
    if let procedure = report.order.procedure { event.append(code("code", procedure)) }
    let time = study.started.map { [XMLNode("low", [("value", $0.hl7)])] }
    event.append(XMLNode("effectiveTime", time == nil ? [("nullFlavor", "UNK")] : [], time ?? []))
    return XMLNode("documentationOf", [], [XMLNode("serviceEvent", [("classCode", "ACT")], event)])
  }

  private func name(_ name: ReportName) -> XMLNode {
    let parts = [("prefix", name.prefix), ("given", name.given), ("family", name.family)].filter { !$0.1.isEmpty }
    return XMLNode(
      "name", parts.isEmpty ? [("nullFlavor", "UNK")] : [], parts.map { XMLNode($0.0, text: $0.1) })
  }

  /// An issuer that is no UID is named, since a root must be one.
  private func identifier(_ element: String, _ identifier: Identifier) -> XMLNode {
    guard !identifier.value.isEmpty else { return XMLNode(element, [("nullFlavor", "UNK")]) }
    if identifier.hasUID { return XMLNode(element, [("root", identifier.issuer), ("extension", identifier.value)]) }
    var attributes = [
      ("root", report.organization.identifier.hasUID ? report.organization.identifier.issuer : report.setUID)
    ]
    attributes.append(("extension", identifier.value))
    if !identifier.issuer.isEmpty { attributes.append(("assigningAuthorityName", identifier.issuer)) }
    return XMLNode(element, attributes)
  }

  private func code(_ element: String, _ code: Code) -> XMLNode {
    XMLNode(
      element,
      [
        ("code", code.value), ("codeSystem", code.system.uid), ("codeSystemName", code.system.name),
        ("displayName", code.display),
      ])
  }

  // MARK: Body

  private func sections() -> [XMLNode] {
    let written =
      report.sections.isEmpty
      ? [ReportSection(code: ReportSection.findings, title: report.title, text: "")] : report.sections
    var nodes = written.map { section in
      XMLNode(
        "section", [], [code("code", section.code), XMLNode("title", text: section.title), narrative(section.text)])
    }
    if report.studies.contains(where: { !$0.series.isEmpty }) { nodes.append(catalogue()) }
    return nodes
  }

  /// A paragraph for each line.
  private func narrative(_ text: String) -> XMLNode {
    let lines = text.split(omittingEmptySubsequences: true) { $0.isNewline }
    return XMLNode("text", [], lines.map { XMLNode("paragraph", text: String($0)) })
  }

  /// DICOM Object Catalog Section (PS3.20 §8.5): study, series and instance acts.
  private func catalogue() -> XMLNode {
    XMLNode(
      "section", [("classCode", "DOCSECT"), ("moodCode", "EVN")],
      [
        XMLNode("templateId", [("root", "2.16.840.1.113883.10.20.6.1.1")]),
        code("code", Code("121181", "DICOM Object Catalog", .dcm)),
        XMLNode("title", text: "DICOM Object Catalog"),
        XMLNode(
          "text", [], [XMLNode("paragraph", text: "Images: \(report.studies.map(\.uid).joined(separator: ", "))")]),
      ] + report.studies.map { XMLNode("entry", [], [study($0)]) })
  }

  private func study(_ study: ImagingStudy) -> XMLNode {
    var children = [
      XMLNode("templateId", [("root", "2.16.840.1.113883.10.20.6.2.6")]), XMLNode("id", [("root", study.uid)]),
      code("code", Code("113014", "DICOM Study", .dcm)),
    ]
    if !study.description.isEmpty { children.append(XMLNode("text", text: study.description)) }
    if let started = study.started { children.append(XMLNode("effectiveTime", [("value", started.hl7)])) }
    children += study.series.map { XMLNode("entryRelationship", [("typeCode", "COMP")], [series($0)]) }
    return XMLNode("act", [("classCode", "ACT"), ("moodCode", "EVN")], children)
  }

  private func series(_ series: ImagingSeries) -> XMLNode {
    let qualifier = XMLNode(
      "qualifier", [],
      [
        code("name", Code("121139", "Modality", .dcm)), code("value", Code(series.modality, series.modality, .dcm)),
      ])
    var coded = code("code", Code("113015", "DICOM Series", .dcm))
    coded.content = [.node(qualifier)]
    var children = [
      XMLNode("templateId", [("root", "2.16.840.1.113883.10.20.22.4.63")]), XMLNode("id", [("root", series.uid)]),
      coded,
    ]
    if !series.description.isEmpty { children.append(XMLNode("text", text: series.description)) }
    children += series.instances.map { instance in
      XMLNode(
        "entryRelationship", [("typeCode", "COMP")],
        [
          XMLNode(
            "observation", [("classCode", "DGIMG"), ("moodCode", "EVN")],
            [
              XMLNode("templateId", [("root", "2.16.840.1.113883.10.20.6.2.8")]),
              XMLNode("id", [("root", instance.uid)]),
              XMLNode(
                "code",
                [("code", instance.sopClass), ("codeSystem", "1.2.840.10008.2.6.1"), ("codeSystemName", "DCMUID")]),
            ])
        ])
    }
    return XMLNode("act", [("classCode", "ACT"), ("moodCode", "EVN")], children)
  }
}
