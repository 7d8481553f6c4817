// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import SQLStore
import SQLTestKit
import Testing
import Workflow

@Suite struct ArrivalRuleTests {
  private func test(_ text: String) throws -> AttributeTest { try #require(AttributeTest(text)) }

  @Test func saysWhatIsNotMet() throws {
    let rule = ArrivalRule(
      name: "ct", callers: ["CT*"], modalities: ["CT"],
      expected: [
        try test("BodyPartExamined=CHEST"), try test("AccessionNumber"), try test("StudyDescription=Abdomen|Pelvis"),
        try test("BodyPartExamined!=CHEST"), try test("Modality!="),
      ])
    #expect(rule.fault == nil)
    let instance = RouteTests.instance()
    #expect(rule.matches(instance) && !rule.matches(RouteTests.instance("MR1")))
    let unmet = rule.unmet(by: instance.dataSet)
    #expect(unmet.map(\.attribute) == ["AccessionNumber", "StudyDescription", "BodyPartExamined", "Modality"])
    #expect(unmet.map(\.value) == ["", "CT Thorax nativ", "CHEST", "CT"])
    #expect(unmet.map(\.expected) == ["a value", "Abdomen|Pelvis", "not CHEST", "no value"])
    var off = rule
    off.isEnabled = false
    #expect(!off.matches(instance))
  }

  @Test func correctsWhatTheArchiveCorrects() throws {
    let rule = ArrivalRule(
      name: "r",
      changes: [
        AttributeChange(.map, "BodyPartExamined", values: ["CHEST": "LUNG"]),
        AttributeChange(.fill, "AccessionNumber", value: "A1"),
        AttributeChange(.fill, "IssuerOfPatientID", value: "HIS"),
        AttributeChange(.fill, "StudyDescription", value: "not this"),
        AttributeChange(.set, "StationName", value: "first"), AttributeChange(.set, "StationName", value: "second"),
      ])
    #expect(rule.fault == nil)
    let found = try rule.corrections(of: RouteTests.instance().dataSet)
    #expect(found[.patient] == [CorrectedValue(.issuerOfPatientID, .LO, "HIS")])
    #expect(found[.study] == [CorrectedValue(.accessionNumber, .SH, "A1")])
    #expect(
      Set(found[.series] ?? []) == [
        CorrectedValue(.bodyPartExamined, .CS, "LUNG"), CorrectedValue(.stationName, .SH, "second"),
      ])
    var done = RouteTests.instance().dataSet
    for value in found.values.joined() { done.set(value.tag, value.vr, value.text) }
    // What was corrected is not corrected again.
    #expect(try rule.corrections(of: done)[.patient] == nil && rule.corrections(of: done)[.study] == nil)
  }

  @Test(arguments: [
    ArrivalRule(name: "", expected: [AttributeTest(attribute: "Modality", patterns: [])]), ArrivalRule(name: "empty"),
    ArrivalRule(name: "r", changes: [AttributeChange(.set, "PixelData", value: "1")]),
    ArrivalRule(name: "r", changes: [AttributeChange(.set, "SliceThickness", value: "1")]),
    ArrivalRule(name: "r", changes: [AttributeChange(.set, "NoSuchThing", value: "1")]),
    ArrivalRule(name: "r", expected: [AttributeTest(attribute: "NoSuchThing", patterns: [])]),
  ]) func whatCannotBeIsRefused(_ rule: ArrivalRule) {
    #expect(rule.fault != nil)
  }

  @Test(arguments: Engine.available) func rulesAndMeasuredSeriesAreKept(_ engine: Engine) throws {
    let temporary = try TemporaryDatabase(engine)
    try Schema.migrate(temporary.database)
    let directory = SQLArrivalRuleDirectory(temporary.database)
    let second = ArrivalRule(name: "b", changes: [AttributeChange(.fill, "StationName", value: "x")])
    var first = ArrivalRule(name: "a", callers: ["CT*"], expected: [try test("Modality=CT|MR")])
    try directory.save(second)
    try directory.save(first)
    first.isEnabled = false
    try directory.save(first)
    #expect(try directory.rules() == [first, second])
    #expect(try directory.removeRule(name: "a"))
    #expect(try !directory.removeRule(name: "a"))
    #expect(try directory.unchecked(["1", "2"]) == ["1", "2"])
    try directory.setChecked("1", at: 5)
    try directory.setChecked("1", at: 6)
    #expect(try directory.unchecked(["1", "2"]) == ["2"])
  }
}
