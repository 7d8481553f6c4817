// SPDX-License-Identifier: Apache-2.0

/// A remote application entity that Martlet talks to (PS3.8 §9; its address PS3.15 §H.1).
public struct RemoteNode: Sendable, Hashable, Codable {
  /// At most 16 characters, no leading or trailing spaces.
  public var aeTitle: String
  public var host: String
  public var port: Int
  /// How it is talked to, and what it may do.
  public var profile: NodeProfile

  public init(aeTitle: String, host: String, port: Int, profile: NodeProfile = NodeProfile()) {
    self.aeTitle = aeTitle
    self.host = host
    self.port = port
    self.profile = profile
  }
}

/// The list of known nodes.
public protocol NodeDirectory: Sendable {
  func nodes() throws -> [RemoteNode]
  func node(aeTitle: String) throws -> RemoteNode?
  /// Adds, or replaces the node of the same AE title.
  func save(_ node: RemoteNode) throws
  /// - Returns: whether there was one.
  func removeNode(aeTitle: String) throws -> Bool
}
