// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMNetwork

extension ServiceClass {
  /// Modality performed procedure step, with its retrieve and notification SOP classes (PS3.4 Annex F).
  public static let performedProcedureStep = ServiceClass(
    name: "Procedure Step", annex: "F",
    operations: [
      Operation(request: .nCreateRQ, sopClasses: [.modalityPerformedProcedureStep], statuses: []),
      Operation(request: .nSetRQ, sopClasses: [.modalityPerformedProcedureStep], statuses: []),
      Operation(
        request: .nGetRQ, sopClasses: [.modalityPerformedProcedureStepRetrieve],
        statuses: [StatusRange(0x0001, .warning, "Requested optional attributes are not supported")]),
      Operation(request: .nEventReportRQ, sopClasses: [.modalityPerformedProcedureStepNotification], statuses: []),
    ])
}

/// Performed Procedure Step Status (0040,0252) and the states of an instance (PS3.4 §F.7.2).
public enum PerformedStepState: String, Sendable, CaseIterable {
  case inProgress = "IN PROGRESS"
  case completed = "COMPLETED"
  case discontinued = "DISCONTINUED"

  /// The instance may no longer be modified (PS3.4 §F.7.2.2.2).
  public var isFinal: Bool { self != .inProgress }

  /// Event Type ID of the notification SOP class that tells of this state (PS3.4 table F.9.2-1).
  public var eventTypeID: UInt16 {
    switch self {
    case .inProgress: 1
    case .completed: 2
    case .discontinued: 3
    }
  }
}

/// Event Type ID of the deletion of an instance (PS3.4 table F.9.2-1).
public enum PerformedStepEvent {
  public static let deleted: UInt16 = 5
  public static let updated: UInt16 = 4
}

/// The states of a modality performed procedure step as a table: what N-CREATE and N-SET lead to (PS3.4 §F.7.2.1.2,
/// §F.7.2.2.2, §F.7.2.2.3).
public enum PerformedStepTransitions {
  /// What the service is asked for (PS3.4 §F.7.2).
  public enum Operation: Sendable, Hashable, CaseIterable {
    case create
    case set
  }

  /// Where an operation leads, or why it is refused.
  public enum Outcome: Sendable, Hashable {
    case becomes(PerformedStepState)
    case refused(DIMSEStatus, errorID: UInt16?, String)
  }

  /// Error ID (0000,0903): the performed procedure step object may no longer be updated (PS3.4 §F.7.2.2.4).
  public static let mayNoLongerBeUpdated: UInt16 = 0xA710

  private static let ended = Outcome.refused(
    .processingFailure, errorID: mayNoLongerBeUpdated, "Performed Procedure Step Object may no longer be updated")
  private static let duplicate = Outcome.refused(.duplicateSOPInstance, errorID: nil, "the instance exists")
  private static let absent = Outcome.refused(.noSuchSOPInstance, errorID: nil, "there is no such instance")
  private static let notInProgress = Outcome.refused(
    .invalidAttributeValue, errorID: nil, "a step is created IN PROGRESS")

  /// - Parameters:
  ///   - state: nil where the instance does not exist.
  ///   - value: the status that the message gives; nil where it gives none.
  public static func outcome(
    _ operation: Operation, in state: PerformedStepState?, giving value: PerformedStepState?
  ) -> Outcome {
    switch (operation, state, value) {
    case (.create, nil, .inProgress): .becomes(.inProgress)
    case (.create, nil, _): notInProgress
    case (.create, _, _): duplicate
    case (.set, nil, _): absent
    case (.set, .inProgress, let value): .becomes(value ?? .inProgress)
    case (.set, _, _): ended
    }
  }
}
