// SPDX-License-Identifier: Apache-2.0

import SQLInterface
import Trust

/// Preferences in the table `preference`.
public struct SQLPreferenceStore: PreferenceStore {
  private let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  public func preference(_ topic: String, ofAccount name: String) throws -> String? {
    try database.read { connection in
      try connection.first(
        "SELECT document FROM preference WHERE name_key = ? AND topic = ?",
        [.text(name.lowercased()), .text(topic)]
      ) { $0.text(0) }
    }
  }

  public func save(_ document: String, topic: String, ofAccount name: String) throws {
    try database.write { connection in
      try connection.execute(
        """
        INSERT INTO preference (name_key, topic, document) VALUES (?, ?, ?)
        ON CONFLICT (name_key, topic) DO UPDATE SET document = excluded.document
        """,
        [.text(name.lowercased()), .text(topic), .text(document)])
    }
  }

  public func removePreference(_ topic: String, ofAccount name: String) throws -> Bool {
    try database.write { connection in
      let key: [SQLValue] = [.text(name.lowercased()), .text(topic)]
      let known = try connection.first("SELECT 1 FROM preference WHERE name_key = ? AND topic = ?", key) { _ in true }
      try connection.execute("DELETE FROM preference WHERE name_key = ? AND topic = ?", key)
      return known == true
    }
  }
}
