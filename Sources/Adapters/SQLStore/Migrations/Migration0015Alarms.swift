// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Alarms, one row for each kind and subject, and how far the scrub has come.
  static let alarms = Migration(number: 15, name: "alarms") { dialect in
    """
    CREATE TABLE alarm (
      id \(dialect.ascendingKey),
      kind \(dialect.textType) NOT NULL,
      subject \(dialect.textType) NOT NULL,
      severity \(dialect.textType) NOT NULL,
      reason \(dialect.textType) NOT NULL,
      first_at BIGINT NOT NULL,
      last_at BIGINT NOT NULL,
      occurrences BIGINT NOT NULL,
      cleared_at BIGINT,
      UNIQUE (kind, subject));
    CREATE INDEX alarm_by_time ON alarm (last_at);

    CREATE TABLE scrub_progress (
      id BIGINT NOT NULL PRIMARY KEY,
      begun_at BIGINT NOT NULL,
      file \(dialect.textType) NOT NULL,
      files BIGINT NOT NULL,
      bytes BIGINT NOT NULL,
      findings BIGINT NOT NULL,
      ended_at BIGINT,
      last_ended_at BIGINT);
    """
  }
}
