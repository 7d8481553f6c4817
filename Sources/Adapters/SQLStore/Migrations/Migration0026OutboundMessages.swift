// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// HL7 messages that are to be sent, and where.
  static let outboundMessages = Migration(number: 26, name: "outbound messages") { dialect in
    """
    CREATE TABLE hl7_destination (
      name TEXT NOT NULL PRIMARY KEY,
      host TEXT NOT NULL,
      port BIGINT NOT NULL,
      tls BIGINT NOT NULL,
      active BIGINT NOT NULL,
      kinds TEXT NOT NULL,
      version TEXT NOT NULL,
      character_set TEXT NOT NULL,
      sending_application TEXT NOT NULL,
      sending_facility TEXT NOT NULL,
      receiving_application TEXT NOT NULL,
      receiving_facility TEXT NOT NULL);

    CREATE TABLE hl7_queue (
      id \(dialect.ascendingKey),
      destination TEXT NOT NULL,
      ordering_key TEXT NOT NULL,
      unique_key TEXT,
      name TEXT NOT NULL,
      control_id TEXT NOT NULL,
      body \(dialect.bytesType) NOT NULL,
      state TEXT NOT NULL,
      attempts BIGINT NOT NULL,
      created_at BIGINT NOT NULL,
      next_attempt_at BIGINT NOT NULL,
      delivered_at BIGINT,
      failure TEXT NOT NULL,
      answer \(dialect.bytesType) NOT NULL);
    CREATE UNIQUE INDEX hl7_queue_once ON hl7_queue (destination, unique_key);
    CREATE INDEX hl7_queue_waiting ON hl7_queue (destination, ordering_key, id) WHERE state = 'waiting';
    CREATE INDEX hl7_queue_due ON hl7_queue (destination, next_attempt_at) WHERE state = 'waiting';
    CREATE INDEX hl7_queue_by_state ON hl7_queue (state, id);
    """
  }
}
