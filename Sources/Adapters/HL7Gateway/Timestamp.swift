// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A moment in UTC, as names of files and fields of messages show it.
struct Timestamp {
  /// `yyyy-mm-dd`
  let day: String
  /// `hhmmss`
  let time: String

  /// MSH-7: `yyyymmddhhmmss`.
  var field: String { day.filter { $0 != "-" } + time }

  init(_ date: Date) {
    let seconds = Int(date.timeIntervalSince1970)
    var moment = time_t(seconds)
    var parts = tm()
    gmtime_r(&moment, &parts)
    func digits(_ number: Int32, _ width: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    day = "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
    time = digits(parts.tm_hour, 2) + digits(parts.tm_min, 2) + digits(parts.tm_sec, 2)
  }
}
