// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// How receivers want reports, and which report a message carries, so that its delivery can be told.
  static let reportDeliveries = Migration(number: 58, name: "report deliveries") { dialect in
    """
    ALTER TABLE hl7_destination ADD COLUMN sends_preliminary BIGINT NOT NULL DEFAULT 0;
    ALTER TABLE hl7_destination ADD COLUMN encloses_pdf BIGINT NOT NULL DEFAULT 1;
    ALTER TABLE hl7_destination ADD COLUMN study_link TEXT NOT NULL DEFAULT '';
    ALTER TABLE hl7_queue ADD COLUMN exam BIGINT NOT NULL DEFAULT 0;
    ALTER TABLE hl7_queue ADD COLUMN report_version BIGINT NOT NULL DEFAULT 0;
    ALTER TABLE hl7_queue ADD COLUMN settled BIGINT NOT NULL DEFAULT 1;
    CREATE INDEX hl7_queue_unsettled ON hl7_queue (exam, report_version, state) WHERE settled = 0;
    """
  }
}
