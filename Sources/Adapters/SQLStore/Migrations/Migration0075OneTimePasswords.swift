// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Until when a password is good that somebody else than its owner made.
  static let oneTimePasswords = Migration(number: 75, name: "one-time passwords") { _ in
    "ALTER TABLE account ADD COLUMN one_time_until BIGINT;"
  }
}
