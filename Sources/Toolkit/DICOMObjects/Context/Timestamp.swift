// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A date and a time of day as DICOM writes them, without time zone.
public struct Timestamp: Sendable, Hashable {
  /// `YYYYMMDD`.
  public var date: String
  /// `HHMMSS` with an optional fraction.
  public var time: String

  public init(date: String, time: String) {
    self.date = date
    self.time = time
  }

  /// A value of DT without time zone (PS3.5 §6.2).
  public var dateTime: String { date + time }

  /// The local time of this machine.
  public static var now: Timestamp {
    var seconds = time_t()
    _ = Self.clock(&seconds)
    var parts = tm()
    localtime_r(&seconds, &parts)
    return Timestamp(
      date: digits(Int(parts.tm_year) + 1900, 4) + digits(Int(parts.tm_mon) + 1, 2) + digits(Int(parts.tm_mday), 2),
      time: digits(Int(parts.tm_hour), 2) + digits(Int(parts.tm_min), 2) + digits(min(Int(parts.tm_sec), 59), 2))
  }

  private static func clock(_ seconds: inout time_t) -> time_t {
    #if canImport(Glibc)
      Glibc.time(&seconds)
    #else
      Darwin.time(&seconds)
    #endif
  }

  private static func digits(_ value: Int, _ count: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(count - text.utf8.count, 0)) + text
  }
}
