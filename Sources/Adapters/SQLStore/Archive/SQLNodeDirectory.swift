// SPDX-License-Identifier: Apache-2.0

import Archive
import SQLInterface

/// Remote nodes in the table `node`.
public struct SQLNodeDirectory: NodeDirectory {
  private let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  public func nodes() throws -> [RemoteNode] {
    try database.read { connection in
      try connection.all("SELECT ae_title, host, port, profile FROM node ORDER BY ae_title", [], Self.node)
    }
  }

  public func node(aeTitle: String) throws -> RemoteNode? {
    try database.look { connection in
      try connection.first(
        "SELECT ae_title, host, port, profile FROM node WHERE ae_title = ?", [.text(aeTitle)], Self.node)
    }
  }

  public func save(_ node: RemoteNode) throws {
    let profile = try StoredJSON.encode(node.profile)
    try database.write { connection in
      _ = try connection.execute(
        """
        INSERT INTO node (ae_title, host, port, profile) VALUES (?, ?, ?, ?) ON CONFLICT (ae_title)
        DO UPDATE SET host = excluded.host, port = excluded.port, profile = excluded.profile
        """, [.text(node.aeTitle), .text(node.host), .integer(node.port), .text(profile)])
    }
  }

  public func removeNode(aeTitle: String) throws -> Bool {
    try database.write { connection in
      try connection.execute("DELETE FROM node WHERE ae_title = ?", [.text(aeTitle)]) > 0
    }
  }

  private static func node(_ row: any SQLRow) throws -> RemoteNode {
    RemoteNode(
      aeTitle: row.text(0), host: row.text(1), port: row.int(2),
      profile: try StoredJSON.decode(NodeProfile.self, row.text(3)))
  }
}
