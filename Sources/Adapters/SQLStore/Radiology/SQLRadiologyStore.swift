// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface

/// The department's records in the tables `ris_*`.
public struct SQLRadiologyStore: RadiologyStore {
  /// The channel on which transactions with events tell of themselves.
  public static let eventChannel = "martlet_radiology"

  let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  public func read<Result>(_ body: (any RadiologyTables) throws -> Result) throws -> Result {
    try database.read { try body(SQLRadiologyTables($0)) }
  }

  public func write<Result>(_ body: (any RadiologyTables) throws -> Result) throws -> Result {
    try database.write { try body(SQLRadiologyTables($0)) }
  }

  public func writeRepeatable<Result>(_ body: (any RadiologyTables) throws -> Result) throws -> Result {
    try database.write(.unflushed) { try body(SQLRadiologyTables($0)) }
  }
}

/// The tables inside one transaction; each port is an extension in a file of its own.
final class SQLRadiologyTables {
  let connection: any SQLConnection

  init(_ connection: any SQLConnection) { self.connection = connection }

  /// Runs a statement that adds a row.
  /// - Returns: its id.
  func insert(_ sql: String, _ parameters: [SQLValue]) throws -> Int64 {
    guard let id = try connection.first(sql + " RETURNING id", parameters, { $0.integer(0) }) else {
      throw SQLError(.other, reason: "a row was added without a number", statement: sql)
    }
    return id
  }

  /// Puts the department's reason in place of the engine's where a constraint refuses a row.
  func refusing<Result>(_ reason: @autoclosure () -> String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as SQLError where error.code == .constraint {
      throw RadiologyError(.conflict, reason())
    }
  }
}
