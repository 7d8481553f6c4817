// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// HL7 messages that came in, and the profiles of their senders.
  static let inboundMessages = Migration(number: 25, name: "inbound messages") { dialect in
    """
    CREATE TABLE hl7_message (
      id \(dialect.ascendingKey),
      received_at BIGINT NOT NULL,
      peer TEXT NOT NULL,
      application TEXT NOT NULL,
      facility TEXT NOT NULL,
      control_id TEXT NOT NULL,
      name TEXT NOT NULL,
      body \(dialect.bytesType) NOT NULL,
      state TEXT NOT NULL,
      attempts BIGINT NOT NULL,
      repeats BIGINT NOT NULL,
      failure TEXT NOT NULL,
      answer \(dialect.bytesType) NOT NULL,
      edited BIGINT NOT NULL);
    CREATE INDEX hl7_message_by_sender ON hl7_message (control_id, application, facility);
    CREATE INDEX hl7_message_by_state ON hl7_message (state, id);
    CREATE INDEX hl7_message_by_time ON hl7_message (received_at);

    CREATE TABLE hl7_profile (
      application TEXT NOT NULL,
      facility TEXT NOT NULL,
      character_set TEXT NOT NULL,
      rules TEXT NOT NULL,
      reuses_control_ids BIGINT NOT NULL,
      PRIMARY KEY (application, facility));
    """
  }
}
