// SPDX-License-Identifier: Apache-2.0

extension TemporalRange {
  private static let second: Int64 = 1_000_000
  private static let day: Int64 = 86_400 * second

  /// One value of VR DA, in the retired form `YYYY.MM.DD` too (PS3.5 §6.2).
  public static func date(_ text: String) -> TemporalRange? {
    var digits = Array(text.utf8)
    if digits.count == 10, digits[4] == UInt8(ascii: "."), digits[7] == UInt8(ascii: ".") {
      digits.remove(at: 7)
      digits.remove(at: 4)
    }
    guard digits.count == 8, let number = number(digits[...]) else { return nil }
    let (month, day) = (number / 100 % 100, number % 100)
    guard (1...12).contains(month), (1...31).contains(day) else { return nil }
    return TemporalRange(lower: number, upper: number)
  }

  /// One value of VR TM, in the retired form `HH:MM:SS` too (PS3.5 §6.2).
  public static func time(_ text: String) -> TemporalRange? {
    let bytes = Array(text.utf8)
    guard !bytes.contains(UInt8(ascii: ":")) else {
      let plain = bytes.filter { $0 != UInt8(ascii: ":") }
      return timeOfDay(plain[...])
    }
    return timeOfDay(bytes[...])
  }

  /// One value of VR DT: `YYYY[MM[DD[HH[MM[SS[.F…]]]]]][&ZZXX]`.
  public static func dateTime(_ text: String) -> TemporalRange? {
    var bytes = Array(text.utf8)
    var shift: Int64 = 0
    if bytes.count >= 9, let sign = bytes.dropLast(4).last, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      guard let zone = number(bytes.suffix(4)), zone % 100 < 60 else { return nil }
      let minutes = zone / 100 * 60 + zone % 100
      let isEast = sign == UInt8(ascii: "+")
      guard minutes <= (isEast ? 14 : 12) * 60 else { return nil }
      shift = (isEast ? -minutes : minutes) * 60 * second
      bytes.removeLast(5)
    }
    guard bytes.count >= 4, let year = number(bytes[..<4]) else { return nil }
    func part(_ start: Int) -> Int64?? {
      if bytes.count <= start { return .some(nil) }
      guard bytes.count >= start + 2, let value = number(bytes[start..<start + 2]) else { return nil }
      return .some(value)
    }
    guard let month = part(4), (1...12).contains(month ?? 1), let day = part(6), (1...31).contains(day ?? 1) else {
      return nil
    }
    if let day {
      let start = days(year, month ?? 1, day) * Self.day + shift
      guard bytes.count > 8 else { return TemporalRange(lower: start, upper: start + Self.day - 1) }
      guard let time = timeOfDay(bytes[8...]), let lower = time.lower, let upper = time.upper else { return nil }
      return TemporalRange(lower: start + lower, upper: start + upper)
    }
    let start = days(year, month ?? 1, 1)
    let end = month.map { $0 == 12 ? days(year + 1, 1, 1) : days(year, $0 + 1, 1) } ?? days(year + 1, 1, 1)
    return TemporalRange(lower: start * Self.day + shift, upper: end * Self.day + shift - 1)
  }

  /// `HH[MM[SS[.F…]]]`; second 60 is a leap second.
  private static func timeOfDay(_ text: ArraySlice<UInt8>) -> TemporalRange? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard let whole = parts.first, parts.count <= 2, [2, 4, 6].contains(whole.count) else { return nil }
    guard let digits = number(whole) else { return nil }
    var (start, length): (Int64, Int64)
    switch whole.count {
    case 2: (start, length) = (digits * 3600 * second, 3600 * second)
    case 4: (start, length) = ((digits / 100 * 3600 + digits % 100 * 60) * second, 60 * second)
    default:
      (start, length) = ((digits / 10000 * 3600 + digits / 100 % 100 * 60 + digits % 100) * second, second)
    }
    let hour = whole.count == 2 ? digits : whole.count == 4 ? digits / 100 : digits / 10000
    let minute = whole.count == 2 ? 0 : whole.count == 4 ? digits % 100 : digits / 100 % 100
    guard hour < 24, minute < 60, whole.count < 6 || digits % 100 <= 60 else { return nil }
    if parts.count == 2 {
      guard whole.count == 6, (1...6).contains(parts[1].count), let fraction = number(parts[1]) else { return nil }
      for _ in 0..<parts[1].count { length /= 10 }
      start += fraction * length
    }
    return TemporalRange(lower: start, upper: start + length - 1)
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      value = value * 10 + Int64(digit - 0x30)
    }
    return digits.isEmpty ? nil : value
  }

  /// Days since 1970-01-01 in the Gregorian calendar.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
