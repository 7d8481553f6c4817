// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Requests for storage commitment and what they name.
  static let commitment = Migration(number: 30, name: "storage commitment") { dialect in
    """
    CREATE TABLE commitment (
      id \(dialect.ascendingKey),
      transaction_uid \(dialect.textType) NOT NULL,
      requester \(dialect.textType) NOT NULL,
      receiver \(dialect.textType) NOT NULL,
      state \(dialect.textType) NOT NULL,
      is_open BIGINT NOT NULL,
      requested_at BIGINT NOT NULL,
      next_at BIGINT NOT NULL,
      attempts BIGINT NOT NULL,
      last_error \(dialect.textType) NOT NULL,
      finished_at BIGINT);
    CREATE INDEX commitment_due ON commitment (next_at, id) WHERE is_open = 1;
    CREATE INDEX commitment_open ON commitment (transaction_uid) WHERE is_open = 1;
    CREATE INDEX commitment_finished ON commitment (finished_at) WHERE is_open = 0;

    CREATE TABLE commitment_item (
      commitment BIGINT NOT NULL REFERENCES commitment (id) ON DELETE CASCADE,
      number BIGINT NOT NULL,
      sop_class \(dialect.textType) NOT NULL,
      sop_instance \(dialect.textType) NOT NULL,
      failure BIGINT,
      PRIMARY KEY (commitment, number));
    """
  }
}
