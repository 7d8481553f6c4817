// SPDX-License-Identifier: Apache-2.0

import PostgreSQLDriver
import SQLInterface
import SQLTestKit
import Testing

/// What only PostgreSQL does; what all drivers do stands in `SQLDatabaseTests`.
@Suite(.enabled(if: PostgreSQLServer.shared != nil)) struct PostgreSQLDatabaseTests {
  @Test func anAddressWithoutAServerSaysSo() {
    let options = PostgreSQLOptions(url: "postgresql:///nothing?host=/nonexistent")
    #expect(throws: SQLError(.disconnected, reason: "")) { try PostgreSQLDatabase(options) }
  }

  @Test func thePasswordIsAskedForOverTheNetwork() throws {
    let server = try #require(PostgreSQLServer.shared)
    var options = PostgreSQLOptions(url: server.address("postgres"), password: "opensesame")
    try PostgreSQLDatabase(options).close()
    options.password = "wrong"
    #expect(throws: SQLError(.disconnected, reason: "")) { try PostgreSQLDatabase(options) }
  }

  @Test func otherEncodingsThanUTF8AreRefused() throws {
    let server = try #require(PostgreSQLServer.shared)
    try server.run("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    #expect(throws: SQLError(.schema, reason: "")) { try PostgreSQLDatabase(server.options("latin")) }
    try server.run("DROP DATABASE latin")
  }

  /// Whatever the collation of the database is.
  @Test func textIsComparedByCodePointsUnderAnyCollation() throws {
    let server = try #require(PostgreSQLServer.shared)
    try server.run("CREATE DATABASE icu LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C.UTF-8' TEMPLATE template0")
    let database = try PostgreSQLDatabase(server.options("icu"))
    try database.write { connection in
      try connection.script("CREATE TABLE thing (name \(connection.dialect.textType))")
      try connection.statement("INSERT INTO thing VALUES (?)").runAll([["b"], ["B"], ["a"], ["A"]])
      let sorted = try connection.all("SELECT name FROM thing ORDER BY name") { $0.text(0) }
      #expect(sorted == ["A", "B", "a", "b"])
    }
    try database.close()
    try server.run("DROP DATABASE icu WITH (FORCE)")
  }

  @Test func aFailureThatWasSwallowedIsNotCommitted() throws {
    let temporary = try TemporaryDatabase(.postgresql)
    #expect(throws: SQLError(.other, reason: "")) {
      try temporary.database.write { connection in
        try connection.script("CREATE TABLE thing (x BIGINT)")
        _ = try? connection.execute("SELECT nothing")
      }
    }
    #expect(throws: SQLError(.other, reason: "")) {
      try temporary.database.read { _ = try $0.execute("SELECT x FROM thing") }
    }
  }

  @Test func statementsAreCancelledWhenTheyTakeTooLong() throws {
    let server = try #require(PostgreSQLServer.shared)
    var options = server.options("postgres")
    options.readTimeout = 0.1
    let database = try PostgreSQLDatabase(options)
    #expect(throws: SQLError(.cancelled, reason: "")) {
      try database.read { _ = try $0.execute("SELECT pg_sleep(10)") }
    }
    #expect(try database.read { try $0.first("SELECT 1") { $0.int(0) } } == 1)
    try database.close()
  }

  @Test func readersBeyondThePoolWaitTheirTime() throws {
    let server = try #require(PostgreSQLServer.shared)
    var options = server.options("postgres")
    options.readers = 1
    options.busyTimeout = 0.05
    let database = try PostgreSQLDatabase(options)
    try database.read { _ in
      #expect(throws: SQLError(.busy, reason: "")) { try database.read { _ in } }
    }
    try database.close()
  }
}

/// With a server that stops and dies.
@Suite(.enabled(if: PostgreSQLServer.shared != nil), .serialized) struct PostgreSQLRestartTests {
  private func prepared() throws -> (PostgreSQLServer, PostgreSQLDatabase) {
    let server = try PostgreSQLServer(settings: ["fsync=off"])
    let database = try PostgreSQLDatabase(server.options("postgres"))
    try database.write { connection in
      try connection.script("CREATE TABLE thing (x BIGINT PRIMARY KEY)")
      _ = try connection.execute("INSERT INTO thing VALUES (?)", [1])
    }
    return (server, database)
  }

  private func count(_ database: PostgreSQLDatabase) throws -> Int? {
    try database.read { try $0.first("SELECT count(*) FROM thing") { $0.int(0) } }
  }

  @Test(arguments: ["restart", "crash"]) func theNextTransactionConnectsAnew(_ order: String) throws {
    let (server, database) = try prepared()
    for number in 2...3 {
      #expect(try count(database) == number - 1)
      try server.order(order)
      if number == 2 { #expect(try count(database) == 1) }
      try database.write { _ = try $0.execute("INSERT INTO thing VALUES (?)", [.integer(number)]) }
    }
    #expect(try count(database) == 3)
    try database.close()
  }

  @Test func aTransactionUnderWayFails() throws {
    let (server, database) = try prepared()
    #expect(throws: SQLError(.disconnected, reason: "")) {
      try database.write { connection in
        try connection.execute("INSERT INTO thing VALUES (?)", [2])
        try server.order("restart")
        try connection.execute("INSERT INTO thing VALUES (?)", [3])
      }
    }
    #expect(try count(database) == 1)
    try database.close()
  }

  @Test func whileTheServerIsAwayItIsDisconnected() throws {
    let (server, database) = try prepared()
    try server.order("stop")
    for _ in 0..<2 {
      #expect(throws: SQLError(.disconnected, reason: "")) { try count(database) }
      #expect(throws: SQLError(.disconnected, reason: "")) {
        try database.write { _ = try $0.execute("INSERT INTO thing VALUES (?)", [2]) }
      }
    }
    try server.order("start")
    #expect(try count(database) == 1)
    try database.close()
  }

  @Test func listenersListenAgain() async throws {
    let (server, database) = try prepared()
    let (stream, told) = AsyncStream.makeStream(of: Void.self)
    let listener = try database.listen("news") { told.yield() }
    var iterator = stream.makeAsyncIterator()
    try database.write { try $0.tell("news") }
    #expect(await iterator.next() != nil)
    try server.order("restart")
    // Said by the listener itself.
    #expect(await iterator.next() != nil)
    try database.write { try $0.tell("news") }
    #expect(await iterator.next() != nil)
    listener.stop()
    try database.close()
  }
}
