// SPDX-License-Identifier: Apache-2.0

/// Where an exam stands on its way from the request to the report in the record.
public enum ExamStatus: String, Sendable, Codable, CaseIterable {
  case requested, scheduled, arrived, inRoom, performed, toRead, dictated, toSign, validated, sent
  /// Side exits.
  case cancelled, noShow, discontinued

  /// The patient has been, or is being, examined.
  public var isBegun: Bool {
    switch self {
    case .inRoom, .performed, .toRead, .dictated, .toSign, .validated, .sent: true
    default: false
    }
  }

  /// There is a validated report.
  public var isReported: Bool { self == .validated || self == .sent }

  /// Nothing more is expected to happen.
  public var isEnded: Bool { self == .cancelled || self == .discontinued || self == .noShow }

  /// For a person, in English.
  public var title: String {
    switch self {
    case .requested: "Requested"
    case .scheduled: "Scheduled"
    case .arrived: "Arrived"
    case .inRoom: "In room"
    case .performed: "Exam done"
    case .toRead: "To interpret"
    case .dictated: "Dictated"
    case .toSign: "To sign"
    case .validated: "Validated"
    case .sent: "Sent"
    case .cancelled: "Cancelled"
    case .noShow: "No show"
    case .discontinued: "Discontinued"
    }
  }
}

/// What somebody does with an exam.
public enum ExamCommand: String, Sendable, Codable, CaseIterable {
  case schedule, unschedule, arrive, undoArrival, enterRoom, leaveRoom, complete, reopen, release, withhold, dictate
  case discardDraft, submit, sendBack, validate, send
  case cancel, markNoShow, discontinue, reinstate

  /// What stands on the button, in English.
  public var title: String {
    switch self {
    case .schedule: "Schedule"
    case .unschedule: "Take out of the agenda"
    case .arrive: "Arrived"
    case .undoArrival: "Not arrived"
    case .enterRoom: "In room"
    case .leaveRoom: "Back to waiting"
    case .complete: "Exam done"
    case .reopen: "Exam not done"
    case .release: "Release for reading"
    case .withhold: "Hold back from reading"
    case .dictate: "Keep draft"
    case .discardDraft: "Discard draft"
    case .submit: "Submit to sign"
    case .sendBack: "Send back"
    case .validate: "Validate"
    case .send: "Sent"
    case .cancel: "Cancel"
    case .markNoShow: "No show"
    case .discontinue: "Discontinue"
    case .reinstate: "Reinstate"
    }
  }

  /// Commands that need a reason in words.
  public var needsReason: Bool {
    switch self {
    case .cancel, .discontinue, .reopen, .withhold, .sendBack: true
    default: false
    }
  }
}
