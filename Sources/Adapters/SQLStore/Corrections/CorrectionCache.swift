// SPDX-License-Identifier: Apache-2.0

import Archive
import SQLInterface
import Synchronization

/// Keeps the corrections that count, as long as the database says that they have not changed.
final class CorrectionCache: Sendable {
  private let state = Mutex<(generation: Int64, set: CorrectionSet)?>(nil)

  /// The tally that every transaction with a correction raises.
  private static let tally = "corrections"

  /// - Parameter connection: of a transaction that has changed no correction itself.
  func set(_ connection: any SQLConnection) throws -> CorrectionSet {
    let generation =
      try connection.first("SELECT value FROM tally WHERE name = ?", [.text(Self.tally)]) { $0.integer(0) } ?? 0
    if generation == 0 { return .none }
    if let known = state.withLock({ $0 }), known.generation == generation { return known.set }
    let set = try Self.load(connection)
    state.withLock { $0 = (generation, set) }
    return set
  }

  /// Deletions whose objects are gone matter only while files are read of which some may still be there.
  static func load(_ connection: any SQLConnection) throws -> CorrectionSet {
    CorrectionSet(
      try connection.all(
        """
        SELECT content FROM correction WHERE is_purged = 0 OR EXISTS (SELECT 1 FROM index_rebuild) ORDER BY at, name
        """
      ) { try Correction(json: Array($0.text(0).utf8)) })
  }

  /// Says that the corrections are others.
  static func raise(_ connection: any SQLConnection) throws {
    try connection.execute(
      """
      INSERT INTO tally (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = tally.value + 1
      """, [.text(tally)])
  }
}
