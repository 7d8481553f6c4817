// SPDX-License-Identifier: Apache-2.0

import DICOMMedia

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A point in time as calendars say it, in UTC.
struct UTCDate {
  private let parts: DateComponents

  /// - Parameter microseconds: since 1970-01-01 UTC.
  init(microseconds: Int64) {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let date = Date(timeIntervalSince1970: Double(microseconds) / 1_000_000)
    parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
  }

  var timestamp: ZipWriter.Timestamp {
    ZipWriter.Timestamp(
      year: parts.year ?? 0, month: parts.month ?? 1, day: parts.day ?? 1, hour: parts.hour ?? 0,
      minute: parts.minute ?? 0, second: parts.second ?? 0)
  }

  /// `2026-01-31 10:05 UTC`.
  var text: String {
    func two(_ number: Int?) -> String {
      let text = String(number ?? 0)
      return text.utf8.count < 2 ? "0" + text : text
    }
    return "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day)) \(two(parts.hour)):\(two(parts.minute)) UTC"
  }
}
