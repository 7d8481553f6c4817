// SPDX-License-Identifier: Apache-2.0

import Dispatch
import SQLInterface
import SQLTestKit
import Synchronization
import Testing

/// A database with one table.
struct Things {
  let temporary: TemporaryDatabase
  var database: any SQLDatabase { temporary.database }

  init(_ engine: Engine) throws {
    temporary = try TemporaryDatabase(engine)
    try temporary.database.write { connection in
      let dialect = connection.dialect
      try connection.script(
        """
        CREATE TABLE thing (id \(dialect.ascendingKey), name \(dialect.textType) UNIQUE,
          size DOUBLE PRECISION, body \(dialect.bytesType))
        """)
    }
  }

  func add(_ name: String, _ database: (any SQLDatabase)? = nil) throws {
    try (database ?? self.database).write { connection in
      _ = try connection.execute("INSERT INTO thing (name) VALUES (?)", [.text(name)])
    }
  }

  func names() throws -> [String] {
    try database.read { try $0.all("SELECT name FROM thing ORDER BY id") { $0.text(0) } }
  }
}

/// What every driver must do.
@Suite struct SQLDatabaseTests {
  @Test(arguments: Engine.available) func valuesComeBackAsTheyWent(_ engine: Engine) throws {
    let things = try Things(engine)
    let sets: [[SQLValue]] = [
      ["é'\\x", .real(0.1), .blob([0, 255, 1])], ["", .real(-1e300), .blob([])], [nil, nil, nil],
      ["日本", .real(.infinity), .blob(Array(repeating: 7, count: 300_000))],
    ]
    try things.database.write { connection in
      try connection.statement("INSERT INTO thing (name, size, body) VALUES (?, ?, ?)").runAll(sets)
    }
    let rows = try things.database.read { connection in
      try connection.all("SELECT name, size, body, id FROM thing ORDER BY id") { row -> [SQLValue] in
        [
          .text(row.textIfAny(0)), row.isNull(1) ? .null : .real(row.real(1)),
          row.isNull(2) ? .null : .blob(row.blob(2)),
        ]
      }
    }
    #expect(rows == sets)
  }

  @Test(arguments: Engine.available) func wholeNumbersComeInEveryForm(_ engine: Engine) throws {
    let things = try Things(engine)
    try things.database.read { connection in
      let rows = try connection.all(
        "SELECT CAST(? AS BIGINT), 7, -1, count(*) FROM thing", [.integer(Int64.min)]
      ) {
        ($0.integer(0), $0.text(1), $0.int(2), $0.integer(3), $0.real(1))
      }
      #expect(rows.map(\.0) == [.min] && rows.map(\.1) == ["7"] && rows.map(\.2) == [-1])
      #expect(rows.map(\.3) == [0] && rows.map(\.4) == [7])
    }
  }

  @Test(arguments: Engine.available) func textWithAZeroIsFoundByItself(_ engine: Engine) throws {
    let things = try Things(engine)
    try things.add("a\0b")
    let count = try things.database.read {
      try $0.first("SELECT count(*) FROM thing WHERE name = ?", ["a\0b"]) { $0.int(0) }
    }
    #expect(count == 1)
  }

  @Test(arguments: Engine.available) func questionMarksInsideOfTextsAreNoPlaceholders(_ engine: Engine) throws {
    let things = try Things(engine)
    let found = try things.database.read {
      try $0.first("SELECT 'a?''?', CAST(? AS BIGINT) AS \"?\"", [5]) { ($0.text(0), $0.int(1)) }
    }
    #expect(found?.0 == "a?'?" && found?.1 == 5)
  }

  @Test(arguments: Engine.available) func textIsComparedByCodePoints(_ engine: Engine) throws {
    let things = try Things(engine)
    for name in ["b", "B", "a", "é", "Z", "", "\u{10FFFF}", "z"] { try things.add(name) }
    let sorted = try things.database.read { try $0.all("SELECT name FROM thing ORDER BY name") { $0.text(0) } }
    #expect(sorted == ["", "B", "Z", "a", "b", "z", "é", "\u{10FFFF}"])
  }

  @Test(arguments: Engine.available) func changesAreCountedWithoutThoseOfReads(_ engine: Engine) throws {
    let things = try Things(engine)
    try things.database.write { connection in
      #expect(try connection.execute("INSERT INTO thing (name) VALUES ('a'), ('b')") == 2)
      #expect(try connection.execute("SELECT 1") == 0)
      #expect(try connection.execute("DELETE FROM thing WHERE name = ?", ["b"]) == 1)
      let id = try connection.first("INSERT INTO thing (name) VALUES (?) RETURNING id", ["c"]) { $0.integer(0) }
      #expect(id == 3)
    }
  }

  @Test(arguments: Engine.available) func setsGiveTheirRowsByNumber(_ engine: Engine) throws {
    let things = try Things(engine)
    try things.database.write { connection in
      let insert = try connection.statement("INSERT INTO thing (name) VALUES (?)")
      try insert.runAll((0..<1000).map { [.text("n\($0)")] })
    }
    try things.database.read { connection in
      var found: [Int: String] = [:]
      let select = try connection.statement("SELECT name FROM thing WHERE id = ?")
      try select.runEach((0..<700).map { [.integer($0 * 3)] }) { found[$0] = $1.text(0) }
      #expect(found.count == 333)
      #expect(found[1] == "n2" && found[333] == "n998" && found[0] == nil)
    }
  }

  @Test(arguments: Engine.available, [Durability.flushed, .unflushed])
  func anErrorRollsBack(_ engine: Engine, _ durability: Durability) throws {
    let things = try Things(engine)
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try things.database.write(durability) { connection in
        try connection.execute("INSERT INTO thing (name) VALUES ('a')")
        throw Stop()
      }
    }
    #expect(try things.names() == [])
    try things.database.write(durability) { connection in
      _ = try connection.execute("INSERT INTO thing (name) VALUES ('b')")
    }
    #expect(try things.names() == ["b"])
  }

  @Test(arguments: Engine.available) func errorsHaveTheirCode(_ engine: Engine) throws {
    let things = try Things(engine)
    #expect(throws: SQLError(.constraint, reason: "")) {
      try things.database.write { connection in
        try connection.execute("INSERT INTO thing (name) VALUES ('a')")
        try connection.execute("INSERT INTO thing (name) VALUES ('a')")
      }
    }
    #expect(throws: SQLError(.readOnly, reason: "")) {
      try things.database.read { connection in
        _ = try connection.execute("INSERT INTO thing (name) VALUES ('a')")
      }
    }
    for statement in ["SELECT ?", "SELECT nothing FROM thing", "SELEC 1"] {
      #expect(throws: SQLError(.other, reason: "")) {
        try things.database.read { connection in
          _ = try connection.execute(statement)
        }
      }
    }
    #expect(try things.names() == [])
  }

  @Test(arguments: Engine.available) func scriptsAreRolledBackWhole(_ engine: Engine) throws {
    let things = try Things(engine)
    #expect(throws: SQLError.self) {
      try things.database.write { try $0.script("CREATE TABLE half (x BIGINT); CREATE TABLE half (x BIGINT)") }
    }
    try things.database.write { try $0.script("CREATE TABLE half (x BIGINT); INSERT INTO half VALUES (1)") }
    #expect(try things.database.read { try $0.first("SELECT x FROM half") { $0.int(0) } } == 1)
  }

  @Test(arguments: Engine.available) func readersSeeWhatWasCommittedWhileAWriterWorks(_ engine: Engine) throws {
    let things = try Things(engine)
    try things.add("a")
    let second = try things.temporary.second()
    try second.write { connection in
      _ = try connection.execute("INSERT INTO thing (name) VALUES ('b')")
      #expect(try things.names() == ["a"])
    }
    #expect(try things.names() == ["a", "b"])
    try second.close()
  }

  @Test(arguments: Engine.available) func aReaderSeesOneSnapshot(_ engine: Engine) throws {
    let things = try Things(engine)
    let second = try things.temporary.second()
    try things.database.read { connection in
      let count = { try connection.first("SELECT count(*) FROM thing") { $0.int(0) } }
      #expect(try count() == 0)
      try things.add("a", second)
      #expect(try count() == 0)
    }
    #expect(try things.names() == ["a"])
    try second.close()
  }

  @Test(arguments: Engine.available) func aLookSeesWhatWasCommitted(_ engine: Engine) throws {
    let things = try Things(engine)
    let name = { try things.database.look { try $0.first("SELECT name FROM thing", []) { $0.text(0) } } }
    #expect(try name() == nil)
    try things.add("a")
    #expect(try name() == "a")
    #expect(throws: SQLError.self) { try things.database.look { try $0.execute("DELETE FROM nothing") } }
    #expect(try name() == "a")
  }

  @Test(arguments: Engine.available) func moreReadersThanConnectionsTakeTurns(_ engine: Engine) throws {
    let things = try Things(engine)
    for number in 0..<50 { try things.add("\(number)") }
    let right = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 64) { number in
      let name = try? things.database.read { connection in
        try connection.first("SELECT name FROM thing WHERE name = ?", [.text("\(number % 50)")]) { $0.text(0) }
      }
      if name == "\(number % 50)" { right.withLock { $0 += 1 } }
    }
    #expect(right.withLock { $0 } == 64)
  }

  @Test(arguments: Engine.available) func writersFollowEachOther(_ engine: Engine) async throws {
    let things = try Things(engine)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<3 {
        group.addTask {
          let other = try things.temporary.second()
          for number in 0..<25 {
            try other.write(.unflushed) { connection in
              // Lost if two had seen the same.
              let count = try connection.first("SELECT count(*) FROM thing") { $0.int(0) } ?? 0
              _ = try connection.execute(
                "INSERT INTO thing (id, name, size) VALUES (?, ?, 0)",
                [.integer(count + 1), .text("\(writer)-\(number)")])
            }
          }
          try other.close()
        }
      }
      try await group.waitForAll()
    }
    #expect(try things.names().count == 75)
  }

  @Test(arguments: Engine.available) func aWriterThatWaitsTooLongIsBusy(_ engine: Engine) throws {
    let things = try Things(engine)
    let second = try things.temporary.second(busyTimeout: 0.05)
    try things.database.write { connection in
      _ = try connection.execute("INSERT INTO thing (name) VALUES ('a')")
      #expect(throws: SQLError(.busy, reason: "")) { try things.add("b", second) }
    }
    try things.add("b", second)
    #expect(try things.names() == ["a", "b"])
    try second.close()
  }

  @Test(arguments: Engine.available) func aRunningStatementIsNotStartedAgain(_ engine: Engine) throws {
    let things = try Things(engine)
    try things.database.write { connection in
      try connection.execute("INSERT INTO thing (name) VALUES ('a'), ('b')")
      let statement = try connection.statement("SELECT name FROM thing")
      #expect(throws: SQLError(.other, reason: "")) {
        try statement.run([]) { _ in try statement.run([]) { _ in true } > 0 }
      }
      #expect(try connection.all("SELECT name FROM thing") { $0.text(0) } == ["a", "b"])
    }
  }

  @Test(arguments: Engine.available, [true, false])
  func aCancelledReaderStops(_ engine: Engine, _ before: Bool) throws {
    let things = try Things(engine)
    let cancellation = SQLCancellation()
    if before { cancellation.cancel() }
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.3) { cancellation.cancel() }
    let endless = """
      WITH RECURSIVE n (x) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT x + 1 FROM n WHERE x < 2000000000)
      SELECT count(*) FROM n
      """
    let started = ContinuousClock.now
    #expect(throws: SQLError(.cancelled, reason: "")) {
      try things.database.read(cancellation) { connection in
        _ = try connection.first(endless) { $0.int(0) }
      }
    }
    #expect(ContinuousClock.now - started < .seconds(20))
    try things.add("a")
    #expect(try things.names() == ["a"])
  }

  @Test(arguments: Engine.available) func listenersAreToldOfCommits(_ engine: Engine) async throws {
    let things = try Things(engine)
    let (stream, told) = AsyncStream.makeStream(of: Void.self)
    let listener = try things.database.listen("it's \"new\"") { told.yield() }
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try things.database.write { connection in
        try connection.tell("it's \"new\"")
        throw Stop()
      }
    }
    try things.database.write { try $0.tell("other") }
    try things.database.write { try $0.tell("it's \"new\"") }
    var iterator = stream.makeAsyncIterator()
    #expect(await iterator.next() != nil)
    listener.stop()
    told.finish()
    #expect(await iterator.next() == nil)
  }
}
