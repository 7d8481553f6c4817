// SPDX-License-Identifier: Apache-2.0

import SQLInterface

/// Finds and makes the rows of stored files in one transaction, and writes at its end how far each is indexed.
final class FileTable {
  private struct Row {
    let id: Int64
    var end: Int64
    var isChanged = false
  }

  private let connection: any SQLConnection
  private var rows: [String: Row] = [:]

  init(_ connection: any SQLConnection) { self.connection = connection }

  /// - Parameter end: of an object in the file that is indexed now.
  func key(_ path: String, end: Int64 = 0) throws -> Int64 {
    var row = try rows[path] ?? find(path) ?? make(path)
    if row.end < end {
      row.end = end
      row.isChanged = true
    }
    rows[path] = row
    return row.id
  }

  private func find(_ path: String) throws -> Row? {
    try connection.first("SELECT id, indexed_end FROM stored_file WHERE path = ?", [.text(path)]) {
      Row(id: $0.integer(0), end: $0.integer(1))
    }
  }

  private func make(_ path: String) throws -> Row {
    let id = try connection.first(
      "INSERT INTO stored_file (path, indexed_end) VALUES (?, 0) RETURNING id", [.text(path)]
    ) { $0.integer(0) }
    return Row(id: id ?? 0, end: 0)
  }

  func finish() throws {
    for row in rows.values where row.isChanged {
      try connection.execute(
        "UPDATE stored_file SET indexed_end = ? WHERE id = ?", [.integer(row.end), .integer(row.id)])
    }
  }
}
