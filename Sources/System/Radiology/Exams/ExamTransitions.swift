// SPDX-License-Identifier: Apache-2.0

import Trust

/// The one table of an exam's life: it decides what is allowed, offers the buttons, and draws the diagram of the
/// documents. Each row that is gone through is an event.
public enum ExamTransitions {
  /// Who may go through a row: some roles, and systems (HL7, MPPS, rules) or not.
  public struct Who: Sendable, Hashable {
    public var roles: Set<Role>
    public var systems: Bool

    /// Reception, and all who help out there.
    static let frontDesk = Who(
      roles: [.receptionist, .secretary, .technologist, .radiologist, .administrator], systems: true)
    /// Those who examine.
    static let room = Who(roles: [.technologist, .radiologist, .administrator], systems: true)
    /// Those who write reports.
    static let writers = Who(roles: [.radiologist, .secretary], systems: false)
    /// Those who answer for reports.
    static let readers = Who(roles: [.radiologist], systems: false)
    /// Deliveries are acknowledged to the system.
    static let delivery = Who(roles: [.administrator], systems: true)

    public func includes(_ performer: Performer) -> Bool {
      performer.role.map { roles.contains($0) } ?? systems
    }
  }

  public struct Row: Sendable, Hashable {
    public var from: ExamStatus
    public var command: ExamCommand
    public var to: ExamStatus
    public var who: Who
  }

  /// All that is allowed; what is not here is refused.
  public static let table: [Row] =
    rows(.requested, .frontDesk, [(.schedule, .scheduled), (.arrive, .arrived), (.cancel, .cancelled)])
    + rows(.requested, .room, [(.enterRoom, .inRoom)])
    + rows(
      .scheduled, .frontDesk,
      [
        (.schedule, .scheduled), (.unschedule, .requested), (.arrive, .arrived), (.markNoShow, .noShow),
        (.cancel, .cancelled),
      ])
    + rows(.scheduled, .room, [(.enterRoom, .inRoom), (.complete, .performed)])
    + rows(.arrived, .frontDesk, [(.undoArrival, .scheduled), (.markNoShow, .noShow), (.cancel, .cancelled)])
    + rows(.arrived, .room, [(.enterRoom, .inRoom), (.complete, .performed)])
    + rows(.inRoom, .room, [(.leaveRoom, .arrived), (.complete, .performed), (.discontinue, .discontinued)])
    + rows(.performed, .room, [(.release, .toRead), (.reopen, .inRoom)])
    + rows(.toRead, .room, [(.withhold, .performed)])
    + rows(.toRead, .writers, [(.dictate, .dictated), (.submit, .toSign)])
    + rows(.dictated, .writers, [(.dictate, .dictated), (.submit, .toSign), (.discardDraft, .toRead)])
    + rows(.toRead, .readers, [(.validate, .validated)])
    + rows(.dictated, .readers, [(.validate, .validated)])
    + rows(.toSign, .readers, [(.sendBack, .dictated), (.submit, .toSign), (.validate, .validated)])
    // An addendum or a correction is validated again, and sent again.
    + rows(.validated, .readers, [(.validate, .validated)])
    + rows(.validated, .delivery, [(.send, .sent)])
    + rows(.sent, .readers, [(.validate, .validated)])
    + rows(
      .noShow, .frontDesk,
      [(.schedule, .scheduled), (.unschedule, .requested), (.arrive, .arrived), (.cancel, .cancelled)])
    + rows(.cancelled, .frontDesk, [(.reinstate, .requested)])
    + rows(.discontinued, .room, [(.reinstate, .requested), (.release, .toRead)])

  private static func rows(
    _ from: ExamStatus, _ who: Who, _ targets: [(ExamCommand, ExamStatus)]
  ) -> [Row] {
    targets.map { Row(from: from, command: $0.0, to: $0.1, who: who) }
  }

  /// The row of a command in a state; nil where it is not allowed to anybody.
  public static func row(_ command: ExamCommand, in status: ExamStatus) -> Row? {
    table.first { $0.from == status && $0.command == command }
  }

  /// The state that a command leads to.
  /// - Throws: `notAllowed` in this state, `forbidden` to this performer.
  public static func target(
    of command: ExamCommand, in status: ExamStatus, by performer: Performer
  ) throws(RadiologyError) -> ExamStatus {
    guard let row = row(command, in: status) else {
      throw RadiologyError(.notAllowed, "An exam that is \"\(status.title)\" cannot be told \"\(command.title)\".")
    }
    guard row.who.includes(performer) else {
      throw RadiologyError(.forbidden, "\"\(command.title)\" is not for \(performer.role?.rawValue ?? "systems").")
    }
    return row.to
  }

  /// What somebody may do with an exam, in the order of the table: the buttons of its screen.
  public static func commands(in status: ExamStatus, for performer: Performer) -> [ExamCommand] {
    table.filter { $0.from == status && $0.who.includes(performer) }.map(\.command)
  }

  /// The steps follow the exam where this says so; nil leaves them as they are.
  static func stepStatus(after command: ExamCommand, step: StepStatus) -> StepStatus? {
    switch command {
    case .schedule, .unschedule, .undoArrival, .reinstate:
      step == .completed || step == .started ? nil : .scheduled
    case .arrive, .leaveRoom: step == .completed || step == .discontinued || step == .cancelled ? nil : .arrived
    case .enterRoom: step == .scheduled || step == .arrived ? .ready : nil
    case .complete: step == .discontinued || step == .cancelled ? nil : .completed
    case .cancel, .markNoShow: step == .completed || step == .discontinued ? nil : .cancelled
    case .discontinue: step == .completed || step == .cancelled ? nil : .discontinued
    default: nil
    }
  }
}
