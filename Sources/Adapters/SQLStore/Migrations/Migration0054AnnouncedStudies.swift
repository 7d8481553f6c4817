// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// What other archives have announced.
  static let announcedStudies = Migration(number: 54, name: "announced studies") { dialect in
    """
    CREATE TABLE availability_notice (
      sop_instance \(dialect.textType) NOT NULL PRIMARY KEY,
      received_at BIGINT NOT NULL);
    CREATE INDEX availability_notice_by_time ON availability_notice (received_at);

    CREATE TABLE announced_instance (
      source \(dialect.textType) NOT NULL,
      sop_instance \(dialect.textType) NOT NULL,
      sop_class \(dialect.textType) NOT NULL,
      study_uid \(dialect.textType) NOT NULL,
      series_uid \(dialect.textType) NOT NULL,
      availability \(dialect.textType) NOT NULL,
      retrieve_ae \(dialect.textType) NOT NULL,
      received_at BIGINT NOT NULL,
      PRIMARY KEY (source, sop_instance));
    CREATE INDEX announced_instance_by_study ON announced_instance (study_uid, source);
    CREATE INDEX announced_instance_by_time ON announced_instance (received_at);
    """
  }
}
