// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The time as the system's records have it.
public enum Clock {
  /// Microseconds since 1970-01-01 UTC.
  public static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) }
}
