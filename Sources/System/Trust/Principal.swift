// SPDX-License-Identifier: Apache-2.0

/// Who makes a request, as established by a credential.
public struct Principal: Sendable, Hashable {
  public var name: String
  public var displayName: String
  public var role: Role
  /// What it was established by.
  public var credential: Credential.Kind
  /// The only studies that may be seen; nil sets no bound.
  public var onlyStudies: [String]?
  /// Came by a password that somebody else made, and may do nothing before it is replaced.
  public var mustChangePassword = false

  public init(name: String, displayName: String, role: Role, credential: Credential.Kind) {
    self.name = name
    self.displayName = displayName
    self.role = role
    self.credential = credential
  }

  /// Who came by a link: sees its studies as a clinician does.
  public init(_ link: ViewLink) {
    self.init(name: "link of \(link.issuer)", displayName: link.issuer, role: .clinician, credential: .link)
    onlyStudies = link.studies
  }

  public init(_ account: Account, by credential: Credential.Kind) {
    self.init(name: account.name, displayName: account.displayName, role: account.role, credential: credential)
    mustChangePassword = credential == .session && account.oneTimeUntil != nil
  }

  /// What may be done now.
  public var permissions: Set<Permission> { mustChangePassword ? [] : role.permissions }

  public func may(_ permission: Permission) -> Bool { permissions.contains(permission) }
}
