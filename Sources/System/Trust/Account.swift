// SPDX-License-Identifier: Apache-2.0

/// What a user may do, by profession. Permissions hang on roles, never on users.
public enum Role: String, Sendable, CaseIterable, Codable {
  case administrator, radiologist, technologist, receptionist, secretary, clinician, manager, researcher
}

/// A person, or a system, that signs in.
public struct Account: Sendable, Hashable {
  /// Unique without regard to case.
  public var name: String
  public var displayName: String
  public var role: Role
  /// A slow hash with its salt and parameters; empty where no password can sign in.
  public var passwordHash: String
  public var isDisabled: Bool
  /// Microseconds since 1970-01-01 UTC.
  public var createdAt: Int64
  /// Microseconds since 1970-01-01 UTC until which the password is good, which somebody else knows: with it one may
  /// sign in and choose another, no more. Nil where its owner chose it.
  public var oneTimeUntil: Int64?

  public init(
    name: String, displayName: String, role: Role, passwordHash: String, isDisabled: Bool = false, createdAt: Int64,
    oneTimeUntil: Int64? = nil
  ) {
    self.name = name
    self.displayName = displayName
    self.role = role
    self.passwordHash = passwordHash
    self.isDisabled = isDisabled
    self.createdAt = createdAt
    self.oneTimeUntil = oneTimeUntil
  }
}
