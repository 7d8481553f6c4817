// SPDX-License-Identifier: Apache-2.0

/// Procedure Step State (0074,1000) (PS3.4 §CC.1.1).
public enum UnifiedProcedureStepState: String, Sendable, CaseIterable {
  case scheduled = "SCHEDULED"
  case inProgress = "IN PROGRESS"
  case completed = "COMPLETED"
  case canceled = "CANCELED"

  /// The step is no longer modified.
  public var isFinal: Bool { self == .completed || self == .canceled }
}

/// The states of a unified procedure step as a table: what each request leads to (PS3.4 table CC.1.1-2).
public enum UnifiedProcedureStepTransitions {
  /// The rows of the table, and the clause that says what the SCP does.
  public enum Request: String, Sendable, Hashable, CaseIterable {
    /// N-CREATE: SCHEDULED, with an empty Transaction UID (§CC.2.5.3); 0111 where the instance exists (PS3.7 §10.1.5).
    case create
    /// N-ACTION type 1 to IN PROGRESS with a Transaction UID, which locks the step (§CC.2.1.3).
    case begin
    /// The same without one, or with one that is not that of the lock: C301 in every state (§CC.2.1.3).
    case beginWithoutTransactionUID
    /// N-ACTION type 1 to SCHEDULED, which N-CREATE alone brings about: C303 in every state (§CC.2.1.3).
    case schedule
    /// N-ACTION type 1 to COMPLETED with the Transaction UID: C304 where the final state requirements of table CC.2.5-3
    /// are not met, C310 before it was begun, B306 where it is so already (§CC.2.1.3).
    case complete
    case completeWithoutTransactionUID
    /// N-ACTION type 2: canceled by the SCP where nobody has begun, passed on where somebody has, C311 and B304 in the
    /// final states (§CC.2.2.3).
    case requestCancel
    /// N-ACTION type 1 to CANCELED with the Transaction UID (§CC.2.1.3).
    case cancel
    case cancelWithoutTransactionUID

    /// The row of a request for a state.
    /// - Parameter hasTransactionUID: the correct Transaction UID was given.
    public init(changingTo state: UnifiedProcedureStepState, hasTransactionUID: Bool) {
      self =
        switch state {
        case .scheduled: .schedule
        case .inProgress: hasTransactionUID ? .begin : .beginWithoutTransactionUID
        case .completed: hasTransactionUID ? .complete : .completeWithoutTransactionUID
        case .canceled: hasTransactionUID ? .cancel : .cancelWithoutTransactionUID
        }
    }
  }

  /// Where a request leads, or why it does not.
  public enum Outcome: Sendable, Hashable {
    /// Through these states, one after another; into a final one only where its requirements are met, else C304.
    case becomes([UnifiedProcedureStepState])
    /// Subscribers are told that somebody wants the step to be canceled.
    case tellsSubscribers
    /// A warning or a failure; nothing is changed.
    case answered(DIMSEStatus)
  }

  /// The cell of the table. Codes and their meanings are those of tables CC.2.1-2, CC.2.2-2 and CC.2.5-2; an instance
  /// that does not exist is C307 in every row but N-CREATE.
  /// - Parameter state: nil where the instance does not exist.
  public static func outcome(_ request: Request, in state: UnifiedProcedureStepState?) -> Outcome {
    switch (request, state) {
    case (.create, nil): .becomes([.scheduled])
    case (.create, _): .answered(.duplicateSOPInstance)
    case (_, nil): .answered(.noSuchProcedureStep)
    case (.schedule, _): .answered(.stepScheduledByCreationOnly)
    case (.beginWithoutTransactionUID, _), (.completeWithoutTransactionUID, _), (.cancelWithoutTransactionUID, _):
      .answered(.wrongTransactionUID)
    case (.begin, .scheduled): .becomes([.inProgress])
    case (.begin, .inProgress): .answered(.stepAlreadyInProgress)
    case (.begin, _): .answered(.stepMayNoLongerBeUpdated)
    case (.complete, .scheduled): .answered(.stepNotInProgress)
    case (.complete, .inProgress): .becomes([.completed])
    case (.complete, .completed): .answered(.stepAlreadyCompleted)
    case (.complete, .canceled): .answered(.stepMayNoLongerBeUpdated)
    case (.requestCancel, .scheduled): .becomes([.inProgress, .canceled])
    case (.requestCancel, .inProgress): .tellsSubscribers
    case (.requestCancel, .completed): .answered(.stepIsCompleted)
    case (.requestCancel, .canceled): .answered(.stepAlreadyCanceled)
    case (.cancel, .scheduled): .answered(.stepNotInProgress)
    case (.cancel, .inProgress): .becomes([.canceled])
    case (.cancel, .completed): .answered(.stepMayNoLongerBeUpdated)
    case (.cancel, .canceled): .answered(.stepAlreadyCanceled)
    }
  }
}
