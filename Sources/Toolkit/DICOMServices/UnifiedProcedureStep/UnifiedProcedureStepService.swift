// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary
import DICOMNetwork

extension ServiceClass {
  /// Unified worklist and procedure step (PS3.4 Annex CC).
  public static let unifiedProcedureStep = ServiceClass(
    name: "Unified Worklist and Procedure Step", annex: "CC", uid: .unifiedWorklistAndProcedureStep,
    operations: [
      Operation(
        request: .nCreateRQ, sopClasses: [.unifiedProcedureStepPush],
        statuses: [
          StatusRange(0xB300, .warning, "The UPS was created with modifications"),
          StatusRange(0xC309, .failure, "The provided value of UPS State was not SCHEDULED"),
        ]),
      Operation(
        request: .nSetRQ, sopClasses: [.unifiedProcedureStepPull],
        statuses: [
          StatusRange(0xB305, .warning, "Coerced invalid values to valid values"), mayNoLongerBeUpdated,
          wrongTransactionUID, onlyByCreation, unknownInstance, notInProgress,
        ]),
      Operation(
        request: .nGetRQ,
        sopClasses: [.unifiedProcedureStepPush, .unifiedProcedureStepPull, .unifiedProcedureStepWatch],
        statuses: [
          StatusRange(0x0001, .warning, "Requested optional attributes are not supported"), unknownInstance,
        ]),
      Operation(
        request: .nActionRQ,
        sopClasses: [.unifiedProcedureStepPush, .unifiedProcedureStepPull, .unifiedProcedureStepWatch],
        statuses: actionStatuses),
      Operation(
        request: .cFindRQ,
        sopClasses: [.unifiedProcedureStepPull, .unifiedProcedureStepWatch, .unifiedProcedureStepQuery],
        statuses: [
          StatusRange(0xA700, .failure, "Refused: out of resources"),
          StatusRange(0xA900, .failure, "Identifier does not match SOP class"),
          StatusRange(0xC000...0xCFFF, .failure, "Unable to process"),
          StatusRange(0xFF00, .pending, "Matches are continuing"),
          StatusRange(0xFF01, .pending, "Matches are continuing, an optional key was not supported"),
        ]),
      Operation(request: .nEventReportRQ, sopClasses: [.unifiedProcedureStepEvent], statuses: []),
    ])

  private static let mayNoLongerBeUpdated = StatusRange(0xC300, .failure, "The UPS may no longer be updated")
  private static let wrongTransactionUID = StatusRange(
    0xC301, .failure, "The correct Transaction UID was not provided")
  private static let onlyByCreation = StatusRange(
    0xC303, .failure, "The UPS may only become SCHEDULED via N-CREATE, not N-SET or N-ACTION")
  private static let unknownInstance = StatusRange(
    0xC307, .failure, "Specified SOP Instance UID does not exist or is not a UPS Instance managed by this SCP")
  private static let notInProgress = StatusRange(0xC310, .failure, "The UPS is not yet in the IN PROGRESS state")

  /// Tables CC.2.1-2, CC.2.2-2 and CC.2.3-3.
  private static let actionStatuses = [
    StatusRange(0xB301, .warning, "Deletion Lock not granted"),
    StatusRange(0xB304, .warning, "The UPS is already in the requested state of CANCELED"),
    StatusRange(0xB306, .warning, "The UPS is already in the requested state of COMPLETED"),
    mayNoLongerBeUpdated, wrongTransactionUID,
    StatusRange(0xC302, .failure, "The UPS is already IN PROGRESS"),
    onlyByCreation,
    StatusRange(
      0xC304, .failure, "The UPS has not met final state requirements for the requested state change"),
    unknownInstance,
    StatusRange(0xC308, .failure, "Receiving AE-TITLE is unknown to this SCP"),
    notInProgress,
    StatusRange(0xC311, .failure, "The UPS is already COMPLETED"),
    StatusRange(0xC312, .failure, "The performer cannot be contacted"),
    StatusRange(0xC313, .failure, "Performer chooses not to cancel"),
    StatusRange(0xC314, .failure, "Specified action not appropriate for specified instance"),
    StatusRange(0xC315, .failure, "SCP does not support Event Reports"),
  ]
}

extension DIMSEStatus {
  // Unified procedure step, PS3.4 §CC.2.
  public static let stepCreatedWithModifications = DIMSEStatus(0xB300)
  public static let deletionLockNotGranted = DIMSEStatus(0xB301)
  public static let stepAlreadyCanceled = DIMSEStatus(0xB304)
  public static let stepValuesCoerced = DIMSEStatus(0xB305)
  public static let stepAlreadyCompleted = DIMSEStatus(0xB306)
  public static let stepMayNoLongerBeUpdated = DIMSEStatus(0xC300)
  public static let wrongTransactionUID = DIMSEStatus(0xC301)
  public static let stepAlreadyInProgress = DIMSEStatus(0xC302)
  public static let stepScheduledByCreationOnly = DIMSEStatus(0xC303)
  public static let finalStateRequirementsNotMet = DIMSEStatus(0xC304)
  public static let noSuchProcedureStep = DIMSEStatus(0xC307)
  public static let unknownReceivingAE = DIMSEStatus(0xC308)
  public static let stepNotScheduled = DIMSEStatus(0xC309)
  public static let stepNotInProgress = DIMSEStatus(0xC310)
  public static let stepIsCompleted = DIMSEStatus(0xC311)
  public static let performerCannotBeContacted = DIMSEStatus(0xC312)
  public static let performerDoesNotCancel = DIMSEStatus(0xC313)
  public static let actionNotAppropriate = DIMSEStatus(0xC314)
}

/// What an N-ACTION asks of unified procedure steps: Action Type ID (PS3.4 tables CC.2.1-1, CC.2.2-1, CC.2.3-1).
public enum UnifiedProcedureStepAction: UInt16, Sendable, CaseIterable {
  case changeState = 1
  case requestCancel = 2
  case subscribe = 3
  case unsubscribe = 4
  case suspendGlobalSubscription = 5

  /// SOP classes that have it (PS3.4 tables CC.2-1 to CC.2-3).
  public var sopClasses: [UID] {
    switch self {
    case .changeState: [.unifiedProcedureStepPull]
    case .requestCancel: [.unifiedProcedureStepPush, .unifiedProcedureStepWatch]
    case .subscribe, .unsubscribe, .suspendGlobalSubscription: [.unifiedProcedureStepWatch]
    }
  }
}

/// What an N-EVENT-REPORT tells of unified procedure steps: Event Type ID (PS3.4 table CC.2.4-1).
public enum UnifiedProcedureStepEventType: UInt16, Sendable, CaseIterable {
  case stateReport = 1
  case cancelRequested = 2
  case progressReport = 3
  case scpStatusChange = 4
  case assigned = 5

  /// As it is called in event reports over HTTP and on the command line.
  public var name: String {
    switch self {
    case .stateReport: "UPS State Report"
    case .cancelRequested: "UPS Cancel Requested"
    case .progressReport: "UPS Progress Report"
    case .scpStatusChange: "SCP Status Change"
    case .assigned: "UPS Assigned"
    }
  }
}
