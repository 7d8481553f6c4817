// SPDX-License-Identifier: Apache-2.0

import SQLInterface
import SQLStore
import SQLTestKit

/// A migrated database that goes away with this value.
final class TemporaryStore: Sendable {
  private let temporary: TemporaryDatabase
  var database: any SQLDatabase { temporary.database }
  var engine: Engine { temporary.engine }

  /// A migrated database of the server, to be copied.
  private static let template: Result<String, any Error> = Result {
    let template = try TemporaryDatabase(.postgresql, isKept: true)
    try Schema.migrate(template.database)
    try template.database.close()
    return template.name
  }

  init(_ engine: Engine) throws {
    temporary = try TemporaryDatabase(engine, template: engine == .postgresql ? Self.template.get() : nil)
    if engine == .sqlite { try Schema.migrate(temporary.database) }
  }

  /// One more connection to it.
  func second() throws -> any SQLDatabase { try temporary.second() }
}
