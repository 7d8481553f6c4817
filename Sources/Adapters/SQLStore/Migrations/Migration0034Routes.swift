// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Routes, and how nodes are talked to.
  static let routes = Migration(number: 34, name: "routes") { dialect in
    """
    ALTER TABLE node ADD COLUMN profile \(dialect.textType) NOT NULL DEFAULT '{}';

    CREATE TABLE route (
      name \(dialect.textType) NOT NULL PRIMARY KEY,
      rule \(dialect.textType) NOT NULL);
    """
  }
}
