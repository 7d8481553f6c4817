// SPDX-License-Identifier: Apache-2.0

/// A time on the agenda: a step of an exam, or something else that keeps resources busy.
public struct Booking: Sendable, Hashable, Codable, Identifiable {
  /// Minutes: a day.
  public static let longest: Int64 = 1440

  /// 0 before it was made.
  public var id: Int64 = 0
  /// `RequestedProcedure.id`; 0 for what is no exam.
  public var exam: Int64 = 0
  /// `ScheduledProcedureStep.id`.
  public var step: Int64 = 0
  /// `Resource.id`, each taken for the whole time.
  public var resources: [Int64] = []
  public var start: LocalDateTime
  public var minutes: Int
  /// For what is no exam.
  public var title = ""
  /// Made over other bookings, or outside of opening hours, by somebody who may.
  public var isOverbooked = false
  public var bookedBy = ""

  public init(resources: [Int64], start: LocalDateTime, minutes: Int) {
    self.resources = resources
    self.start = start
    self.minutes = minutes
  }

  public var end: LocalDateTime { LocalDateTime(minute: start.minute + Int64(minutes)) }
}

/// Somebody who waits for an appointment.
public struct WaitingEntry: Sendable, Hashable, Codable {
  /// `RequestedProcedure.id`.
  public var exam: Int64
  /// Microseconds since 1970-01-01 UTC.
  public var since: Int64
  /// YYYYMMDD; empty for no wish.
  public var wishedFrom: String
  public var wishedTo: String
  /// When the patient can come at short notice, and the like.
  public var note: String

  public init(exam: Int64, since: Int64 = 0, wishedFrom: String = "", wishedTo: String = "", note: String = "") {
    self.exam = exam
    self.since = since
    self.wishedFrom = wishedFrom
    self.wishedTo = wishedTo
    self.note = note
  }
}

/// What is to be booked.
public struct BookingRequest: Sendable, Hashable {
  public var exam: Int64
  /// Nil for the first step of the exam.
  public var step: Int64?
  public var resources: [Int64]
  public var start: LocalDateTime
  /// Nil for as long as the step takes.
  public var minutes: Int?
  /// Books over other bookings and outside of opening hours; a right of its own.
  public var overbooks: Bool

  public init(
    exam: Int64, step: Int64? = nil, resources: [Int64], start: LocalDateTime, minutes: Int? = nil,
    overbooks: Bool = false
  ) {
    self.exam = exam
    self.step = step
    self.resources = resources
    self.start = start
    self.minutes = minutes
    self.overbooks = overbooks
  }
}
