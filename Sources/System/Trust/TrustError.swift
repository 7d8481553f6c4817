// SPDX-License-Identifier: Apache-2.0

/// Why a password, a name or a link was not accepted.
public struct TrustError: Error, Hashable, CustomStringConvertible {
  public enum Code: String, Sendable {
    case weakPassword, invalidName, nameTaken, linkNotValid, alreadySetUp, tooManyAttempts, malformedHash
    /// There is no account of that name.
    case unknownAccount
    /// Nobody could administer the installation any more.
    case lastAdministrator
    /// The password that one has is another.
    case wrongCurrentPassword
    /// The new password is the old one.
    case samePassword
    /// A password that somebody else made is to be replaced first.
    case passwordChangeNeeded
  }

  public let code: Code
  /// For the person who typed it.
  public let reason: String

  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// Two errors are equal when their codes are.
  public static func == (left: TrustError, right: TrustError) -> Bool { left.code == right.code }
  public func hash(into hasher: inout Hasher) { hasher.combine(code) }

  public var description: String { reason }
}
