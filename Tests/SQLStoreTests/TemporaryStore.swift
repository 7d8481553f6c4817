// SPDX-License-Identifier: Apache-2.0

import Foundation
import SQLInterface
import SQLStore
import SQLiteDriver

/// A migrated database in a folder of its own that goes away with this value.
final class TemporaryStore: Sendable {
  let folder: String
  let database: SQLiteDatabase
  var path: String { folder + "/index.sqlite" }

  init() throws {
    folder = NSTemporaryDirectory() + "store-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    database = try SQLiteDatabase(path: folder + "/index.sqlite")
    try Schema.migrate(database)
  }

  deinit {
    try? database.close()
    try? FileManager.default.removeItem(atPath: folder)
  }
}
