// SPDX-License-Identifier: Apache-2.0

import DICOMObjects
import Testing

@Suite struct ReportTemplateTests {
  @Test func templatesHaveTheirRows() throws {
    let report = try #require(ReportTemplate("1500"))
    #expect(report.name == "MeasurementReport" && report.isRoot && report.isExtensible)
    let root = try #require(report.rows.first)
    #expect(root.valueType == "CONTAINER" && root.conceptGroup == 7021 && root.maximum == 1)
    let procedure = try #require(root.children.first { $0.number == "4" })
    #expect(procedure.concept == ReportConcepts.procedureReported && procedure.relationship == .hasConceptModifier)
    let measurements = try #require(root.children.first { $0.number == "6" })
    #expect(measurements.children.contains { $0.include == "1410" })
    #expect(ReportTemplate("15") == nil && ReportTemplate("99999") == nil)
  }

  @Test func whatIsBuiltFollowsItsTemplate() throws {
    #expect(TemplateCheck.findings(try TemplateTests.measurementReport().report().root) == [])
    let selection = KeyObjectSelection(
      context: Samples.context(), images: [ImageReference(Samples.image)], observers: [.person(name: "A^B")])
    #expect(TemplateCheck.findings(try selection.report().root) == [])
    let text = BasicTextReport(
      context: Samples.context(), observers: [.person(name: "A^B")],
      sections: [.init(BasicTextReport.findings, ["Nothing."])])
    #expect(TemplateCheck.findings(try text.report().root) == [])
  }

  @Test func departuresAreFound() throws {
    var dose = DoseReportTests.report().root
    #expect(TemplateCheck.findings(dose).allSatisfy { $0.template == "10011" })
    dose.children.removeAll { $0.concept == ReportConcepts.procedureReported }
    let missing = TemplateCheck.findings(dose)
    #expect(missing.contains { $0.row == "2" && $0.position == [1] && $0.reason.contains("missing") })

    var report = try TemplateTests.measurementReport().report().root
    let group = try #require(report.children.firstIndex { $0.concept == ReportConcepts.imagingMeasurements })
    report.children[group].children[0].children[0] = ContentItem(
      .contains, ReportConcepts.trackingIdentifier, .code(ReportConcepts.finding))
    let wrong = TemplateCheck.findings(report)
    #expect(wrong.first?.template == "1410" && wrong.first?.row == "2")
    #expect(wrong.first?.position == [1, group + 1, 1, 1])
  }
}
