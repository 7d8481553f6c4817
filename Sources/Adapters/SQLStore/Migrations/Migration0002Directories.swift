// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Remote nodes and incidents.
  static let directories = Migration(number: 2, name: "directories") { dialect in
    """
    CREATE TABLE node (
      ae_title \(dialect.textType) NOT NULL PRIMARY KEY,
      host \(dialect.textType) NOT NULL,
      port BIGINT NOT NULL);

    CREATE TABLE incident (
      id \(dialect.ascendingKey),
      kind \(dialect.textType) NOT NULL,
      at BIGINT NOT NULL,
      sender \(dialect.textType) NOT NULL,
      reason \(dialect.textType) NOT NULL,
      instance_uid \(dialect.textType) NOT NULL,
      file \(dialect.textType) NOT NULL,
      size BIGINT NOT NULL);
    """
  }
}
