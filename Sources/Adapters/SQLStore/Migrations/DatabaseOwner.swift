// SPDX-License-Identifier: Apache-2.0

import SQLInterface

/// To which data folder a database on a server belongs: an index and the files that it speaks of must not be mixed up.
public enum DatabaseOwner {
  /// Takes a database that belongs to nobody; refuses one that belongs to another.
  public static func claim(_ database: any SQLDatabase, owner: String) throws {
    let known = try database.write { connection in
      try connection.execute(
        "INSERT INTO fact (name, value) VALUES ('owner', ?) ON CONFLICT (name) DO NOTHING", [.text(owner)])
      return try connection.first("SELECT value FROM fact WHERE name = 'owner'") { $0.text(0) }
    }
    guard known == owner else {
      throw SQLError(.schema, reason: "the database belongs to another data folder")
    }
  }
}
