// SPDX-License-Identifier: Apache-2.0

/// A handle inside a transaction; valid only inside the closure it is given to, and only on its thread.
public protocol SQLConnection: AnyObject {
  var dialect: any SQLDialect { get }

  /// Prepares a statement.
  /// - Parameter reused: keeps it in the connection's cache. Only for statements whose text is fixed in the program,
  ///   because the cache is not emptied. One such statement must not be run while it is running.
  func statement(_ sql: String, reused: Bool) throws -> any SQLStatement

  /// Runs several statements separated by semicolons; for migrations.
  func script(_ sql: String) throws

  /// Wakes those who listen to the channel, when and if the transaction is committed.
  func tell(_ channel: String) throws
}

extension SQLConnection {
  /// A statement out of the connection's cache.
  public func statement(_ sql: String) throws -> any SQLStatement { try statement(sql, reused: true) }

  /// Runs a fixed statement.
  /// - Returns: how many rows were changed.
  @discardableResult
  public func execute(_ sql: String, _ parameters: [SQLValue] = []) throws -> Int {
    try statement(sql).run(parameters)
  }

  /// The first row of a fixed statement, mapped; nil where there is none.
  public func first<Result>(
    _ sql: String, _ parameters: [SQLValue] = [], _ map: (any SQLRow) throws -> Result
  ) throws -> Result? {
    try statement(sql).first(parameters, map)
  }

  /// All rows of a fixed statement, mapped.
  public func all<Result>(
    _ sql: String, _ parameters: [SQLValue] = [], _ map: (any SQLRow) throws -> Result
  ) throws -> [Result] {
    try all(SQLFragment(sql, parameters), reused: true, map)
  }

  /// All rows of a statement that was put together, mapped.
  public func all<Result>(
    _ fragment: SQLFragment, reused: Bool = false, _ map: (any SQLRow) throws -> Result
  ) throws -> [Result] {
    var results: [Result] = []
    try statement(fragment.sql, reused: reused).run(fragment.parameters) { row in
      results.append(try map(row))
      return true
    }
    return results
  }
}
