// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Versions of reports, which the database itself lets nobody change; their words; templates; critical results.
  static let reports = Migration(number: 22, name: "reports") { dialect in
    """
    CREATE TABLE ris_report_version (
      id \(dialect.ascendingKey),
      ris_procedure BIGINT NOT NULL,
      number BIGINT NOT NULL,
      status \(dialect.textType) NOT NULL,
      at BIGINT NOT NULL,
      author \(dialect.textType) NOT NULL,
      hash \(dialect.textType) NOT NULL,
      document \(dialect.textType) NOT NULL,
      UNIQUE (ris_procedure, number));
    \(dialect.refuseChanges(table: "ris_report_version"))

    CREATE TABLE ris_report_text (
      id \(dialect.rowKey),
      ris_procedure BIGINT NOT NULL,
      language \(dialect.textType) NOT NULL,
      at BIGINT NOT NULL,
      words \(dialect.wordsType) NOT NULL);
    CREATE INDEX ris_report_text_by_procedure ON ris_report_text (ris_procedure);
    \(dialect.createWordIndex(table: "ris_report_text", key: "id", column: "words"))

    CREATE TABLE ris_report_affirmed (
      id \(dialect.sharedKey),
      words \(dialect.wordsType) NOT NULL);
    \(dialect.createWordIndex(table: "ris_report_affirmed", key: "id", column: "words"))

    CREATE TABLE ris_template (
      name \(dialect.textType) NOT NULL PRIMARY KEY,
      document \(dialect.textType) NOT NULL);

    CREATE TABLE ris_critical (
      id \(dialect.rowKey),
      ris_procedure BIGINT NOT NULL,
      is_open BIGINT NOT NULL,
      at BIGINT NOT NULL,
      document \(dialect.textType) NOT NULL);
    CREATE INDEX ris_critical_by_procedure ON ris_critical (ris_procedure);
    CREATE INDEX ris_order_by_time ON ris_order (placed_at);
    CREATE INDEX ris_critical_open ON ris_critical (at, id) WHERE is_open = 1;
    """
  }
}
