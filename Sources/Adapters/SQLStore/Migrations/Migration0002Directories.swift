// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Remote nodes and incidents.
  static let directories = Migration(number: 2, name: "directories") { dialect in
    """
    CREATE TABLE node (
      ae_title TEXT NOT NULL PRIMARY KEY,
      host TEXT NOT NULL,
      port BIGINT NOT NULL);

    CREATE TABLE incident (
      id \(dialect.ascendingKey),
      kind TEXT NOT NULL,
      at BIGINT NOT NULL,
      sender TEXT NOT NULL,
      reason TEXT NOT NULL,
      instance_uid TEXT NOT NULL,
      file TEXT NOT NULL,
      size BIGINT NOT NULL);
    """
  }
}
