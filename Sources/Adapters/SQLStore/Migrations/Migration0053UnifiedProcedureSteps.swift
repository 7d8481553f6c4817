// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Unified procedure steps, who is told of them, and what they have not been told yet.
  static let unifiedProcedureSteps = Migration(number: 53, name: "unified procedure steps") { dialect in
    """
    CREATE TABLE ups (
      id \(dialect.ascendingKey),
      sop_instance \(dialect.textType) NOT NULL UNIQUE,
      state \(dialect.textType) NOT NULL,
      is_final BIGINT NOT NULL,
      transaction_uid \(dialect.textType) NOT NULL,
      source \(dialect.textType) NOT NULL,
      performer \(dialect.textType) NOT NULL,
      patient_id \(dialect.textType) NOT NULL,
      worklist_label \(dialect.textType) NOT NULL,
      created_at BIGINT NOT NULL,
      changed_at BIGINT NOT NULL,
      attributes \(dialect.bytesType) NOT NULL);
    CREATE INDEX ups_by_state ON ups (state, id);
    CREATE INDEX ups_by_patient ON ups (patient_id);
    CREATE INDEX ups_by_end ON ups (changed_at) WHERE is_final = 1;

    CREATE TABLE ups_subscription (
      step BIGINT NOT NULL REFERENCES ups (id) ON DELETE CASCADE,
      receiver \(dialect.textType) NOT NULL,
      has_lock BIGINT NOT NULL,
      PRIMARY KEY (step, receiver));
    CREATE INDEX ups_subscription_by_receiver ON ups_subscription (receiver);

    CREATE TABLE ups_global_subscription (
      receiver \(dialect.textType) NOT NULL,
      is_filtered BIGINT NOT NULL,
      has_lock BIGINT NOT NULL,
      filter \(dialect.bytesType) NOT NULL,
      PRIMARY KEY (receiver, is_filtered));

    CREATE TABLE ups_event (
      id \(dialect.ascendingKey),
      receiver \(dialect.textType) NOT NULL,
      sop_instance \(dialect.textType) NOT NULL,
      type BIGINT NOT NULL,
      information \(dialect.bytesType) NOT NULL);
    CREATE INDEX ups_event_by_receiver ON ups_event (receiver, id);
    """
  }
}
