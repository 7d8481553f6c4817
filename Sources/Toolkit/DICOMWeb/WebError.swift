// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a request, as a client can mend it.
public struct WebError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of fault it is; decides the status of the answer.
  public enum Code: String, Sendable {
    /// The request's target, query or header field cannot be read.
    case malformed
    /// It can be read, but asks for what there is not.
    case unsupported
    /// A limit is exceeded.
    case tooLarge
  }

  public let code: Code
  /// What is wrong, for a person.
  public let reason: String
  /// The header field, query parameter or position in a message where it is wrong.
  public let place: String

  public init(_ code: Code, _ reason: String, at place: String) {
    self.code = code
    self.reason = reason
    self.place = place
  }

  /// Two errors are equal when their codes are.
  public static func == (left: WebError, right: WebError) -> Bool { left.code == right.code }
  public func hash(into hasher: inout Hasher) { hasher.combine(code) }

  public var description: String { "\(place): \(reason)" }
}
