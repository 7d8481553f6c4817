// SPDX-License-Identifier: Apache-2.0

/// Why the department refuses to do something. Two errors are equal when their codes are.
public struct RadiologyError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What a caller can act upon.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String
    private init(_ description: String) { self.description = description }

    /// There is no such patient, order, step, …
    public static let notFound = Code("notFound")
    /// The state does not allow it; the transition table has no such row.
    public static let notAllowed = Code("notAllowed")
    /// The role does not allow it.
    public static let forbidden = Code("forbidden")
    /// Something else stands in its way: a number that is taken, a room that is booked, a claim of somebody else.
    public static let conflict = Code("conflict")
    /// What was given is not complete or not well formed.
    public static let invalid = Code("invalid")
    /// A question of safety was not answered, or was answered with a contra-indication.
    public static let blocked = Code("blocked")
  }

  /// What it is about, closer than the code, in words that never change: who speaks another language says it in that.
  public enum Matter: String, Sendable, CaseIterable {
    /// Somebody else works on the exam.
    case claimed
    /// Somebody else wrote since it was read.
    case changedMeanwhile
    /// The patient's record went up in another.
    case merged
    /// The resource is closed at that time.
    case closed
    /// Booking over others is a right of its own.
    case overbooking
    /// A question of safety has no answer.
    case unanswered
    /// A question of safety was answered with a contra-indication.
    case contraindicated
    /// No reason was given.
    case reasonMissing
    /// There is nothing in the report.
    case reportEmpty
    /// A first reader has to sign.
    case firstReaderMissing
    /// The second reader is the first.
    case sameReader
  }

  public let code: Code
  public let matter: Matter?
  /// For a person.
  public let reason: String

  public init(_ code: Code, _ reason: String, about matter: Matter? = nil) {
    self.code = code
    self.matter = matter
    self.reason = reason
  }

  public static func == (left: RadiologyError, right: RadiologyError) -> Bool { left.code == right.code }

  public var description: String { reason }
}
