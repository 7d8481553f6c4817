// SPDX-License-Identifier: Apache-2.0

import ClinicalDocuments
import Foundation
#if canImport(FoundationXML)
  import FoundationXML
#endif
import Testing

@Suite struct DocumentTests {
  /// With MARTLET_KEEP_DOCUMENTS=folder the documents are written there, for other people's validators.
  static let target = ProcessInfo.processInfo.environment["MARTLET_KEEP_DOCUMENTS"]

  private func keep(_ bytes: [UInt8], _ name: String) throws {
    if let target = Self.target { try Data(bytes).write(to: URL(fileURLWithPath: "\(target)/\(name)")) }
  }

  @Test(arguments: ReportStatus.allCases) func aDiagnosticReportIsJSONThatSaysIt(status: ReportStatus) throws {
    let bytes = FHIRDiagnosticReport(try exampleReport(status)).encode()
    try keep(bytes, "DiagnosticReport-\(status.rawValue).json")
    let json = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    #expect(json["resourceType"] as? String == "DiagnosticReport")
    #expect(json["status"] as? String == status.rawValue)
    #expect(json["conclusion"] as? String == "Normal.")
    #expect(json["issued"] as? String == "2026-03-01T10:15:00+01:00")
    let contained = try #require(json["contained"] as? [[String: Any]])
    #expect(contained.map { $0["resourceType"] as? String } == ["Patient", "ImagingStudy"])
    #expect(contained[0]["birthDate"] as? String == "1970-01-02")
    let form = try #require((json["presentedForm"] as? [[String: Any]])?.first)
    #expect(Data(base64Encoded: form["data"] as? String ?? "") == Data("%PDF-1.4\n%%EOF\n".utf8))
  }

  @Test func anImagingStudyCountsItsInstances() throws {
    let report = try exampleReport()
    let bytes = FHIRImagingStudy(report.studies[0], of: report.patient).encode()
    try keep(bytes, "ImagingStudy.json")
    let json = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    #expect(json["numberOfInstances"] as? Int == 2)
    #expect(json["started"] as? String == "2026-03-01T09:15:00+01:00")
    let series = try #require((json["series"] as? [[String: Any]])?.first)
    #expect(series["uid"] as? String == "1.2.826.0.1.3680043.10.5")
    #expect((series["instance"] as? [[String: Any]])?.count == 2)
  }

  /// Rules of the CDA header (ISO/HL7 27932 §4.2) and body, and of the object catalogue (PS3.20 §8.5).
  @Test(arguments: ReportStatus.allCases) func aCDADocumentHasWhatItMust(status: ReportStatus) throws {
    let bytes = CDAReport(try exampleReport(status)).encode()
    try keep(bytes, "report-\(status.rawValue).xml")
    let document = try XMLOutline(Data(bytes))
    let required = [
      "typeId", "templateId", "id", "code", "title", "effectiveTime", "confidentialityCode", "languageCode", "setId",
      "versionNumber", "recordTarget/patientRole/id", "recordTarget/patientRole/patient/name/family",
      "recordTarget/patientRole/patient/administrativeGenderCode", "recordTarget/patientRole/patient/birthTime",
      "author/time", "author/assignedAuthor/id", "author/assignedAuthor/assignedPerson/name",
      "custodian/assignedCustodian/representedCustodianOrganization/name", "inFulfillmentOf/order/id",
      "documentationOf/serviceEvent/id", "component/structuredBody/component/section/code",
      "component/structuredBody/component/section/title", "component/structuredBody/component/section/text/paragraph",
      "component/structuredBody/component/section/entry/act/entryRelationship/act/entryRelationship/observation/id",
    ]
    for path in required { #expect(document.paths["ClinicalDocument/" + path] != nil, "\(path)") }
    #expect(document.attributes("typeId")["extension"] == "POCD_HD000040")
    #expect(document.attributes("id")["root"] == "1.2.826.0.1.3680043.10.1")
    #expect(document.attributes("recordTarget/patientRole/id") == ["root": "1.2.3", "extension": "PAT001"])
    let isSigned = document.paths["ClinicalDocument/legalAuthenticator/signatureCode"] != nil
    #expect(isSigned == (status != .preliminary))
    let relation = document.attributes("relatedDocument")["typeCode"]
    #expect(relation == (status == .amended ? "APND" : status == .corrected ? "RPLC" : nil))
    #expect(document.text.contains("CT chest <contrast> & follow-up"))
    #expect(document.text.contains("Line \"two\" \u{FFFD} & more"))
  }

  @Test(arguments: ["2026", "2026030", "2026030x"]) func whatIsNoDate(text: String) {
    #expect(DateTime(date: text) == nil)
  }
}

/// Element paths, their first attributes, and all text of an XML document.
final class XMLOutline: NSObject, XMLParserDelegate {
  private(set) var paths: [String: [String: String]] = [:]
  private(set) var text = ""
  private var stack: [String] = []

  init(_ data: Data) throws {
    super.init()
    let parser = XMLParser(data: data)
    parser.delegate = self
    guard parser.parse() else { throw CocoaError(.fileReadCorruptFile) }
  }

  func attributes(_ path: String) -> [String: String] { paths["ClinicalDocument/" + path] ?? [:] }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    stack.append(name)
    let path = stack.joined(separator: "/")
    if paths[path] == nil { paths[path] = attributes }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    stack.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
