// SPDX-License-Identifier: Apache-2.0

import ClinicalDocuments
import Foundation
import Testing

@testable import ReportPrinting

@Suite struct ReportPagesTests {
  private func report(_ text: String, language: String = "en") throws -> ImagingReport {
    let issued = try #require(DateTime(date: "20260304", time: "101500"))
    let author = ReportPerson(
      identifier: Identifier("ada"), name: ReportName(family: "Iolog", given: "Ada"), at: issued)
    var report = ImagingReport(
      uid: "1.2.3", setUID: "1.2.3.1", version: 2, status: .final, title: "CT thorax", issued: issued,
      patient: ReportPatient(identifiers: [Identifier("P1")], name: ReportName(family: "Dvořák", given: "Jan")),
      author: author, organization: ReportOrganization(identifier: Identifier("R"), name: "Radiology"))
    report.language = language
    report.sections = [ReportSection(code: ReportSection.findings, title: "Findings", text: text)]
    return report
  }

  private func pages(_ pdf: [UInt8]) -> Int {
    let text = String(decoding: pdf, as: UTF8.self)
    return text.components(separatedBy: "/Type /Page").count - text.components(separatedBy: "/Type /Pages").count
  }

  @Test(arguments: ["en", "es", "fr", "it", "cs", "xx"]) func isOnePage(_ language: String) throws {
    let pdf = try ReportPages.pdf(report("Nodule of 5 mm.\n\nNo pneumonia.", language: language))
    #expect(pdf.starts(with: "%PDF-".utf8))
    #expect(pages(pdf) == 1)
  }

  @Test func longTextGoesOnOverPages() throws {
    let line = "A line of a long report that says what was seen, and what was not seen, and why that is so.\n"
    let few = try ReportPages.pdf(report(String(repeating: line, count: 20)))
    let many = try ReportPages.pdf(report(String(repeating: line, count: 200)))
    #expect(pages(few) == 1)
    #expect(pages(many) > 3)
  }

  @Test func hostileTextIsText() throws {
    let text = "a\0b <b>&amp; \u{202E}מבט " + String(repeating: "x", count: 5000)
    #expect(try pages(ReportPages.pdf(report(text))) >= 1)
  }
}
