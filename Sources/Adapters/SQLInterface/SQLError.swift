// SPDX-License-Identifier: Apache-2.0

/// Why a statement or a transaction failed. Two errors are equal when their codes are.
public struct SQLError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What a caller can act upon.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String
    private init(_ description: String) { self.description = description }

    /// Another writer held the database for longer than the waiting time.
    public static let busy = Code("busy")
    /// A constraint refused the row.
    public static let constraint = Code("constraint")
    /// No space is left.
    public static let full = Code("full")
    /// The file system failed.
    public static let ioError = Code("ioError")
    /// The file is damaged or is no database.
    public static let corrupt = Code("corrupt")
    /// The database or the handle cannot be written.
    public static let readOnly = Code("readOnly")
    /// The schema is not what the program knows.
    public static let schema = Code("schema")
    /// The server cannot be reached, or went away; whether a transaction that was being committed is, is not known.
    public static let disconnected = Code("disconnected")
    /// Stopped by the caller, or by a limit of time.
    public static let cancelled = Code("cancelled")
    /// Anything else, mistakes in statements included.
    public static let other = Code("other")
  }

  public let code: Code
  /// What the engine says.
  public let reason: String
  /// The statement, where one was at fault.
  public let statement: String

  public init(_ code: Code, reason: String, statement: String = "") {
    self.code = code
    self.reason = reason
    self.statement = statement
  }

  public static func == (left: SQLError, right: SQLError) -> Bool { left.code == right.code }

  public var description: String {
    statement.isEmpty ? "database \(code): \(reason)" : "database \(code): \(reason), in: \(statement)"
  }
}
