// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface

extension Migration {
  /// What keeps the department's lists short to answer whatever their tables hold: when an exam starts and whether
  /// images of it came stand in its row, the times of its states in one row of their own; drafts of reports.
  static let departmentLists = Migration(number: 73, name: "department lists") { dialect in
    """
    ALTER TABLE ris_procedure ADD COLUMN start_at BIGINT NOT NULL DEFAULT 0;
    ALTER TABLE ris_procedure ADD COLUMN images BIGINT NOT NULL DEFAULT 0;
    UPDATE ris_procedure SET
      start_at = COALESCE((SELECT min(t.start_date * 100000 + t.start_second) FROM ris_step t
        WHERE t.ris_procedure = ris_procedure.id AND t.start_date > 0), 0),
      images = (SELECT count(*) FROM ris_study s
        WHERE s.ris_procedure = ris_procedure.id AND s.state IN ('matched', 'mismatched'));
    DROP INDEX ris_procedure_by_status;
    CREATE INDEX ris_procedure_by_urgency
      ON ris_procedure (status, priority, status_since, id, claimed_by, modality);
    CREATE INDEX ris_procedure_by_time ON ris_procedure (status, status_since, id, claimed_by, modality, priority);
    CREATE INDEX ris_procedure_by_start ON ris_procedure (status, start_at, id);
    CREATE INDEX ris_procedure_by_images ON ris_procedure (images, status, status_since);

    CREATE TABLE ris_times (
      ris_procedure \(dialect.sharedKey),
      placed_at BIGINT NOT NULL,
      modality \(dialect.textType) NOT NULL,
      room \(dialect.textType) NOT NULL,
      priority BIGINT NOT NULL,
      reader \(dialect.textType) NOT NULL,
      arrived BIGINT NOT NULL,
      in_room BIGINT NOT NULL,
      performed BIGINT NOT NULL,
      validated BIGINT NOT NULL,
      cancelled BIGINT NOT NULL,
      no_show BIGINT NOT NULL);
    INSERT INTO ris_times SELECT r.id, o.placed_at, r.modality,
        COALESCE((SELECT min(a.ae_title) FROM ris_step t JOIN ris_step_station a ON a.ris_step = t.id
          WHERE t.ris_procedure = r.id), ''),
        r.priority,
        COALESCE((SELECT e.actor FROM ris_event e WHERE e.ris_procedure = r.id AND e.to_state = 'validated'
          ORDER BY e.id LIMIT 1), ''),
        \(["arrived", "inRoom", "performed", "validated", "cancelled", "noShow"].map { state in
          """
          COALESCE((SELECT min(e.at) FROM ris_event e WHERE e.ris_procedure = r.id AND e.to_state = '\(state)'), 0)
          """
        }.joined(separator: ", "))
      FROM ris_procedure r JOIN ris_order o ON o.id = r.ris_order;
    CREATE INDEX ris_times_by_time ON ris_times (placed_at, modality, room, priority, reader, arrived, in_room,
      performed, validated, cancelled, no_show);

    CREATE TABLE ris_report_draft (
      ris_procedure BIGINT NOT NULL,
      author \(dialect.textType) NOT NULL,
      saved_at BIGINT NOT NULL,
      document \(dialect.textType) NOT NULL,
      PRIMARY KEY (ris_procedure, author));
    """
  } fill: { connection in
    try ReportWordsFilling(connection).run()
  }
}

/// Makes the words of all reports anew, as they are made now, in the order in which the reports were validated.
private struct ReportWordsFilling {
  private static let part: Int64 = 500

  private let connection: any SQLConnection

  init(_ connection: any SQLConnection) { self.connection = connection }

  func run() throws {
    let tables = SQLRadiologyTables(connection)
    let newest = try connection.first("SELECT max(id) FROM ris_report_version", [], { $0.integer(0) }) ?? 0
    var last: Int64 = 0
    while last < newest {
      let versions = try connection.all(
        "SELECT document, id FROM ris_report_version WHERE id > ? ORDER BY id LIMIT ?",
        [.integer(last), .integer(Self.part)]
      ) { (version: try SQLRadiologyTables.version($0), id: $0.integer(1)) }
      guard let end = versions.last else { return }
      for version in versions.map(\.version) where version.status.isVisible { try tables.index(version) }
      last = end.id
    }
  }
}
