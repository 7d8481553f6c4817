// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMNetwork
import DICOMServices
import Testing

/// PS3.4 Annex CC: every cell of the state table, the rules of the Transaction UID, attributes and final states.
struct UnifiedProcedureStepTests {
  typealias State = UnifiedProcedureStepState
  typealias Request = UnifiedProcedureStepTransitions.Request

  /// Typed from table CC.1.1-2: request; what it leads to without an instance and in each state.
  static let table: [(Request, String, String, String, String, String)] = [
    (.create, "SCHEDULED", "0111", "0111", "0111", "0111"),
    (.begin, "C307", "IN PROGRESS", "C302", "C300", "C300"),
    (.beginWithoutTransactionUID, "C307", "C301", "C301", "C301", "C301"),
    (.schedule, "C307", "C303", "C303", "C303", "C303"),
    (.complete, "C307", "C310", "COMPLETED", "B306", "C300"),
    (.completeWithoutTransactionUID, "C307", "C301", "C301", "C301", "C301"),
    (.requestCancel, "C307", "IN PROGRESS, CANCELED", "tells", "C311", "B304"),
    (.cancel, "C307", "C310", "CANCELED", "C300", "B304"),
    (.cancelWithoutTransactionUID, "C307", "C301", "C301", "C301", "C301"),
  ]

  @Test func everyCell() {
    #expect(Self.table.map(\.0) == Request.allCases)
    for (request, none, scheduled, inProgress, completed, canceled) in Self.table {
      let cells: [(State?, String)] = [
        (nil, none), (.scheduled, scheduled), (.inProgress, inProgress), (.completed, completed),
        (.canceled, canceled),
      ]
      #expect(cells.count == State.allCases.count + 1)
      for (state, expected) in cells {
        let actual: String
        switch UnifiedProcedureStepTransitions.outcome(request, in: state) {
        case .becomes(let states): actual = states.map(\.rawValue).joined(separator: ", ")
        case .tellsSubscribers: actual = "tells"
        case .answered(let status): actual = status.hexadecimal
        }
        #expect(actual == expected, "\(request) in \(state?.rawValue ?? "-")")
      }
    }
  }

  /// Every status that the table gives is known to the service class, in its category.
  @Test func statusesAreDeclared() throws {
    let action = try #require(
      ServiceClass.unifiedProcedureStep.operation(.nActionRQ, sopClass: .unifiedProcedureStepPull))
    for request in Request.allCases where request != .create {
      for state in [State?.none] + State.allCases {
        guard case .answered(let status) = UnifiedProcedureStepTransitions.outcome(request, in: state) else { continue }
        let declared = try #require(action.meaning(status))
        #expect(declared.category == status.category)
      }
    }
  }

  static func code(_ value: String) -> DataSet {
    var code = DataSet()
    code.set(.codeValue, .SH, value)
    code.set(.codingSchemeDesignator, .SH, "99T")
    code.set(.codeMeaning, .LO, value)
    return code
  }

  static func creation(_ change: (inout DataSet) -> Void = { _ in }) -> DataSet {
    var given = DataSet()
    given.set(.procedureStepState, .CS, "SCHEDULED")
    given.set(.scheduledProcedureStepPriority, .CS, "MEDIUM")
    given.set(.procedureStepLabel, .LO, "Lung nodules")
    given.set(.scheduledProcedureStepStartDateTime, .DT, "20260105101500")
    given.set(.inputReadinessState, .CS, "READY")
    given.set(.patientID, .LO, "P1")
    change(&given)
    return given
  }

  static func created(_ change: (inout DataSet) -> Void = { _ in }) throws -> UnifiedProcedureStep {
    try UnifiedProcedureStep(creating: creation(change), as: "1.2.3", at: "20260101")
  }

  static func begun() throws -> UnifiedProcedureStep {
    var step = try created()
    #expect(try step.change(to: .inProgress, transactionUID: "1.9") == .success)
    return step
  }

  static func performed() -> DataSet {
    var output = DataSet()
    output.set(.typeOfInstances, .CS, "DICOM")
    output.set(
      .referencedSOPSequence,
      items: [SOPReference(sopClass: "1.2.840.10008.5.1.4.1.1.88.22", sopInstance: "1.2.3.4").item])
    var item = DataSet()
    item.set(.performedStationNameCodeSequence, items: [code("CAD1")])
    item.set(.performedProcedureStepStartDateTime, .DT, "20260105101600")
    item.set(.performedWorkitemCodeSequence, items: [code("CAD")])
    item.set(.performedProcedureStepEndDateTime, .DT, "20260105101700")
    item.set(.outputInformationSequence, items: [output])
    var given = DataSet()
    given.set(.transactionUID, "1.9")
    given.set(.unifiedProcedureStepPerformedProcedureSequence, items: [item])
    return given
  }

  static func discontinued() -> DataSet {
    var item = DataSet()
    item.set(.procedureStepCancellationDateTime, .DT, "20260105101700")
    item.set(.procedureStepDiscontinuationReasonCodeSequence, items: [code("110513")])
    var given = DataSet()
    given.set(.transactionUID, "1.9")
    given.set(.procedureStepProgressInformationSequence, items: [item])
    return given
  }

  private func refusal(_ body: () throws -> Void) -> UnifiedProcedureStep.Refusal? {
    do {
      try body()
      return nil
    } catch { return error as? UnifiedProcedureStep.Refusal }
  }

  @Test func goesItsWay() throws {
    var step = try Self.begun()
    #expect(step.transactionUID == "1.9")
    #expect(step.attributes[.transactionUID] == nil, "who sees the step does not see its key")
    #expect(try step.set(Self.performed(), at: "20260102").isEmpty)
    #expect(step.attributes.string(.scheduledProcedureStepModificationDateTime) == "20260102")
    #expect(try step.change(to: .completed, transactionUID: "1.9") == .success)
    #expect(step.state == .completed)
    #expect(step.attributes.string(.procedureStepState) == "COMPLETED")
    #expect(try step.change(to: .completed, transactionUID: "1.9") == .stepAlreadyCompleted)
    #expect(refusal { _ = try step.set(Self.performed(), at: "2026") }?.status == .stepMayNoLongerBeUpdated)
  }

  @Test func creationFillsInWhatIsOfType2() throws {
    let step = try Self.created()
    #expect(step.attributes.string(.sopClassUID) == "1.2.840.10008.5.1.4.34.6.1")
    #expect(step.attributes.string(.worklistLabel) == UnifiedProcedureStep.defaultWorklistLabel)
    for tag in [DICOMCore.Tag.patientName, .scheduledWorkitemCodeSequence, .inputInformationSequence, .admissionID] {
      #expect(step.attributes[tag]?.isEmpty == true)
    }
  }

  /// What type 1 attributes table CC.2.5-3 has for N-CREATE, and values that are none.
  @Test(arguments: [
    (DICOMCore.Tag.procedureStepState, "", "0121"), (.procedureStepState, "-", "0120"),
    (.procedureStepState, "COMPLETED", "C309"),
    (.scheduledProcedureStepPriority, "-", "0120"), (.scheduledProcedureStepPriority, "SOON", "0106"),
    (.procedureStepLabel, "-", "0120"), (.procedureStepLabel, "", "0121"),
    (.scheduledProcedureStepStartDateTime, "-", "0120"), (.scheduledProcedureStepStartDateTime, "soon", "0106"),
    (.inputReadinessState, "-", "0120"), (.inputReadinessState, "MAYBE", "0106"), (.transactionUID, "1.2", "0106"),
  ])
  func creationIsRefused(_ tag: DICOMCore.Tag, _ value: String, _ status: String) {
    let given = Self.creation { given in
      given.remove(tag)
      if value != "-" { given.set(tag, DataDictionary.vr(for: tag) ?? .LO, value) }
    }
    let refused = refusal { _ = try UnifiedProcedureStep(creating: given, as: "1.2.3", at: "2026") }
    #expect(refused?.status.hexadecimal == status)
    #expect(refused?.tag == tag)
    #expect(refused?.comment.isEmpty == false)
  }

  @Test func resultsAreNotCreated() {
    for dataSet in [Self.performed(), Self.discontinued()] {
      let given = Self.creation { given in
        for element in dataSet.elements where element.tag != .transactionUID { given.set(element) }
      }
      let refused = refusal { _ = try UnifiedProcedureStep(creating: given, as: "1.2.3", at: "2026") }
      #expect(refused?.status == .invalidAttributeValue)
    }
  }

  @Test func onlyWhoBeganItMayChangeIt() throws {
    var step = try Self.begun()
    for uid in [UID("1.8"), "", "x"] {
      var given = Self.performed()
      given.set(.transactionUID, uid)
      #expect(refusal { _ = try step.set(given, at: "2026") }?.status == .wrongTransactionUID)
      #expect(
        refusal { _ = try step.change(to: .completed, transactionUID: uid) }?.status == .wrongTransactionUID)
    }
    var none = Self.performed()
    none.remove(.transactionUID)
    #expect(refusal { _ = try step.set(none, at: "2026") }?.status == .wrongTransactionUID)
    // Who comes second has not the right key, whatever it is.
    #expect(
      refusal { _ = try step.change(to: .inProgress, transactionUID: "1.7") }?.status == .wrongTransactionUID)
    #expect(
      refusal { _ = try step.change(to: .inProgress, transactionUID: "1.9") }?.status == .stepAlreadyInProgress)
    var scheduled = try Self.created()
    #expect(refusal { _ = try scheduled.set(Self.performed(), at: "2026") }?.status == .stepNotInProgress)
  }

  @Test func theStateIsNotSet() throws {
    var step = try Self.created()
    for (state, status) in [("COMPLETED", DIMSEStatus.invalidAttributeValue), ("IN PROGRESS", .invalidAttributeValue)] {
      var given = DataSet()
      given.set(.procedureStepState, .CS, state)
      #expect(refusal { _ = try step.set(given, at: "2026") }?.status == status)
    }
    var begun = try Self.begun()
    var given = DataSet()
    given.set(.transactionUID, "1.9")
    given.set(.procedureStepState, .CS, "SCHEDULED")
    #expect(refusal { _ = try begun.set(given, at: "2026") }?.status == .stepScheduledByCreationOnly)
  }

  @Test func whatIsNotAllowedStays() throws {
    var step = try Self.created()
    var given = DataSet()
    given.set(.patientID, .LO, "OTHER")
    given.set(.procedureStepLabel, .LO, "New")
    #expect(try step.set(given, at: "2026") == [.patientID])
    #expect(step.attributes.string(.patientID) == "P1")
    #expect(step.attributes.string(.procedureStepLabel) == "New")
  }

  /// Codes P and X of table CC.2.5-3: without each of them the final state is refused.
  @Test(arguments: [
    DICOMCore.Tag.performedStationNameCodeSequence, .performedProcedureStepStartDateTime,
    .performedWorkitemCodeSequence,
    .performedProcedureStepEndDateTime, .outputInformationSequence,
  ])
  func completionNeeds(_ tag: DICOMCore.Tag) throws {
    var step = try Self.begun()
    #expect(
      refusal { _ = try step.change(to: .completed, transactionUID: "1.9") }?.status == .finalStateRequirementsNotMet)
    var item = try #require(Self.performed().items(.unifiedProcedureStepPerformedProcedureSequence).first)
    item.remove(tag)
    var given = Self.performed()
    given.set(.unifiedProcedureStepPerformedProcedureSequence, items: [item])
    _ = try step.set(given, at: "2026")
    let refused = refusal { _ = try step.change(to: .completed, transactionUID: "1.9") }
    #expect(refused?.status == .finalStateRequirementsNotMet)
    #expect(refused?.tag == tag)
    #expect(step.state == .inProgress)
    // They are not asked of a step that is canceled.
    _ = try step.set(Self.discontinued(), at: "2026")
    #expect(try step.change(to: .canceled, transactionUID: "1.9") == .success)
  }

  @Test(arguments: [DICOMCore.Tag.procedureStepCancellationDateTime, .procedureStepDiscontinuationReasonCodeSequence])
  func cancelingNeeds(_ tag: DICOMCore.Tag) throws {
    var step = try Self.begun()
    var item = try #require(Self.discontinued().items(.procedureStepProgressInformationSequence).first)
    item.remove(tag)
    var given = Self.discontinued()
    given.set(.procedureStepProgressInformationSequence, items: [item])
    _ = try step.set(given, at: "2026")
    let refused = refusal { _ = try step.change(to: .canceled, transactionUID: "1.9") }
    #expect(refused?.status == .finalStateRequirementsNotMet)
    #expect(refused?.tag == tag)
  }

  @Test func whatNobodyHasBegunIsCanceledOnRequest() throws {
    var step = try Self.created()
    var information = DataSet()
    information.set(.reasonForCancellation, .LT, "no need")
    let (status, entered) = try step.requestCancel(information, at: "20260105")
    #expect(status == .success)
    #expect(entered == [.inProgress, .canceled])
    #expect(step.state == .canceled)
    let event = step.stateReport()
    #expect(event.information.string(.procedureStepState) == "CANCELED")
    #expect(event.information.string(.reasonForCancellation) == "no need")
    #expect(event.information.items(.procedureStepDiscontinuationReasonCodeSequence).count == 1)
    #expect(try step.requestCancel(information, at: "2026").status == .stepAlreadyCanceled)
  }

  @Test func changesMakeEvents() throws {
    let before = try Self.begun()
    var step = before
    _ = try step.set(Self.discontinued(), at: "2026")
    #expect(step.events(since: before).map(\.type) == [.progressReport])
    var given = DataSet()
    given.set(.transactionUID, "1.9")
    given.set(.inputReadinessState, .CS, "INCOMPLETE")
    given.set(.scheduledStationNameCodeSequence, items: [Self.code("CAD1")])
    let progressed = step
    _ = try step.set(given, at: "2026")
    let events = step.events(since: progressed)
    #expect(events.map(\.type) == [.stateReport, .assigned])
    #expect(events[0].information.string(.inputReadinessState) == "INCOMPLETE")
    #expect(events[1].information.items(.scheduledStationNameCodeSequence).count == 1)
  }

  @Test func questions() throws {
    let step = try Self.created { given in
      given.set(.worklistLabel, .LO, "CAD")
      given.set(.scheduledStationNameCodeSequence, items: [Self.code("CAD1")])
    }
    func asks(_ change: (inout DataSet) -> Void) -> UnifiedProcedureStepQuery {
      var identifier = DataSet()
      change(&identifier)
      return UnifiedProcedureStepQuery(identifier)
    }
    func matches(_ change: (inout DataSet) -> Void) -> Bool { asks(change).matches(step.attributes) }
    #expect(matches { $0.set(.worklistLabel, .LO, "C*") })
    #expect(!matches { $0.set(.worklistLabel, .LO, "MR") })
    #expect(matches { $0.set(.scheduledProcedureStepStartDateTime, .DT, "20260105-20260106") })
    #expect(!matches { $0.set(.scheduledProcedureStepStartDateTime, .DT, "20260106-") })
    #expect(matches { $0.set(.scheduledStationNameCodeSequence, items: [Self.code("CAD1")]) })
    #expect(!matches { $0.set(.scheduledStationNameCodeSequence, items: [Self.code("CAD2")]) })
    #expect(!matches { $0.set(.sopInstanceUID, "1.2.4") })
    let query = asks { identifier in
      identifier.set(.patientID, .LO, "")
      identifier.set(.admissionID, .LO, "")
      identifier.set(.transactionUID, "1.9")
    }
    #expect(query.hasUnsupportedKeys)
    let answer = query.answer(step.attributes)
    #expect(answer.elements.map(\.tag) == [.patientID, .admissionID])
    #expect(answer.string(.patientID) == "P1")
  }
}
