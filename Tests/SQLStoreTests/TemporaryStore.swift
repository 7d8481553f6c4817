// SPDX-License-Identifier: Apache-2.0

import SQLInterface
import SQLStore
import SQLTestKit
import Synchronization

/// A migrated, empty database that goes away with this value. On a server, one that is done with is emptied for the
/// next, since making databases costs more than most tests.
final class TemporaryStore: Sendable {
  private let temporary: TemporaryDatabase
  private let isShared: Bool
  var database: any SQLDatabase { temporary.database }
  var engine: Engine { temporary.engine }

  private static let idle = Mutex<[TemporaryDatabase]>([])

  /// - Parameter isShared: false for one whose tables are changed.
  init(_ engine: Engine, isShared: Bool = true) throws {
    self.isShared = isShared && engine == .postgresql
    if self.isShared, let known = Self.idle.withLock({ $0.popLast() }) {
      temporary = known
      return
    }
    temporary = try TemporaryDatabase(engine)
    try Schema.migrate(temporary.database)
  }

  deinit {
    guard isShared, (try? Self.empty(temporary.database)) != nil else { return }
    let temporary = temporary
    Self.idle.withLock { $0.append(temporary) }
  }

  private static func empty(_ database: any SQLDatabase) throws {
    try database.write(.unflushed) { connection in
      let tables = try connection.all(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'"
      ) { $0.text(0) }
      try connection.script(
        """
        TRUNCATE \(tables.joined(separator: ", ")) RESTART IDENTITY;
        INSERT INTO tally (name, value) VALUES ('studies', 0)
        """)
    }
  }
}
