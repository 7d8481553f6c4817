// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMServices
import Testing

/// Matching and return keys of the modality worklist (PS3.4 table K.6-1).
struct WorklistRequestTests {
  static func entry(date: String = "20260105", time: String = "103000", station: [String] = ["CT1"]) -> DataSet {
    var code = DataSet(inheritedCharacterSet: .utf8)
    code.set(.codeValue, .SH, "T1")
    code.set(.codeMeaning, .LO, "Thorax")
    var step = DataSet(inheritedCharacterSet: .utf8)
    step.set(.scheduledStationAETitle, .AE, station)
    step.set(.scheduledProcedureStepStartDate, .DA, date)
    step.set(.scheduledProcedureStepStartTime, .TM, time)
    step.set(.modality, .CS, "CT")
    step.set(.scheduledPerformingPhysicianName, .PN, "BROWN^ANN")
    step.set(.scheduledProtocolCodeSequence, items: [code])
    var entry = DataSet(inheritedCharacterSet: .utf8)
    entry.set(.scheduledProcedureStepSequence, items: [step])
    entry.set(.patientName, .PN, "MÜLLER^EVA")
    entry.set(.patientID, .LO, "P1")
    entry.set(.accessionNumber, .SH, "A1")
    entry.set(.studyInstanceUID, "1.2.3")
    return entry
  }

  /// An identifier with keys of the root and of the step.
  static func request(_ root: [(DICOMCore.Tag, VR, String)] = [], step: [(DICOMCore.Tag, VR, String)] = [])
    -> WorklistRequest
  {
    var item = DataSet(inheritedCharacterSet: .utf8)
    for (tag, vr, value) in step { item.set(tag, vr, value) }
    var identifier = DataSet(inheritedCharacterSet: .utf8)
    identifier.set(.scheduledProcedureStepSequence, items: [item])
    for (tag, vr, value) in root { identifier.set(tag, vr, value) }
    return WorklistRequest(identifier)
  }

  static let stepKeys: [(DICOMCore.Tag, VR, String, Bool)] = [
    (.scheduledStationAETitle, .AE, "CT1", true), (.scheduledStationAETitle, .AE, "CT2", false),
    (.scheduledProcedureStepStartDate, .DA, "20260105", true),
    (.scheduledProcedureStepStartDate, .DA, "20260101-20260105", true),
    (.scheduledProcedureStepStartDate, .DA, "20260106-", false),
    (.scheduledProcedureStepStartTime, .TM, "1000-1100", true),
    (.scheduledProcedureStepStartTime, .TM, "-1000", false),
    (.modality, .CS, "CT", true), (.modality, .CS, "MR", false),
    (.scheduledPerformingPhysicianName, .PN, "BRO*", true),
    (.scheduledPerformingPhysicianName, .PN, "SMITH*", false),
    (.scheduledStationAETitle, .AE, "", true),
  ]

  @Test(arguments: stepKeys.indices) func keysOfTheStep(_ index: Int) {
    let (tag, vr, value, expected) = Self.stepKeys[index]
    #expect(Self.request(step: [(tag, vr, value)]).matches(Self.entry()) == expected)
  }

  static let rootKeys: [(DICOMCore.Tag, VR, String, Bool)] = [
    (.patientName, .PN, "MÜL*", true), (.patientName, .PN, "müller^eva", true), (.patientName, .PN, "DOE", false),
    (.patientID, .LO, "P1", true), (.patientID, .LO, "P2", false), (.accessionNumber, .SH, "A?", true),
    (.accessionNumber, .SH, "B1", false), (.studyInstanceUID, .UI, "1.2.3", true),
    (.studyInstanceUID, .UI, "1.2.4", false), (.requestedProcedureID, .SH, "R1", false),
    (.rows, .SH, "ignored, since it is no key", true),
  ]

  @Test(arguments: rootKeys.indices) func keysOfTheRoot(_ index: Int) {
    let (tag, vr, value, expected) = Self.rootKeys[index]
    #expect(Self.request([(tag, vr, value)]).matches(Self.entry()) == expected)
  }

  /// Ranges of date and time together are one period (remark at Scheduled Procedure Step Start Time).
  @Test(arguments: [
    ("20260105", "095959", false), ("20260105", "100000", true), ("20260106", "030000", true),
    ("20260107", "180000", true), ("20260107", "180001", false), ("20260104", "120000", false),
  ])
  func rangesOfDateAndTimeAreOnePeriod(_ date: String, _ time: String, _ expected: Bool) {
    let request = Self.request(step: [
      (.scheduledProcedureStepStartDate, .DA, "20260105-20260107"),
      (.scheduledProcedureStepStartTime, .TM, "100000-180000"),
    ])
    #expect(request.matches(Self.entry(date: date, time: time)) == expected)
  }

  @Test func oneStationOfSeveralMatches() {
    let request = Self.request(step: [(.scheduledStationAETitle, .AE, "CT2")])
    #expect(request.matches(Self.entry(station: ["CT1", "CT2"])))
  }

  @Test func answersWhatWasAsked() throws {
    let request = Self.request(
      [(.patientName, .PN, ""), (.patientWeight, .DS, "")],
      step: [(.modality, .CS, ""), (.scheduledStationName, .SH, "")])
    let answer = request.answer(Self.entry())
    #expect(answer.elements.map(\.tag) == [.patientName, .patientWeight, .scheduledProcedureStepSequence])
    #expect(answer.string(.patientName) == "MÜLLER^EVA")
    #expect(answer[.patientWeight]?.isEmpty == true)
    let step = try #require(answer.items(.scheduledProcedureStepSequence).first)
    #expect(step.elements.map(\.tag) == [.modality, .scheduledStationName])
    #expect(!request.hasUnsupportedKeys)
  }

  @Test func aSequenceWithoutKeysComesWhole() throws {
    let answer = Self.request().answer(Self.entry())
    let step = try #require(answer.items(.scheduledProcedureStepSequence).first)
    #expect(step.items(.scheduledProtocolCodeSequence).first?.string(.codeValue) == "T1")
  }

  @Test func keysThatAreNotSupportedAreTold() {
    let request = Self.request([(.rows, .US, "")])
    #expect(request.hasUnsupportedKeys)
    #expect(request.answer(Self.entry())[.rows] == nil)
    #expect(Self.request(step: [(.rows, .US, "")]).hasUnsupportedKeys)
  }
}
