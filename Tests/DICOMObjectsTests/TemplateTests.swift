// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMObjects
import Testing

@Suite struct TemplateTests {
  static let length = CodedConcept("410668003", "SCT", "Length")
  static let nodule = CodedConcept("27925004", "SCT", "Nodule")
  static let lung = CodedConcept("39607008", "SCT", "Lung")
  static let ctOfChest = CodedConcept("169069000", "SCT", "CT of chest")

  static func measurementReport() -> MeasurementReport {
    let image = ImageReference(Samples.image)
    let line = SpatialCoordinates(.polyline, [.init(10, 20), .init(30.5, 40)])
    var first = MeasurementGroup(
      trackingIdentifier: "Lesion 1", trackingUID: "1.2.3.4.100", finding: nodule,
      sites: [FindingSite(lung, laterality: CodedConcept("7771000", "SCT", "Left"))],
      region: .planar(ImageRegion(line, on: image)),
      measurements: [Measurement(length, 12.5, .unit("mm"), region: ImageRegion(line, on: image))],
      evaluations: [QualitativeEvaluation(CodedConcept("RID5763", "RADLEX", "Margin"), .text("spiculated"))])
    first.category = CodedConcept("49755003", "SCT", "Morphologically Abnormal Structure")
    let surface = SpatialCoordinates3D(
      .ellipsoid, [.init(0, 0, 0), .init(1, 0, 0), .init(0, 0, 0), .init(0, 1, 0), .init(0, 0, 0), .init(0, 0, 1)],
      frameOfReference: "1.2.3.4.50")
    let second = MeasurementGroup(
      trackingIdentifier: "Lesion 2", trackingUID: "1.2.3.4.101", finding: nodule,
      region: .surface([surface], sources: [image]),
      measurements: [Measurement(CodedConcept("118565006", "SCT", "Volume"), 1200, .unit("mm3"))])
    return MeasurementReport(
      context: Samples.context(), observers: [.person(name: "Reader^One", organization: "Clinic")],
      proceduresReported: [ctOfChest], groups: [first, second], imageLibrary: [image])
  }

  @Test func measurementReportsReadAsTheyWereBuilt() throws {
    let report = Self.measurementReport()
    let read = try MeasurementReport(StructuredReport(Samples.reread(report.dataSet())))
    #expect(read.groups == report.groups)
    #expect(read.observers == report.observers)
    #expect(read.proceduresReported == report.proceduresReported)
    #expect(read.imageLibrary == report.imageLibrary)
    #expect(read.groups.map(\.template) == ["1410", "1411"])
  }

  @Test func aReportWithoutSpaceIsComprehensive() throws {
    var report = Self.measurementReport()
    report.groups.removeLast()
    #expect(try report.report().sopClass == .comprehensiveSRStorage)
    #expect(try Self.measurementReport().report().sopClass == .comprehensive3DSRStorage)
  }

  @Test func whatATemplateAsksForIsAskedFor() {
    var report = Self.measurementReport()
    report.observers = []
    #expect(throws: ObjectError.self) { try report.dataSet() }
    report = Self.measurementReport()
    report.proceduresReported = []
    #expect(throws: ObjectError.self) { try report.dataSet() }
    report = Self.measurementReport()
    report.groups[0].trackingIdentifier = ""
    #expect(throws: ObjectError.self) { try report.dataSet() }
    report = Self.measurementReport()
    report.groups[0].region = .segment(ImageReference(Samples.image), sources: [], series: nil)
    #expect(throws: ObjectError.self) { try report.dataSet() }
  }

  @Test func keyObjectsReadAsTheyWereBuilt() throws {
    let selection = KeyObjectSelection(
      context: Samples.context(), title: KeyObjectSelection.forTeaching,
      images: [ImageReference(Samples.multiFrame, frames: [2])], observers: [.person(name: "Reader^One")],
      description: "The nodule")
    let dataSet = try selection.dataSet()
    #expect(dataSet.string(.modality) == "KO" && dataSet[.completionFlag] == nil)
    let read = try KeyObjectSelection(StructuredReport(Samples.reread(dataSet)))
    #expect(read.images == selection.images && read.title == selection.title)
    #expect(read.description == "The nodule" && read.observers == selection.observers)
    var other = selection
    other.title = CodedConcept("121071", "DCM")
    #expect(throws: ObjectError.self) { try other.dataSet() }
    other = selection
    other.objects = []
    #expect(throws: ObjectError.self) { try other.dataSet() }
  }

  @Test func textReportsReadAsTheyWereBuilt() throws {
    var report = BasicTextReport(
      context: Samples.context(), observers: [.person(name: "Reader^One")],
      sections: [
        .init(BasicTextReport.findings, ["No nodule.", "No effusion."], images: [ImageReference(Samples.image)]),
        .init(BasicTextReport.impressions, ["Normal chest."]),
      ])
    report.header.verifyingObservers = [
      VerifyingObserver(name: "Reader^One", organization: "Clinic", dateTime: "20240229101500")
    ]
    let read = try BasicTextReport(StructuredReport(Samples.reread(report.dataSet())))
    #expect(read.sections == report.sections && read.header.isVerified)
    report.sections.append(.init(BasicTextReport.conclusions, []))
    #expect(throws: ObjectError.self) { try report.dataSet() }
  }

  @Test func hostileTextIsEscaped() throws {
    let report = BasicTextReport(
      context: Samples.context(), observers: [.person(name: "<b>^\"x\"")],
      sections: [.init(BasicTextReport.findings, ["<script>alert(1)</script> & 'x'"])])
    let html = ReportHTML.render(try report.report()) { _, _ in "javascript:alert(1)" }
    #expect(!html.contains("<script") && html.contains("&lt;script&gt;") && !html.contains("javascript:"))
    #expect(HTMLChecker.problems(html) == [])
  }

  @Test func citedImagesAreLinks() throws {
    let html = ReportHTML.render(try Self.measurementReport().report()) { instance, _ in
      "https://pacs.example/view?study=\(instance.study?.rawValue ?? "")&instance=\(instance.sopInstance)"
    }
    #expect(html.contains("<a href=\"https://pacs.example/view?study=1.2.3.4&amp;instance=1.2.3.4.9.1\">CT Image</a>"))
    #expect(html.contains("<th scope=\"col\">Tracking Identifier</th>") || html.contains("Lesion 1"))
    #expect(HTMLChecker.problems(html) == [])
  }
}
