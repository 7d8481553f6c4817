// SPDX-License-Identifier: Apache-2.0

/// A piece of a statement with the parameters of its placeholders.
public struct SQLFragment: Sendable, Hashable {
  public var sql: String
  public var parameters: [SQLValue]

  public init(_ sql: String, _ parameters: [SQLValue] = []) {
    self.sql = sql
    self.parameters = parameters
  }

  /// Puts another piece behind, parted by a space.
  public mutating func append(_ other: SQLFragment) {
    sql += sql.isEmpty ? other.sql : " " + other.sql
    parameters += other.parameters
  }

  /// Puts another piece behind, parted by a space.
  public mutating func append(_ sql: String, _ parameters: [SQLValue] = []) { append(SQLFragment(sql, parameters)) }

  /// Pieces in brackets, joined by a word such as `AND`.
  public static func joined(_ pieces: [SQLFragment], by word: String) -> SQLFragment {
    SQLFragment(
      pieces.map { "(\($0.sql))" }.joined(separator: " \(word) "), pieces.flatMap(\.parameters))
  }

  /// `column IN (?, ?, …)`; false for an empty list.
  public static func isIn(_ column: String, _ values: [SQLValue]) -> SQLFragment {
    if values.isEmpty { return SQLFragment("1 = 0") }
    if values.count == 1 { return SQLFragment("\(column) = ?", values) }
    return SQLFragment("\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))", values)
  }
}
