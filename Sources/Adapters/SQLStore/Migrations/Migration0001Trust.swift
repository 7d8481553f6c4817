// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Accounts, credentials and the audit trail.
  static let trust = Migration(number: 1, name: "trust") { dialect in
    """
    CREATE TABLE account (
      name_key \(dialect.textType) NOT NULL PRIMARY KEY,
      name \(dialect.textType) NOT NULL,
      display_name \(dialect.textType) NOT NULL,
      role \(dialect.textType) NOT NULL,
      password_hash \(dialect.textType) NOT NULL,
      is_disabled BIGINT NOT NULL,
      created_at BIGINT NOT NULL);

    CREATE TABLE credential (
      digest \(dialect.textType) NOT NULL PRIMARY KEY,
      kind \(dialect.textType) NOT NULL,
      account_key \(dialect.textType) NOT NULL,
      account_name \(dialect.textType) NOT NULL,
      label \(dialect.textType) NOT NULL,
      created_at BIGINT NOT NULL,
      last_used_at BIGINT NOT NULL,
      expires_at BIGINT);
    CREATE INDEX credential_by_account ON credential (account_key, created_at);
    CREATE INDEX credential_by_expiry ON credential (expires_at);

    CREATE TABLE audit_event (
      id \(dialect.ascendingKey),
      at BIGINT NOT NULL,
      event \(dialect.textType) NOT NULL,
      outcome \(dialect.textType) NOT NULL,
      actor \(dialect.textType) NOT NULL,
      address \(dialect.textType) NOT NULL,
      object \(dialect.textType) NOT NULL,
      patient_id \(dialect.textType) NOT NULL,
      hash \(dialect.bytesType) NOT NULL);
    """
  }
}
