// SPDX-License-Identifier: Apache-2.0

import SQLInterface
import Workflow

/// Rules in the table `arrival_rule`, measured series in `arrival_check`.
public struct SQLArrivalRuleDirectory: ArrivalRuleDirectory {
  private let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  public func rules() throws -> [ArrivalRule] {
    try database.read { connection in
      try connection.all("SELECT rule FROM arrival_rule ORDER BY name") {
        try StoredJSON.decode(ArrivalRule.self, $0.text(0))
      }
    }
  }

  public func save(_ rule: ArrivalRule) throws {
    let text = try StoredJSON.encode(rule)
    try database.write { connection in
      let others = try connection.first("SELECT count(*) FROM arrival_rule WHERE name <> ?", [.text(rule.name)]) {
        $0.int(0)
      }
      guard (others ?? 0) < ArrivalRule.maximumCount else {
        throw SQLError(.full, reason: "there are \(ArrivalRule.maximumCount) rules already")
      }
      _ = try connection.execute(
        "INSERT INTO arrival_rule (name, rule) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET rule = excluded.rule",
        [.text(rule.name), .text(text)])
    }
  }

  public func removeRule(name: String) throws -> Bool {
    try database.write { connection in
      try connection.execute("DELETE FROM arrival_rule WHERE name = ?", [.text(name)]) > 0
    }
  }

  public func unchecked(_ series: [String]) throws -> [String] {
    try database.read { connection in
      try series.filter { uid in
        try connection.first("SELECT at FROM arrival_check WHERE series_uid = ?", [.text(uid)], { $0.integer(0) })
          == nil
      }
    }
  }

  public func setChecked(_ series: String, at: Int64) throws {
    try database.write { connection in
      _ = try connection.execute(
        """
        INSERT INTO arrival_check (series_uid, at) VALUES (?, ?)
        ON CONFLICT (series_uid) DO UPDATE SET at = excluded.at
        """,
        [.text(series), .integer(at)])
    }
  }
}
