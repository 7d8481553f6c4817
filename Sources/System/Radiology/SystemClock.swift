// SPDX-License-Identifier: Apache-2.0

import DICOMCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension DepartmentOptions {
  /// By the system's clock.
  @Sendable public static func systemTime() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }

  /// By the system's clock and time zone.
  @Sendable public static func systemLocalTime() -> LocalDateTime {
    var seconds = time(nil)
    var parts = tm()
    localtime_r(&seconds, &parts)
    let minute = Int64(parts.tm_hour * 60 + parts.tm_min)
    let date = (Int(parts.tm_year) + 1900) * 10000 + (Int(parts.tm_mon) + 1) * 100 + Int(parts.tm_mday)
    return LocalDateTime(date: LocalDateTime.padded(date, 8)).map { LocalDateTime(minute: $0.minute + minute) }
      ?? LocalDateTime(minute: Int64(seconds) / 60)
  }

  /// A UID derived from a UUID (PS3.5 §B.2).
  @Sendable public static func randomUID() -> String { UID.random().rawValue }
}

extension LocalDateTime {
  /// A moment on the wall clock of the system's time zone.
  /// - Parameter microseconds: since 1970-01-01 UTC.
  public init(microseconds: Int64) {
    var seconds = time_t(microseconds / 1_000_000)
    var parts = tm()
    localtime_r(&seconds, &parts)
    let date = (Int(parts.tm_year) + 1900) * 10000 + (Int(parts.tm_mon) + 1) * 100 + Int(parts.tm_mday)
    let time = Int(parts.tm_hour) * 10000 + Int(parts.tm_min) * 100 + min(Int(parts.tm_sec), 59)
    self = LocalDateTime(date: Self.padded(date, 8), time: Self.padded(time, 6)) ?? LocalDateTime(minute: 0)
  }
}
