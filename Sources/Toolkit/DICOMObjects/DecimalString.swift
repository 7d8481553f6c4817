// SPDX-License-Identifier: Apache-2.0

/// Decimal strings (VR DS, PS3.5 §6.2): at most 16 characters.
enum DecimalString {
  static let maximumLength = 16

  /// The shortest text that gives the number back, or the nearest one of 16 characters. Nil for infinities and NaN.
  static func text(_ value: Double) -> String? {
    guard value.isFinite else { return nil }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
    let shortest = "\(value)"
    if shortest.utf8.count <= maximumLength { return shortest }
    let (digits, exponent) = decimal(abs(value))
    for count in stride(from: min(digits.count, maximumLength - 1), to: 0, by: -1) {
      let (rounded, carry) = round(digits, to: count)
      let text = (value < 0 ? "-" : "") + layout(rounded, exponent: exponent + carry)
      if text.utf8.count <= maximumLength { return text }
    }
    return nil
  }

  /// The number with at most so many significant digits, without those before the decimal point being lost.
  static func text(_ value: Double, digits count: Int) -> String? {
    guard value.isFinite, abs(value) < 1e15 else { return text(value) }
    if value == value.rounded() { return String(Int(value)) }
    let (digits, exponent) = decimal(abs(value))
    let (rounded, carry) = round(digits, to: max(count, exponent + 1))
    return (value < 0 ? "-" : "") + layout(rounded, exponent: exponent + carry)
  }

  /// Significant digits and the power of ten of the first one.
  private static func decimal(_ value: Double) -> (digits: [UInt8], exponent: Int) {
    let parts = "\(value)".lowercased().split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = Array(mantissa[0].utf8)
    let fraction = mantissa.count > 1 ? Array(mantissa[1].utf8) : []
    var exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + whole.count - 1
    var digits = whole + fraction
    while digits.count > 1, digits[0] == 0x30 {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.count > 1, digits.last == 0x30 { digits.removeLast() }
    return (digits, exponent)
  }

  private static func round(_ digits: [UInt8], to count: Int) -> (digits: [UInt8], carry: Int) {
    guard count < digits.count else { return (digits, 0) }
    var kept = Array(digits[..<count])
    guard digits[count] >= 0x35 else { return (kept, 0) }
    var index = count - 1
    while index >= 0 {
      if kept[index] < 0x39 {
        kept[index] += 1
        return (kept, 0)
      }
      kept[index] = 0x30
      index -= 1
    }
    return ([0x31] + kept.dropLast(), 1)
  }

  private static func layout(_ digits: [UInt8], exponent: Int) -> String {
    var digits = digits
    while digits.count > 1, digits.last == 0x30 { digits.removeLast() }
    let text = String(decoding: digits, as: UTF8.self)
    if (0..<15).contains(exponent) {
      if digits.count <= exponent + 1 { return text + String(repeating: "0", count: exponent + 1 - digits.count) }
      return "\(text.prefix(exponent + 1)).\(text.dropFirst(exponent + 1))"
    }
    if (-4..<0).contains(exponent) { return "0." + String(repeating: "0", count: -exponent - 1) + text }
    return digits.count == 1 ? "\(text)e\(exponent)" : "\(text.prefix(1)).\(text.dropFirst(1))e\(exponent)"
  }
}
