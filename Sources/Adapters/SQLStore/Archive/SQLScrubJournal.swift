// SPDX-License-Identifier: Apache-2.0

import Archive
import SQLInterface

/// The progress of the scrub in the one row of the table `scrub_progress`. What is lost at a power failure is read
/// again.
public struct SQLScrubJournal: ScrubJournal {
  private let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  public func progress() throws -> ScrubProgress? {
    try database.read { connection in
      try connection.first(
        "SELECT begun_at, file, files, bytes, findings, ended_at, last_ended_at FROM scrub_progress WHERE id = 1"
      ) { row in
        ScrubProgress(
          begunAt: row.integer(0), file: row.text(1), files: row.int(2), bytes: row.integer(3), findings: row.int(4),
          endedAt: row.integerIfAny(5), lastEndedAt: row.integerIfAny(6))
      }
    }
  }

  public func save(_ progress: ScrubProgress) throws {
    try database.write(.unflushed) { connection in
      _ = try connection.execute(
        """
        INSERT INTO scrub_progress (id, begun_at, file, files, bytes, findings, ended_at, last_ended_at)
        VALUES (1, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET begun_at = excluded.begun_at, file = excluded.file, files = excluded.files,
          bytes = excluded.bytes, findings = excluded.findings, ended_at = excluded.ended_at,
          last_ended_at = excluded.last_ended_at
        """,
        [
          .integer(progress.begunAt), .text(progress.file), .integer(progress.files), .integer(progress.bytes),
          .integer(progress.findings), .integer(progress.endedAt), .integer(progress.lastEndedAt),
        ])
    }
  }
}
