// SPDX-License-Identifier: Apache-2.0

/// Scheduled Procedure Step Status (0040,0020): the defined terms of PS3.3 §C.4.10 and the ends that a step comes to.
public enum StepStatus: String, Sendable, Codable, CaseIterable {
  case scheduled = "SCHEDULED"
  case arrived = "ARRIVED"
  case ready = "READY"
  case started = "STARTED"
  case departed = "DEPARTED"
  case completed = "COMPLETED"
  case discontinued = "DISCONTINUED"
  case cancelled = "CANCELED"

  /// A modality may still be asked to do it; what a worklist shows unless it is asked for more.
  public static let open: Set<StepStatus> = [.scheduled, .arrived, .ready, .started]

  public var isOpen: Bool { Self.open.contains(self) }
}

/// What can happen to a step by itself.
public enum StepCommand: String, Sendable, Codable, CaseIterable {
  /// The patient is prepared.
  case ready
  /// MPPS N-CREATE, or the technologist.
  case start
  /// MPPS N-SET to COMPLETED, or the technologist.
  case complete
  /// MPPS N-SET to DISCONTINUED, or the technologist.
  case discontinue
  case cancel
  /// An end was a mistake.
  case reopen
}

/// The table of a step's states.
public enum StepTransitions {
  public struct Row: Sendable, Hashable {
    public var from: StepStatus
    public var command: StepCommand
    public var to: StepStatus
  }

  /// All that is allowed; what is not here is refused.
  public static let table: [Row] = [
    row(.scheduled, .ready, .ready), row(.arrived, .ready, .ready),
    row(.scheduled, .start, .started), row(.arrived, .start, .started), row(.ready, .start, .started),
    row(.started, .complete, .completed), row(.departed, .complete, .completed),
    row(.scheduled, .complete, .completed), row(.arrived, .complete, .completed), row(.ready, .complete, .completed),
    row(.started, .discontinue, .discontinued), row(.departed, .discontinue, .discontinued),
    row(.scheduled, .cancel, .cancelled), row(.arrived, .cancel, .cancelled), row(.ready, .cancel, .cancelled),
    row(.completed, .reopen, .started), row(.discontinued, .reopen, .scheduled), row(.cancelled, .reopen, .scheduled),
  ]

  private static func row(_ from: StepStatus, _ command: StepCommand, _ to: StepStatus) -> Row {
    Row(from: from, command: command, to: to)
  }

  /// The state that a command leads to; nil where it is not allowed.
  public static func target(of command: StepCommand, in status: StepStatus) -> StepStatus? {
    table.first { $0.from == status && $0.command == command }?.to
  }
}
