// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// How users like to work.
  static let preferences = Migration(number: 39, name: "preferences") { dialect in
    """
    CREATE TABLE preference (
      name_key \(dialect.textType) NOT NULL,
      topic \(dialect.textType) NOT NULL,
      document \(dialect.textType) NOT NULL,
      PRIMARY KEY (name_key, topic));
    """
  }
}
