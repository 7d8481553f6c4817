// SPDX-License-Identifier: Apache-2.0

/// Who makes a request, as established by a credential.
public struct Principal: Sendable, Hashable {
  public var name: String
  public var displayName: String
  public var role: Role
  /// What it was established by.
  public var credential: Credential.Kind

  public init(name: String, displayName: String, role: Role, credential: Credential.Kind) {
    self.name = name
    self.displayName = displayName
    self.role = role
    self.credential = credential
  }

  public init(_ account: Account, by credential: Credential.Kind) {
    self.init(name: account.name, displayName: account.displayName, role: account.role, credential: credential)
  }

  public func may(_ permission: Permission) -> Bool { role.permissions.contains(permission) }
}
