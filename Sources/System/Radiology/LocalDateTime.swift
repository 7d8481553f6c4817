// SPDX-License-Identifier: Apache-2.0

/// A date and time on the department's wall clock, to the minute where it is used in the agenda. Ordered by time.
public struct LocalDateTime: Sendable, Hashable, Comparable, Codable {
  /// YYYYMMDD, as DA (PS3.5 §6.2).
  public var date: String
  /// HHMMSS, as TM.
  public var time: String

  /// Nil where they are not a date of the calendar and a time of the day.
  /// - Parameters:
  ///   - date: YYYYMMDD.
  ///   - time: HH, HHMM or HHMMSS, perhaps with a fraction, which is dropped.
  public init?(date: String, time: String = "000000") {
    let digits = Array(date.utf8)
    let clock = Array(time.utf8.prefix { $0 != UInt8(ascii: ".") })
    guard digits.count == 8, let day = Self.number(digits), [2, 4, 6].contains(clock.count),
      let number = Self.number(clock)
    else { return nil }
    let (year, month, ofMonth) = (day / 10000, day / 100 % 100, day % 100)
    guard year > 0, (1...12).contains(month), (1...Self.days(ofMonth: month, year: year)).contains(ofMonth) else {
      return nil
    }
    let full = clock.count == 2 ? number * 10000 : clock.count == 4 ? number * 100 : number
    guard full / 10000 < 24, full / 100 % 100 < 60, full % 100 < 60 else { return nil }
    self.date = date
    self.time = Self.padded(full, 6)
  }

  /// - Parameter minute: minutes since 1970-01-01 00:00 on the wall clock, from 0.
  public init(minute: Int64) {
    let (year, month, day) = Self.civil(minute / 1440)
    date = Self.padded(year * 10000 + month * 100 + day, 8)
    let ofDay = Int(minute % 1440)
    time = Self.padded(ofDay / 60 * 10000 + ofDay % 60 * 100, 6)
  }

  /// Minutes since 1970-01-01 00:00 on the wall clock; seconds are dropped.
  public var minute: Int64 {
    let day = Self.number(Array(date.utf8)) ?? 0
    let clock = Self.number(Array(time.utf8)) ?? 0
    return Self.dayNumber(year: day / 10000, month: day / 100 % 100, day: day % 100) * 1440
      + Int64(clock / 10000 * 60 + clock / 100 % 100)
  }

  /// 1 for Monday to 7 for Sunday.
  public var weekday: Int { Int((minute / 1440 + 3) % 7) + 1 }

  public static func < (left: LocalDateTime, right: LocalDateTime) -> Bool {
    (left.date, left.time) < (right.date, right.time)
  }

  private static func number(_ digits: [UInt8]) -> Int? {
    guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  static func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  private static func days(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01 of the Gregorian calendar.
  private static func dayNumber(year: Int, month: Int, day: Int) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let ofEra = shifted - era * 400
    let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return Int64(era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468)
  }

  private static func civil(_ number: Int64) -> (year: Int, month: Int, day: Int) {
    let shifted = Int(number) + 719_468
    let era = shifted / 146_097
    let ofEra = shifted - era * 146_097
    let year = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * year + year / 4 - year / 100)
    let month = (5 * ofYear + 2) / 153
    let real = month < 10 ? month + 3 : month - 9
    return (year + era * 400 + (real <= 2 ? 1 : 0), real, ofYear - (153 * month + 2) / 5 + 1)
  }
}

extension LocalDateTime {
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let date = try values.decode(String.self, forKey: .date)
    let time = try values.decodeIfPresent(String.self, forKey: .time) ?? "000000"
    guard let value = LocalDateTime(date: date, time: time) else {
      throw DecodingError.dataCorruptedError(forKey: .date, in: values, debugDescription: "no date and time")
    }
    self = value
  }
}
