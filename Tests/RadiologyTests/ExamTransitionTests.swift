// SPDX-License-Identifier: Apache-2.0

import Radiology
import Testing
import Trust

/// Every cell of the table: what is written here is what an exam may do, and nothing else.
@Suite struct ExamTransitionTests {
  static let expected: [ExamStatus: [ExamCommand: ExamStatus]] = [
    .requested: [.schedule: .scheduled, .arrive: .arrived, .enterRoom: .inRoom, .cancel: .cancelled],
    .scheduled: [
      .schedule: .scheduled, .unschedule: .requested, .arrive: .arrived, .enterRoom: .inRoom, .complete: .performed,
      .markNoShow: .noShow, .cancel: .cancelled,
    ],
    .arrived: [
      .undoArrival: .scheduled, .enterRoom: .inRoom, .complete: .performed, .markNoShow: .noShow, .cancel: .cancelled,
    ],
    .inRoom: [.leaveRoom: .arrived, .complete: .performed, .discontinue: .discontinued],
    .performed: [.release: .toRead, .reopen: .inRoom],
    .toRead: [.withhold: .performed, .dictate: .dictated, .submit: .toSign, .validate: .validated],
    .dictated: [.dictate: .dictated, .submit: .toSign, .discardDraft: .toRead, .validate: .validated],
    .toSign: [.sendBack: .dictated, .submit: .toSign, .validate: .validated],
    .validated: [.validate: .validated, .send: .sent],
    .sent: [.validate: .validated],
    .noShow: [.schedule: .scheduled, .unschedule: .requested, .arrive: .arrived, .cancel: .cancelled],
    .cancelled: [.reinstate: .requested],
    .discontinued: [.reinstate: .requested, .release: .toRead],
  ]

  @Test(arguments: ExamStatus.allCases, ExamCommand.allCases)
  func everyCell(_ status: ExamStatus, _ command: ExamCommand) {
    #expect(ExamTransitions.row(command, in: status)?.to == Self.expected[status]?[command])
  }

  @Test func noCellIsWrittenTwice() {
    let cells = ExamTransitions.table.map { "\($0.from) \($0.command)" }
    #expect(Set(cells).count == cells.count)
  }

  @Test func onlyRadiologistsAnswerForReports() {
    for row in ExamTransitions.table where [.validate, .sendBack].contains(row.command) {
      #expect(row.who.roles == [.radiologist] && !row.who.systems)
    }
    #expect(
      ExamTransitions.table.allSatisfy { !$0.who.roles.contains(.clinician) && !$0.who.roles.contains(.researcher) })
  }

  @Test func refusalsSayWhy() {
    let clerk = Performer(name: "r", role: .receptionist, origin: .web)
    #expect(throws: RadiologyError(.forbidden, "")) {
      try ExamTransitions.target(of: .enterRoom, in: .arrived, by: clerk)
    }
    #expect(throws: RadiologyError(.notAllowed, "")) {
      try ExamTransitions.target(of: .arrive, in: .performed, by: clerk)
    }
    #expect(throws: RadiologyError(.forbidden, "")) {
      try ExamTransitions.target(of: .validate, in: .toRead, by: .system("rules"))
    }
    #expect(
      ExamTransitions.commands(in: .scheduled, for: clerk) == [.schedule, .unschedule, .arrive, .markNoShow, .cancel])
  }

  /// PS3.3 §C.4.10 names the states; IHE RAD TF-1 §3 what follows what.
  static let steps: [StepStatus: [StepCommand: StepStatus]] = [
    .scheduled: [.ready: .ready, .start: .started, .complete: .completed, .cancel: .cancelled],
    .arrived: [.ready: .ready, .start: .started, .complete: .completed, .cancel: .cancelled],
    .ready: [.start: .started, .complete: .completed, .cancel: .cancelled],
    .started: [.complete: .completed, .discontinue: .discontinued],
    .departed: [.complete: .completed, .discontinue: .discontinued],
    .completed: [.reopen: .started], .discontinued: [.reopen: .scheduled], .cancelled: [.reopen: .scheduled],
  ]

  @Test(arguments: StepStatus.allCases, StepCommand.allCases)
  func everyCellOfSteps(_ status: StepStatus, _ command: StepCommand) {
    #expect(StepTransitions.target(of: command, in: status) == Self.steps[status]?[command])
  }
}
