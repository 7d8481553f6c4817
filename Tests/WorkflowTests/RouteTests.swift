// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import Foundation
import Testing
import Workflow

@Suite struct RouteTests {
  static let monday = TimeWindow.Moment(weekday: 1, minute: 9 * 60)

  static func instance(_ sender: String = "CT1", at moment: TimeWindow.Moment = monday) -> RoutedInstance {
    var dataSet = DataSet(inheritedCharacterSet: .utf8)
    dataSet.set(.modality, .CS, "CT")
    dataSet.set(.studyDescription, .LO, "CT Thorax nativ")
    dataSet.set(.seriesDescription, .LO, "Lung 1.0")
    dataSet.set(.bodyPartExamined, .CS, "CHEST")
    dataSet.set(.imageType, .CS, ["ORIGINAL", "PRIMARY", "AXIAL"])
    dataSet.set(.rows, .US, integers: [512])
    var step = DataSet(inheritedCharacterSet: .utf8)
    step.set(.scheduledProcedureStepID, .SH, "SPS7")
    dataSet.set(.requestAttributesSequence, items: [step])
    return RoutedInstance(dataSet: dataSet, sender: sender, arrival: moment)
  }

  @Test(arguments: [
    ("BodyPartExamined=CHEST|THORAX", true), ("BodyPartExamined!=CHEST", false), ("BodyPartExamined=ch?st", true),
    ("BodyPartExamined", true), ("Laterality", false), ("Laterality!=", true), ("ImageType=AXIAL", true),
    ("StudyDescription=*thorax*", true), ("StudyDescription=thorax", false), ("StudyDescription=*nativ", true),
    ("Rows=512", true), ("(0028,0010)=51?", true), ("RequestAttributesSequence[0].ScheduledProcedureStepID=SPS*", true),
    ("RequestAttributesSequence[3].ScheduledProcedureStepID=SPS*", false), ("StudyDescription=*a*a*a*a*a*a*b", false),
  ])
  func conditions(_ text: String, _ holds: Bool) throws {
    let test = try #require(AttributeTest(text))
    #expect(test.holds(Self.instance().dataSet) == holds)
    #expect(test.text == text)
  }

  @Test func whatNamesNoAttributeIsNoCondition() {
    #expect(AttributeTest("NoSuchThing=1") == nil)
    #expect(AttributeTest("=1") == nil)
  }

  @Test func allConditionsMustHold() throws {
    let route = Route(
      name: "r", callers: ["CT*"], modalities: ["CT", "MR"], descriptions: ["*lung*"],
      tests: [try #require(AttributeTest("BodyPartExamined=CHEST"))], arrival: TimeWindow("08:00-18:00 mon"),
      destinations: ["PACS2"])
    #expect(route.fault == nil)
    #expect(route.matches(Self.instance()))
    #expect(!route.matches(Self.instance("MR1")))
    #expect(!route.matches(Self.instance(at: .init(weekday: 2, minute: 9 * 60))))
    for change: (inout Route) -> Void in [
      { $0.isEnabled = false }, { $0.modalities = ["MR"] }, { $0.descriptions = ["knee"] },
      { $0.tests.append(AttributeTest(attribute: "Laterality", patterns: ["L"])) },
    ] {
      var other = route
      change(&other)
      #expect(!other.matches(Self.instance()))
    }
  }

  @Test func aRouteComesBackFromJSON() throws {
    let route = Route(
      name: "r", callers: ["CT*"], tests: [AttributeTest(attribute: "Modality", patterns: ["CT"])],
      arrival: TimeWindow("22:00-06:00 sat,sun"), destinations: ["A", "B"],
      changes: [AttributeChange(.map, "Modality", values: ["CR": "DX"])], priority: .high, notices: ["http://x/y"])
    let data = try JSONEncoder().encode(route)
    #expect(try JSONDecoder().decode(Route.self, from: data) == route)
    let short = try JSONDecoder().decode(Route.self, from: Data(#"{"name": "s", "destinations": ["A"]}"#.utf8))
    #expect(short == Route(name: "s", destinations: ["A"]))
  }

  @Test(arguments: [
    ("18:00-06:00", 1, 1080, true), ("18:00-06:00", 1, 1079, false), ("18:00-06:00", 1, 359, true),
    ("18:00-06:00", 1, 360, false), ("18:00-06:00 mon", 2, 100, true), ("18:00-06:00 mon", 1, 100, false),
    ("08:00-12:00 mon,wed", 3, 500, true), ("08:00-12:00 mon,wed", 2, 500, false),
    ("18:00-06:00 sat", 0, 100, true),
  ])
  func windows(_ text: String, _ day: Int, _ minute: Int, _ isOpen: Bool) throws {
    let window = try #require(TimeWindow(text))
    #expect(window.contains(.init(weekday: day, minute: minute)) == isOpen)
    #expect(window.text == text)
    #expect((window.wait(from: .init(weekday: day, minute: minute)) == 0) == isOpen)
  }

  @Test func theNextOpeningIsFound() throws {
    let window = try #require(TimeWindow("20:00-06:00 fri"))
    #expect(window.wait(from: .init(weekday: 4, minute: 1200)) == 1440)
    for text in ["", "8-9", "25:00-26:00", "08:00-08:00", "08:00", "08:00-09:00 xyz"] {
      #expect(TimeWindow(text) == nil, "\(text)")
    }
  }

  @Test func changesAreMadeAsTheySay() throws {
    var dataSet = Self.instance().dataSet
    #expect(try AttributeChange(.set, "InstitutionName", value: "Ward").apply(to: &dataSet))
    #expect(try !AttributeChange(.fill, "InstitutionName", value: "Other").apply(to: &dataSet))
    #expect(try AttributeChange(.fill, "StationName", value: "S1").apply(to: &dataSet))
    #expect(try AttributeChange(.map, "BodyPartExamined", values: ["CHEST": "THORAX"]).apply(to: &dataSet))
    #expect(try !AttributeChange(.map, "BodyPartExamined", values: ["KNEE": "X"]).apply(to: &dataSet))
    #expect(try AttributeChange(.strip, "SeriesDescription").apply(to: &dataSet))
    #expect(
      try AttributeChange(.set, "RequestAttributesSequence[0].ScheduledProcedureStepID", value: "N").apply(to: &dataSet)
    )
    #expect(dataSet.string(.institutionName) == "Ward")
    #expect(dataSet.string(.stationName) == "S1")
    #expect(dataSet.string(.bodyPartExamined) == "THORAX")
    #expect(dataSet[.seriesDescription] == nil)
    #expect(dataSet.items(.requestAttributesSequence)[0].string(.scheduledProcedureStepID) == "N")
  }

  @Test(arguments: ["SOPInstanceUID", "StudyInstanceUID", "PixelData", "Rows", "Nonsense"])
  func whatIdentifiesIsNotChanged(_ attribute: String) {
    #expect(AttributeChange(.set, attribute, value: "1").fault != nil)
  }

  @Test func valuesThatCannotBeAreRefused() {
    #expect(AttributeChange(.set, "StudyDate", value: "yesterday").fault != nil)
    #expect(AttributeChange(.set, "StudyDate", value: "20260101").fault == nil)
    #expect(AttributeChange(.map, "Modality").fault != nil)
    #expect(Route(name: "x").fault != nil)
    #expect(Route(name: "x", destinations: ["A"], transferSyntax: "1.2.3").fault != nil)
    #expect(Route(name: "x", notices: ["ftp://a"]).fault != nil)
  }
}
