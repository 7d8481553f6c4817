// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Results from outside, and senders who want their orders answered by the application.
  static let outsideResults = Migration(number: 69, name: "outside results") { dialect in
    """
    CREATE TABLE ris_outside_result (
      id \(dialect.ascendingKey),
      patient BIGINT NOT NULL,
      sender \(dialect.textType) NOT NULL,
      number \(dialect.textType) NOT NULL,
      received_at BIGINT NOT NULL,
      document \(dialect.textType) NOT NULL);
    CREATE INDEX ris_outside_result_by_patient ON ris_outside_result (patient, received_at, id);
    CREATE INDEX ris_outside_result_by_number ON ris_outside_result (sender, number) WHERE number <> '';

    ALTER TABLE hl7_profile ADD COLUMN answers_orders BIGINT NOT NULL DEFAULT 0;
    """
  }
}
