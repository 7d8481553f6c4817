// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Durable jobs, their items, and the queues that a person has paused.
  static let jobs = Migration(number: 33, name: "jobs") { dialect in
    """
    CREATE TABLE job (
      id \(dialect.ascendingKey),
      kind \(dialect.textType) NOT NULL,
      queue \(dialect.textType) NOT NULL,
      title \(dialect.textType) NOT NULL,
      join_key \(dialect.textType),
      payload \(dialect.textType) NOT NULL,
      priority BIGINT NOT NULL,
      state \(dialect.textType) NOT NULL,
      attempts BIGINT NOT NULL DEFAULT 0,
      interruptions BIGINT NOT NULL DEFAULT 0,
      not_before BIGINT NOT NULL,
      created_at BIGINT NOT NULL,
      changed_at BIGINT NOT NULL,
      total BIGINT NOT NULL DEFAULT 0,
      completed BIGINT NOT NULL DEFAULT 0,
      warned BIGINT NOT NULL DEFAULT 0,
      failed BIGINT NOT NULL DEFAULT 0,
      checkpoint \(dialect.textType) NOT NULL DEFAULT '',
      reason \(dialect.textType) NOT NULL DEFAULT '',
      owner \(dialect.textType) NOT NULL DEFAULT '',
      lease BIGINT NOT NULL DEFAULT 0,
      lease_end BIGINT NOT NULL DEFAULT 0);
    CREATE UNIQUE INDEX job_by_key ON job (kind, join_key) WHERE join_key IS NOT NULL;
    CREATE INDEX job_due ON job (priority, not_before, id) WHERE state = 'waiting';
    CREATE INDEX job_running ON job (lease_end) WHERE state = 'running';
    CREATE INDEX job_by_queue ON job (queue, state, id);
    CREATE INDEX job_finished ON job (changed_at, id) WHERE state IN ('done', 'failed', 'cancelled');

    CREATE TABLE job_item (
      id \(dialect.rowKey),
      job BIGINT NOT NULL REFERENCES job (id),
      name \(dialect.textType) NOT NULL,
      state BIGINT NOT NULL DEFAULT 0,
      reason \(dialect.textType) NOT NULL DEFAULT '');
    CREATE UNIQUE INDEX job_item_by_name ON job_item (job, name);
    CREATE INDEX job_item_by_state ON job_item (job, state, id);

    CREATE TABLE paused_queue (name \(dialect.textType) NOT NULL PRIMARY KEY);
    """
  }
}
