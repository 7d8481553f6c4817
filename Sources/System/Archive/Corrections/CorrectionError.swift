// SPDX-License-Identifier: Apache-2.0

/// Why a correction cannot be made.
public struct CorrectionError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// What it is about is not there.
    case notFound
    /// It says nothing that could be done.
    case invalid
    /// It was undone or overtaken already.
    case conflict
  }

  public var code: Code
  public var reason: String

  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  public var description: String { reason }
}
