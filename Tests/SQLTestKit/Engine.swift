// SPDX-License-Identifier: Apache-2.0

import Foundation
import PostgreSQLDriver
import SQLInterface
import SQLiteDriver
import Synchronization

/// The engines on which everything must do the same.
public enum Engine: String, Sendable, CaseIterable {
  case sqlite
  case postgresql

  /// Those that are there: all, but for PostgreSQL on a machine without its server.
  public static let available: [Engine] = allCases.filter { $0 == .sqlite || PostgreSQLServer.shared != nil }
}

/// A database that goes away with this value.
public final class TemporaryDatabase: Sendable {
  public let engine: Engine
  public let database: any SQLDatabase
  /// Name of the database on the server, or path of the file.
  public let name: String
  private let folder: String

  private static let count = Atomic(0)

  public init(_ engine: Engine) throws {
    self.engine = engine
    switch engine {
    case .sqlite:
      folder = NSTemporaryDirectory() + "sql-" + UUID().uuidString
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      name = folder + "/index.sqlite"
    case .postgresql:
      folder = ""
      name = "test\(Self.count.add(1, ordering: .relaxed).newValue)"
      guard let server = PostgreSQLServer.shared else {
        throw PostgreSQLServer.Failure(description: "there is no PostgreSQL server")
      }
      try server.run("CREATE DATABASE \(name)")
    }
    database = try Self.open(engine, name)
  }

  /// One more connection to it, as another program has.
  /// - Parameter busyTimeout: seconds that its writers wait.
  public func second(busyTimeout: Double = 15) throws -> any SQLDatabase {
    try Self.open(engine, name, busyTimeout: busyTimeout)
  }

  private static func open(_ engine: Engine, _ name: String, busyTimeout: Double = 15) throws -> any SQLDatabase {
    switch engine {
    case .sqlite:
      var options = SQLiteOptions()
      options.busyTimeout = busyTimeout
      return try SQLiteDatabase(path: name, options: options)
    case .postgresql:
      guard var options = PostgreSQLServer.shared?.options(name) else {
        throw PostgreSQLServer.Failure(description: "there is no PostgreSQL server")
      }
      options.busyTimeout = busyTimeout
      return try PostgreSQLDatabase(options)
    }
  }

  /// Where tools of the engine find it.
  public var address: String {
    engine == .sqlite ? name : PostgreSQLServer.shared?.options(name).url ?? ""
  }

  deinit {
    try? database.close()
    if engine == .sqlite {
      try? FileManager.default.removeItem(atPath: folder)
    } else {
      try? PostgreSQLServer.shared?.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
    }
  }
}
