// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Rules for what arrives, which series were measured by them, and what disagrees.
  static let door = Migration(number: 55, name: "door") { dialect in
    """
    CREATE TABLE arrival_rule (
      name \(dialect.textType) NOT NULL PRIMARY KEY,
      rule \(dialect.textType) NOT NULL);

    CREATE TABLE arrival_check (
      series_uid \(dialect.textType) NOT NULL PRIMARY KEY,
      at BIGINT NOT NULL);

    CREATE TABLE ris_mismatch (
      id \(dialect.ascendingKey),
      kind \(dialect.textType) NOT NULL,
      state \(dialect.textType) NOT NULL,
      study_uid \(dialect.textType) NOT NULL,
      series_uid \(dialect.textType) NOT NULL,
      rule \(dialect.textType) NOT NULL,
      source \(dialect.textType) NOT NULL,
      found_at BIGINT NOT NULL,
      search_text \(dialect.textType) NOT NULL,
      document \(dialect.textType) NOT NULL);
    CREATE UNIQUE INDEX ris_mismatch_by_study ON ris_mismatch (study_uid, series_uid, kind, rule);
    CREATE INDEX ris_mismatch_by_state ON ris_mismatch (state, found_at, id);
    """
  }
}
