// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A moment in UTC as MSH-7 has it.
struct Timestamp {
  /// `yyyymmddhhmmss+0000`
  let field: String

  /// - Parameter time: microseconds since 1970-01-01 UTC.
  init(_ time: Int64) {
    var moment = time_t(time / 1_000_000)
    var parts = tm()
    gmtime_r(&moment, &parts)
    func digits(_ number: Int32, _ width: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    let day = digits(parts.tm_year + 1900, 4) + digits(parts.tm_mon + 1, 2) + digits(parts.tm_mday, 2)
    let time = digits(parts.tm_hour, 2) + digits(parts.tm_min, 2) + digits(parts.tm_sec, 2)
    field = day + time + "+0000"
  }
}
