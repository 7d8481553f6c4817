// SPDX-License-Identifier: Apache-2.0

/// A date (DA, PS3.5 §6.2), in the Gregorian calendar. Day or day and month are missing in dates of partial precision,
/// which only DT and old objects have.
public struct DICOMDate: Hashable, Sendable {
  /// 0 to 9999.
  public let year: Int
  /// 1 to 12.
  public let month: Int?
  /// 1 to the last day of the month.
  public let day: Int?

  /// Nil where there is no such day, or a day without a month.
  public init?(year: Int, month: Int? = nil, day: Int? = nil) {
    guard (0...9999).contains(year), day == nil || month != nil else { return nil }
    if let month {
      guard (1...12).contains(month) else { return nil }
      if let day, !(1...Self.days(year, month)).contains(day) { return nil }
    }
    self.year = year
    self.month = month
    self.day = day
  }

  /// Reads `YYYYMMDD`, `YYYYMM`, `YYYY`, and `YYYY.MM.DD` of ACR-NEMA (PS3.5 §6.2 note); nil for anything else.
  public init?(_ text: some StringProtocol) {
    var reader = DigitReader(text)
    guard let year = reader.number(4) else { return nil }
    if reader.isAtEnd {
      self.init(year: year)
      return
    }
    let hasPoints = reader.take(".")
    guard let month = reader.number(2) else { return nil }
    if reader.isAtEnd, !hasPoints {
      self.init(year: year, month: month)
      return
    }
    guard !hasPoints || reader.take("."), let day = reader.number(2), reader.isAtEnd else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// Year, month and day are known, as DA demands.
  public var isComplete: Bool { day != nil }

  /// Days since 1970-01-01 of the first day that is meant.
  public var daysSince1970: Int {
    let month = month ?? 1
    // Years that begin in March have their leap day at the end.
    let shifted = month > 2 ? year : year - 1
    let era = shifted >= 0 ? shifted / 400 : -1
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + (day ?? 1) - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func days(_ year: Int, _ month: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

extension DICOMDate: CustomStringConvertible, Comparable {
  /// As it stands in a value: `20260228`, or as much as is known.
  public var description: String {
    DigitReader.text(year, 4) + (month.map { DigitReader.text($0, 2) } ?? "")
      + (day.map { DigitReader.text($0, 2) } ?? "")
  }

  /// By the first day that is meant, then the less precise one first.
  public static func < (left: DICOMDate, right: DICOMDate) -> Bool {
    (left.year, left.month ?? 0, left.day ?? 0) < (right.year, right.month ?? 0, right.day ?? 0)
  }
}
