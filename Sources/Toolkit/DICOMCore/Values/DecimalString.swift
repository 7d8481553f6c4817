// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A decimal string (DS, PS3.5 §6.2): a number with the very text that it has in the object.
public struct DecimalString: Hashable, Sendable {
  /// Characters at most.
  public static let maximumLength = 16

  /// The text without padding.
  public let text: String
  public let value: Double

  /// Reads a number as DS writes it, of whatever length; nil for anything else.
  public init?(_ text: some StringProtocol) {
    guard Self.isNumber(text) else { return nil }
    // A point without digits behind it is no number to Swift.
    var digits = String(text)
    if let point = digits.firstIndex(of: "."), digits[point...].dropFirst().first?.isNumber != true {
      digits.remove(at: point)
    }
    guard let value = Double(digits), value.isFinite else { return nil }
    self.text = String(text)
    self.value = value
  }

  /// A number in the shortest text that gives it back, or in 16 characters as precisely as they can; nil for NaN and
  /// infinities, which DS has none of.
  public init?(_ value: Double) {
    guard value.isFinite else { return nil }
    self.value = value
    var text = "\(value)"
    if text.hasSuffix(".0") { text.removeLast(2) }
    var digits = 17
    while text.utf8.count > Self.maximumLength, digits > 0 {
      digits -= 1
      text = Self.text(value, digits: digits)
    }
    self.text = text
  }

  /// Digits with an optional sign, point and exponent (PS3.5 §6.2).
  static func isNumber(_ text: some StringProtocol) -> Bool {
    var rest = Substring(text).utf8[...]
    if let sign = rest.first, sign == 0x2B || sign == 0x2D { rest = rest.dropFirst() }
    let whole = rest.prefix { (0x30...0x39).contains($0) }.count
    rest = rest.dropFirst(whole)
    var fraction = 0
    if rest.first == 0x2E {
      fraction = rest.dropFirst().prefix { (0x30...0x39).contains($0) }.count
      rest = rest.dropFirst(fraction + 1)
    }
    guard whole + fraction > 0 else { return false }
    guard let mark = rest.first else { return true }
    guard mark == 0x45 || mark == 0x65 else { return false }
    rest = rest.dropFirst()
    if let sign = rest.first, sign == 0x2B || sign == 0x2D { rest = rest.dropFirst() }
    return !rest.isEmpty && rest.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func text(_ value: Double, digits: Int) -> String {
    var buffer = [CChar](repeating: 0, count: 64)
    let count = withVaList([Int32(digits), value]) { vsnprintf(&buffer, buffer.count, "%.*g", $0) }
    return String(decoding: buffer.prefix(Int(max(count, 0))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension DecimalString: CustomStringConvertible {
  public var description: String { text }
}
