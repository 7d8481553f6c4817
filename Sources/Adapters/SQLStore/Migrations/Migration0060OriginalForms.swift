// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// What instances were before they were compressed at rest, by the place where they stand: whatever becomes of their
  /// rows, this goes with the bytes.
  static let originalForms = Migration(number: 60, name: "original forms") { dialect in
    """
    CREATE TABLE original_form (
      file BIGINT NOT NULL,
      position BIGINT NOT NULL,
      common BIGINT NOT NULL REFERENCES term (id),
      length BIGINT NOT NULL,
      checksum BIGINT NOT NULL,
      PRIMARY KEY (file, position));
    """
  }
}
