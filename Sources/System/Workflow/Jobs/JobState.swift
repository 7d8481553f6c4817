// SPDX-License-Identifier: Apache-2.0

/// Where a job stands.
public enum JobState: String, Sendable, CaseIterable {
  /// It runs as soon as its time has come and a runner is free.
  case waiting
  case running
  /// A person, or too many interruptions, stopped it; it keeps what it has done.
  case paused
  case done
  /// It was given up; a person may retry it.
  case failed
  case cancelled

  /// Nothing happens to it any more by itself.
  public var isFinished: Bool { self == .done || self == .failed || self == .cancelled }

  /// The state after an event; nil where the event changes nothing in this state.
  public func after(_ event: JobEvent) -> JobState? { Self.transitions[event]?[self] }

  /// The states in which an event changes something.
  public static func before(_ event: JobEvent) -> [JobState] {
    allCases.filter { $0.after(event) != nil }
  }

  /// The whole life of a job.
  static let transitions: [JobEvent: [JobState: JobState]] = [
    .claimed: [.waiting: .running],
    .succeeded: [.running: .done],
    .postponed: [.running: .waiting],
    .gaveUp: [.running: .failed],
    .interrupted: [.running: .waiting],
    .pause: [.waiting: .paused, .running: .paused],
    .resume: [.paused: .waiting],
    .retry: [.waiting: .waiting, .paused: .waiting, .failed: .waiting, .cancelled: .waiting],
    .cancel: [.waiting: .cancelled, .running: .cancelled, .paused: .cancelled, .failed: .cancelled],
  ]
}

/// What happens to a job: the first five by its runner, the others by a person.
public enum JobEvent: String, Sendable, CaseIterable {
  case claimed
  case succeeded
  /// It could not be done now, and will be tried again.
  case postponed
  case gaveUp
  /// Its runner went away.
  case interrupted
  case pause
  case resume
  /// To be tried at once, as if for the first time.
  case retry
  case cancel
}
