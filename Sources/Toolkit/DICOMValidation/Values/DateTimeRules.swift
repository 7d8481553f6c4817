// SPDX-License-Identifier: Apache-2.0

/// AS, DA, DT and TM (PS3.5 §6.2).
enum DateTimeRules {
  typealias Value = Slice<UnsafeBufferPointer<UInt8>>

  /// Three digits and one of D, W, M and Y.
  static func age(_ value: Value) -> ValueProblem? {
    guard value.count == 4 else {
      return ValueProblem(.valueLength, "\(quoted(value)) has \(value.count) characters; AS has 4.")
    }
    guard value.dropLast().allSatisfy(isDigit), let unit = value.last, "DWMY".utf8.contains(unit) else {
      return ValueProblem(.valueFormat, "\(quoted(value)) is no age: three digits and D, W, M or Y.")
    }
    return nil
  }

  /// Eight digits that are a day of the calendar.
  static func date(_ value: Value) -> ValueProblem? {
    if value.count == 10, value.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") }) {
      return ValueProblem(.valueFormat, "\(quoted(value)) has the form of before 1993, yyyy.mm.dd.")
    }
    guard value.count == 8, value.allSatisfy(isDigit), isDay(value) else {
      return ValueProblem(.valueFormat, "\(quoted(value)) is no date: yyyymmdd.")
    }
    return nil
  }

  /// `hhmmss.ffffff`, cut off behind any component.
  static func time(_ value: Value) -> ValueProblem? {
    guard value.count <= 14 else {
      return ValueProblem(.valueLength, "\(quoted(value)) has \(value.count) characters; TM allows 14.")
    }
    guard isTime(value) else { return ValueProblem(.valueFormat, "\(quoted(value)) is no time: hhmmss.ffffff.") }
    return nil
  }

  /// `yyyymmddhhmmss.ffffff&zzxx`, cut off behind any component.
  static func dateTime(_ value: Value) -> ValueProblem? {
    guard value.count <= 26 else {
      return ValueProblem(.valueLength, "\(quoted(value)) has \(value.count) characters; DT allows 26.")
    }
    let wrong = ValueProblem(.valueFormat, "\(quoted(value)) is no date time: yyyymmddhhmmss.ffffff&zzxx.")
    var local = value
    if let sign = value.firstIndex(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }) {
      let zone = value[value.index(after: sign)...]
      guard zone.count == 4, zone.allSatisfy(isDigit), number(zone.prefix(2)) <= 14, number(zone.suffix(2)) < 60 else {
        return wrong
      }
      local = value[..<sign]
    }
    let date = local.prefix(8)
    guard date.count >= 4, date.count % 2 == 0, date.allSatisfy(isDigit), isDay(date) else { return wrong }
    let time = local.dropFirst(8)
    guard time.isEmpty || isTime(time) else { return wrong }
    return nil
  }

  private static func isDay(_ digits: Value) -> Bool {
    let month = digits.count >= 6 ? number(digits.dropFirst(4).prefix(2)) : 1
    let day = digits.count >= 8 ? number(digits.dropFirst(6).prefix(2)) : 1
    guard (1...12).contains(month) else { return false }
    let year = number(digits.prefix(4))
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(day)
  }

  private static func isTime(_ value: Value) -> Bool {
    let whole = value.prefix { $0 != UInt8(ascii: ".") }
    let fraction = value.dropFirst(whole.count)
    guard [2, 4, 6].contains(whole.count), whole.allSatisfy(isDigit) else { return false }
    if !fraction.isEmpty {
      guard whole.count == 6, (2...7).contains(fraction.count), fraction.dropFirst().allSatisfy(isDigit) else {
        return false
      }
    }
    // 60 seconds are a leap second.
    return number(whole.prefix(2)) < 24 && number(whole.dropFirst(2).prefix(2)) < 60
      && number(whole.dropFirst(4)) <= 60
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func number(_ digits: Value) -> Int { digits.reduce(0) { $0 * 10 + Int($1) - 0x30 } }
}
