// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMObjects
import Testing

@Suite struct DoseReportTests {
  private static func dcm(_ code: String, _ meaning: String? = nil) -> CodedConcept {
    CodedConcept(code, "DCM", meaning)
  }

  private static func number(_ code: String, _ value: Double, _ unit: String) -> ContentItem {
    ContentItem(.contains, dcm(code), .number(NumericValue(value, .unit(unit))))
  }

  private static func event(_ index: Int) -> ContentItem {
    let regions = [
      ("774007", "Head and Neck"), ("51185008", "Thorax"), ("818981001", "Abdomen"), ("12921003", "Pelvis"),
    ]
    let region = regions[index % regions.count]
    return .container(
      .contains, dcm("113819"),
      [
        ContentItem(.contains, dcm("125203"), .text("Protocol \(index + 1)")),
        ContentItem(.contains, dcm("123014"), .code(CodedConcept(region.0, "SCT", region.1))),
        ContentItem(.contains, dcm("113820"), .code(dcm("116152004", "Spiral"))),
        ContentItem(.contains, dcm("113769"), .uidReference(UID("1.2.3.\(index)"))),
        .container(
          .contains, dcm("113822"),
          [
            number("113824", 4.5 + Double(index), "s"), number("113825", 300, "mm"), number("113826", 0.6, "mm"),
            .container(
              .contains, dcm("113831"),
              [
                ContentItem(.contains, dcm("113832"), .text("A")), number("113733", index == 0 ? 100 : 120, "kV"),
                number("113734", 210.123456789 + Double(index), "mA"), number("113834", 0.5, "s"),
              ]),
          ]),
        .container(
          .contains, dcm("113829"),
          [number("113830", 8.123456 + Double(index), "mGy"), number("113838", 300.5 + Double(index), "mGy.cm")]),
      ])
  }

  /// A CT dose report (TID 10011) of several irradiation events.
  static func report() -> StructuredReport {
    let total = ContentItem.container(
      .contains, dcm("113811"), [number("113812", 4, "{events}"), number("113813", 1208, "mGy.cm")])
    return StructuredReport(
      sopClass: .xRayRadiationDoseSRStorage, context: Samples.context(),
      root: .container(
        nil, dcm("113701", "X-Ray Radiation Dose Report"), template: "10011",
        [
          ContentItem(
            .hasConceptModifier, dcm("121058"), .code(CodedConcept("77477000", "SCT", "Computed Tomography X-Ray")),
            children: [
              ContentItem(
                .hasConceptModifier, CodedConcept("363703001", "SCT", "Has Intent"),
                .code(CodedConcept("261004008", "SCT", "Diagnostic Intent")))
            ]),
          ContentItem(.hasObservationContext, dcm("121005"), .code(dcm("121007", "Device"))),
          ContentItem(.hasObservationContext, dcm("121012"), .uidReference("1.2.3.4.77")),
          ContentItem(.hasObservationContext, dcm("113876"), .code(dcm("113859", "Irradiating Device"))),
          ContentItem(.contains, dcm("113809"), .dateTime("20240229101112")),
          ContentItem(.contains, dcm("113810"), .dateTime("20240229102000")),
          ContentItem(.hasObservationContext, dcm("113705"), .code(dcm("113014", "Study"))),
          total,
        ] + (0..<4).map(event)))
  }

  @Test func irradiationEventsAreATable() throws {
    let report = try StructuredReport(Samples.reread(Self.report().dataSet()))
    let html = ReportHTML.render(report)
    #expect(HTMLChecker.problems(html) == [])
    #expect(html.contains("<table>"))
    for heading in ["Mean CTDIvol", "DLP", "Target Region", "Acquisition Protocol"] {
      #expect(html.contains("<th scope=\"col\">\(heading)</th>"))
    }
    // Constant values are said once, before the table.
    let table = try #require(html.range(of: "<table>"))
    #expect(html[..<table.lowerBound].contains("Spiral"))
    #expect(html[table.lowerBound...].contains("title=\"210.123456789 mA\">210.123 mA<"))
  }
}

extension String {
  /// The first place of a text.
  fileprivate func range(of text: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
