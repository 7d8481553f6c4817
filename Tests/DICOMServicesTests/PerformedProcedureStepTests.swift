// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMServices
import Testing

/// PS3.4 §F.7.2: every cell of the state table, and the attributes of table F.7.2-1.
struct PerformedProcedureStepTests {
  typealias State = PerformedStepState

  /// Typed from §F.7.2.1.2, §F.7.2.2.2 and §F.7.2.2.4: operation, state, status given; the state that follows or the
  /// status of the refusal.
  static let table: [(PerformedStepTransitions.Operation, State?, State?, String)] = [
    (.create, nil, nil, "0106"), (.create, nil, .inProgress, "IN PROGRESS"), (.create, nil, .completed, "0106"),
    (.create, nil, .discontinued, "0106"),
    (.create, .inProgress, nil, "0111"), (.create, .inProgress, .inProgress, "0111"),
    (.create, .inProgress, .completed, "0111"), (.create, .inProgress, .discontinued, "0111"),
    (.create, .completed, nil, "0111"), (.create, .completed, .inProgress, "0111"),
    (.create, .completed, .completed, "0111"), (.create, .completed, .discontinued, "0111"),
    (.create, .discontinued, nil, "0111"), (.create, .discontinued, .inProgress, "0111"),
    (.create, .discontinued, .completed, "0111"), (.create, .discontinued, .discontinued, "0111"),
    (.set, nil, nil, "0112"), (.set, nil, .inProgress, "0112"), (.set, nil, .completed, "0112"),
    (.set, nil, .discontinued, "0112"),
    (.set, .inProgress, nil, "IN PROGRESS"), (.set, .inProgress, .inProgress, "IN PROGRESS"),
    (.set, .inProgress, .completed, "COMPLETED"), (.set, .inProgress, .discontinued, "DISCONTINUED"),
    (.set, .completed, nil, "0110 A710"), (.set, .completed, .inProgress, "0110 A710"),
    (.set, .completed, .completed, "0110 A710"), (.set, .completed, .discontinued, "0110 A710"),
    (.set, .discontinued, nil, "0110 A710"), (.set, .discontinued, .inProgress, "0110 A710"),
    (.set, .discontinued, .completed, "0110 A710"), (.set, .discontinued, .discontinued, "0110 A710"),
  ]

  @Test func everyCell() {
    let states: [State?] = [nil] + State.allCases
    #expect(Self.table.count == PerformedStepTransitions.Operation.allCases.count * states.count * states.count)
    for (operation, state, given, expected) in Self.table {
      let actual: String
      switch PerformedStepTransitions.outcome(operation, in: state, giving: given) {
      case .becomes(let next): actual = next.rawValue
      case .refused(let status, let errorID, _):
        actual = status.hexadecimal + (errorID.map { " " + DIMSEStatus($0).hexadecimal } ?? "")
      }
      #expect(actual == expected, "\(operation) in \(state?.rawValue ?? "-") giving \(given?.rawValue ?? "-")")
    }
  }

  static func creation(_ change: (inout DataSet) -> Void = { _ in }) -> DataSet {
    var step = DataSet()
    step.set(.studyInstanceUID, "1.2.3")
    step.set(.accessionNumber, .SH, "A1")
    var given = DataSet()
    given.set(.scheduledStepAttributesSequence, items: [step])
    given.set(.patientName, .PN, "DOE^JANE")
    given.set(.patientID, .LO, "P1")
    given.set(.performedProcedureStepID, .SH, "PPS1")
    given.set(.performedStationAETitle, .AE, "CT1")
    given.set(.performedProcedureStepStartDate, .DA, "20260101")
    given.set(.performedProcedureStepStartTime, .TM, "101500")
    given.set(.performedProcedureStepStatus, .CS, "IN PROGRESS")
    given.set(.modality, .CS, "CT")
    change(&given)
    return given
  }

  static func completion(_ status: String = "COMPLETED") -> DataSet {
    var image = SOPReference(sopClass: "1.2.840.10008.5.1.4.1.1.2", sopInstance: "1.2.3.4.5").item
    image.set(.specificCharacterSet, .CS, "")
    var series = DataSet()
    series.set(.protocolName, .LO, "THORAX")
    series.set(.seriesInstanceUID, "1.2.3.4")
    series.set(.referencedImageSequence, items: [image])
    var given = DataSet()
    given.set(.performedProcedureStepStatus, .CS, status)
    given.set(.performedProcedureStepEndDate, .DA, "20260101")
    given.set(.performedProcedureStepEndTime, .TM, "103000")
    given.set(.performedSeriesSequence, items: [series])
    return given
  }

  @Test func goesItsWay() throws {
    var step = try PerformedProcedureStep(creating: Self.creation())
    #expect(step.state == .inProgress)
    #expect(step.attributes[.performedLocation]?.isEmpty == true, "type 2 is there, empty")
    #expect(step.scheduledSteps.map(\.accessionNumber) == ["A1"])
    #expect(try step.set(Self.completion()) == [])
    #expect(step.state == .completed)
    #expect(step.produced.map(\.reference.sopInstance) == ["1.2.3.4.5"])
    let refusal = #expect(throws: PerformedProcedureStep.Refusal.self) { try step.set(Self.completion()) }
    #expect(refusal?.status == .processingFailure && refusal?.errorID == 0xA710)
  }

  static let mandatory: [DICOMCore.Tag] = [
    .scheduledStepAttributesSequence, .performedProcedureStepID, .performedStationAETitle,
    .performedProcedureStepStartDate, .performedProcedureStepStartTime, .performedProcedureStepStatus, .modality,
  ]

  @Test(arguments: mandatory) func mandatoryAttributesAreWanted(_ tag: DICOMCore.Tag) {
    let absent = #expect(throws: PerformedProcedureStep.Refusal.self) {
      try PerformedProcedureStep(creating: Self.creation { $0.remove(tag) })
    }
    #expect(absent?.status == .missingAttribute && absent?.tag == tag)
    let empty = #expect(throws: PerformedProcedureStep.Refusal.self) {
      try PerformedProcedureStep(
        creating: Self.creation { given in
          let vr = DataDictionary.vr(for: tag) ?? .LO
          given.set(DataElement(tag: tag, vr: vr, value: vr == .SQ ? .items([]) : .bytes(.empty)))
        })
    }
    #expect(empty?.status == .missingAttributeValue && empty?.tag == tag)
  }

  @Test func itemsAreLookedInto() {
    let refusal = #expect(throws: PerformedProcedureStep.Refusal.self) {
      try PerformedProcedureStep(
        creating: Self.creation { $0.set(.scheduledStepAttributesSequence, items: [DataSet()]) })
    }
    #expect(refusal?.status == .missingAttribute && refusal?.tag == .studyInstanceUID)
  }

  @Test func theFinalStateHasItsRequirements() throws {
    for tag in [DICOMCore.Tag.performedProcedureStepEndDate, .performedProcedureStepEndTime, .performedSeriesSequence] {
      var step = try PerformedProcedureStep(creating: Self.creation())
      var given = Self.completion()
      given.remove(tag)
      let refusal = #expect(throws: PerformedProcedureStep.Refusal.self) { try step.set(given) }
      #expect(refusal?.status == .missingAttributeValue && refusal?.tag == tag)
      #expect(step.state == .inProgress)
    }
    var step = try PerformedProcedureStep(creating: Self.creation())
    var given = Self.completion("DISCONTINUED")
    given.remove(.performedSeriesSequence)
    _ = try step.set(given)
    #expect(step.state == .discontinued)
  }

  @Test func whatMustNotChangeStays() throws {
    var step = try PerformedProcedureStep(creating: Self.creation())
    var given = DataSet()
    given.set(.patientID, .LO, "OTHER")
    given.set(.performedStationAETitle, .AE, "CT1")
    given.set(.performedProcedureStepDescription, .LO, "Thorax")
    #expect(try step.set(given) == [.patientID], "what is given again as it is, is no change")
    #expect(step.attributes.string(.patientID) == "P1")
    #expect(step.attributes.string(.performedProcedureStepDescription) == "Thorax")
  }

  @Test func textOfAnotherCharacterSetIsTaken() throws {
    var step = try PerformedProcedureStep(
      creating: Self.creation { given in
        given.set(.specificCharacterSet, .CS, "ISO_IR 100")
        given.set(.patientName, .PN, "MÜLLER")
      })
    var given = DataSet()
    given.set(.specificCharacterSet, .CS, "ISO_IR 144")
    given.set(.performedProcedureStepDescription, .LO, "Грудь")
    _ = try step.set(given)
    #expect(step.attributes.string(.patientName) == "MÜLLER")
    #expect(step.attributes.string(.performedProcedureStepDescription) == "Грудь")
  }

  @Test func anUnknownStatusIsRefused() throws {
    var step = try PerformedProcedureStep(creating: Self.creation())
    let refusal = #expect(throws: PerformedProcedureStep.Refusal.self) { try step.set(Self.completion("DONE")) }
    #expect(refusal?.status == .invalidAttributeValue && refusal?.tag == .performedProcedureStepStatus)
  }

  @Test func attributesAreSelected() throws {
    let step = try PerformedProcedureStep(creating: Self.creation())
    #expect(step.selected([]).isComplete)
    let some = step.selected([.patientID, .modality])
    #expect(some.isComplete && some.attributes.elements.map(\.tag) == [.modality, .patientID])
    #expect(!step.selected([.patientID, .rows]).isComplete)
  }
}
