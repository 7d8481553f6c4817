// SPDX-License-Identifier: Apache-2.0

/// A date (DA) with a time (TM) as clocks somewhere show it, to be told as clocks elsewhere do.
public struct LocalMoment: Sendable, Hashable {
  /// Minutes since 1970-01-01 00:00 of these clocks.
  public var minutes: Int64
  /// Seconds and their fraction as in the value: `SS.FFF`, or nothing.
  private var seconds: String

  /// - Parameters:
  ///   - date: one value of VR DA.
  ///   - time: one value of VR TM.
  /// - Returns: nil where one of them is empty or malformed.
  public init?(date: String, time: String) {
    let time = String(time.filter { $0 != ":" && $0 != " " })
    let day = String(date.filter { $0 != "." && $0 != " " })
    guard day.utf8.count == 8, TemporalRange.time(time) != nil,
      let start = TemporalRange.dateTime(day)?.lower, TemporalRange.date(day) != nil
    else { return nil }
    let digits = Array(time.utf8.map { Int64($0) - 0x30 })
    let hour = digits[0] * 10 + digits[1]
    let minute = digits.count >= 4 ? digits[2] * 10 + digits[3] : 0
    minutes = start / 60_000_000 + hour * 60 + minute
    seconds = String(time.dropFirst(4))
  }

  /// The value of VR DA.
  public var date: String {
    let civil = Self.civil(minutes >= 0 ? minutes / 1440 : -((1439 - minutes) / 1440))
    return Self.padded(civil.year, 4) + Self.padded(civil.month, 2) + Self.padded(civil.day, 2)
  }

  /// The value of VR TM, as precise as it was given, but for an hour alone, which becomes a minute.
  public var time: String {
    let ofDay = ((minutes % 1440) + 1440) % 1440
    return Self.padded(ofDay / 60, 2) + Self.padded(ofDay % 60, 2) + seconds
  }

  /// The same moment by clocks with another offset from UTC.
  public func at(offset: Int, from own: Int) -> LocalMoment {
    var moved = self
    moved.minutes += Int64(offset - own)
    return moved
  }

  /// Minutes of a value of Timezone Offset From UTC (0008,0201), `&ZZXX` (PS3.3 §C.12.1.1.8); nil where malformed.
  public static func offset(_ text: String) -> Int? {
    let bytes = Array(text.utf8.filter { $0 != 0x20 })
    guard bytes.count == 5, bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
      bytes[1...].allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    let digits = bytes[1...].map { Int($0) - 0x30 }
    let minutes = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3]
    guard digits[2] < 6, minutes <= 14 * 60 else { return nil }
    return bytes[0] == UInt8(ascii: "-") ? -minutes : minutes
  }

  /// The day before or after a value of VR DA; nil where malformed.
  public static func day(_ date: String, plus days: Int64) -> String? {
    guard var moment = LocalMoment(date: date, time: "00") else { return nil }
    moment.minutes += days * 1440
    return moment.date
  }

  /// Year, month and day of a day since 1970-01-01 in the Gregorian calendar.
  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let part = (5 * dayOfYear + 2) / 153
    let month = part < 10 ? part + 3 : part - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * part + 2) / 5 + 1)
  }

  private static func padded(_ value: Int64, _ count: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(count - digits.count, 0)) + digits
  }
}
