// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The time as the system's records have it.
public enum Clock {
  /// Microseconds since 1970-01-01 UTC.
  public static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) }

  /// The local day of a time as `yyyy-mm-dd`.
  static func day(_ microseconds: Int64) -> String {
    var seconds = time_t(microseconds / 1_000_000)
    var parts = tm()
    localtime_r(&seconds, &parts)
    let digits = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(digits(parts.tm_mon + 1))-\(digits(parts.tm_mday))"
  }
}
