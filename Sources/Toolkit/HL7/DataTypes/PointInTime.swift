// SPDX-License-Identifier: Apache-2.0

/// A date and time of the precision that was sent (TS and DTM, HL7 v2.5.1 §2.A.22):
/// `YYYY[MM[DD[HH[MM[SS[.S…]]]]]][±ZZZZ]`.
public struct PointInTime: Sendable, Hashable, CustomStringConvertible {
  public var year: Int
  public var month: Int?
  public var day: Int?
  public var hour: Int?
  public var minute: Int?
  public var second: Int?
  /// Digits behind the point, as sent.
  public var fraction = ""
  /// Minutes east of UTC; nil where none is given.
  public var offset: Int?

  /// Nil where the text is no point in time.
  public init?(_ text: String) {
    var digits = text[...]
    var offset: Int?
    if let sign = digits.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      let zone = digits[digits.index(after: sign)...]
      guard zone.count == 4, let value = Self.number(zone), value % 100 < 60, value <= 1459 else { return nil }
      offset = (value / 100 * 60 + value % 100) * (digits[sign] == "-" ? -1 : 1)
      digits = digits[..<sign]
    }
    var fraction = ""
    if let point = digits.firstIndex(of: ".") {
      fraction = String(digits[digits.index(after: point)...])
      digits = digits[..<point]
      guard digits.count == 14, (1...9).contains(fraction.count), Self.number(fraction[...]) != nil else { return nil }
    }
    guard [4, 6, 8, 10, 12, 14].contains(digits.count), Self.number(digits) != nil else { return nil }
    func part(_ start: Int, _ length: Int) -> Int? {
      guard digits.count >= start + length else { return nil }
      let from = digits.index(digits.startIndex, offsetBy: start)
      return Self.number(digits[from..<digits.index(from, offsetBy: length)])
    }
    guard let year = part(0, 4) else { return nil }
    self.year = year
    month = part(4, 2)
    day = part(6, 2)
    hour = part(8, 2)
    minute = part(10, 2)
    second = part(12, 2)
    self.fraction = fraction
    self.offset = offset
    guard (month.map { (1...12).contains($0) } ?? true), (day.map { (1...31).contains($0) } ?? true),
      (hour.map { $0 < 24 } ?? true), (minute.map { $0 < 60 } ?? true), (second.map { $0 < 61 } ?? true)
    else { return nil }
  }

  private static func number(_ text: Substring) -> Int? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
  }

  /// `YYYYMMDD`, a value of VR DA; nil where the day is not given.
  public var date: String? {
    guard let month, let day else { return nil }
    return Self.padded(year, 4) + Self.padded(month, 2) + Self.padded(day, 2)
  }

  /// `HHMMSS` as far as given, a value of VR TM; nil where the hour is not given.
  public var time: String? {
    guard let hour else { return nil }
    return Self.padded(hour, 2) + (minute.map { Self.padded($0, 2) } ?? "") + (second.map { Self.padded($0, 2) } ?? "")
  }

  /// As HL7 writes it.
  public var description: String {
    var text = Self.padded(year, 4)
    for part in [month, day, hour, minute, second] {
      guard let part else { break }
      text += Self.padded(part, 2)
    }
    if !fraction.isEmpty { text += "." + fraction }
    if let offset {
      text += (offset < 0 ? "-" : "+") + Self.padded(abs(offset) / 60, 2) + Self.padded(abs(offset) % 60, 2)
    }
    return text
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
