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
  }

  public func may(_ permission: Permission) -> Bool { role.permissions.contains(permission) }
}
