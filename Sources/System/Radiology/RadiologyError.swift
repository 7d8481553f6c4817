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

  public let code: Code
  /// For a person.
  public let reason: String

  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  public static func == (left: RadiologyError, right: RadiologyError) -> Bool { left.code == right.code }

  public var description: String { reason }
}
