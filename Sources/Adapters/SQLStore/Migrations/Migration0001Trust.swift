// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Accounts, credentials and the audit trail.
  static let trust = Migration(number: 1, name: "trust") { dialect in
    """
    CREATE TABLE account (
      name_key TEXT NOT NULL PRIMARY KEY,
      name TEXT NOT NULL,
      display_name TEXT NOT NULL,
      role TEXT NOT NULL,
      password_hash TEXT NOT NULL,
      is_disabled BIGINT NOT NULL,
      created_at BIGINT NOT NULL);

    CREATE TABLE credential (
      digest TEXT NOT NULL PRIMARY KEY,
      kind TEXT NOT NULL,
      account_key TEXT NOT NULL,
      account_name TEXT NOT NULL,
      label TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      last_used_at BIGINT NOT NULL,
      expires_at BIGINT);
    CREATE INDEX credential_by_account ON credential (account_key, created_at);
    CREATE INDEX credential_by_expiry ON credential (expires_at);

    CREATE TABLE audit_event (
      id \(dialect.ascendingKey),
      at BIGINT NOT NULL,
      event TEXT NOT NULL,
      outcome TEXT NOT NULL,
      actor TEXT NOT NULL,
      address TEXT NOT NULL,
      object TEXT NOT NULL,
      patient_id TEXT NOT NULL,
      hash \(dialect.bytesType) NOT NULL);
    """
  }
}
