// SPDX-License-Identifier: Apache-2.0

/// Reads numbers of fixed width from the front of ASCII text.
struct DigitReader {
  private var rest: Substring.UTF8View

  init(_ text: some StringProtocol) { rest = Substring(text).utf8 }

  var isAtEnd: Bool { rest.isEmpty }
  var next: UInt8? { rest.first }

  /// The number that the next `count` bytes are; nil, and nothing taken, where they are no digits.
  mutating func number(_ count: Int) -> Int? {
    let part = rest.prefix(count)
    guard part.count == count, part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    rest = rest.dropFirst(count)
    return part.reduce(0) { $0 * 10 + Int($1) - 0x30 }
  }

  /// All digits that follow, at most `limit`.
  mutating func digits(_ limit: Int) -> [UInt8] {
    let part = rest.prefix { (0x30...0x39).contains($0) }.prefix(limit)
    rest = rest.dropFirst(part.count)
    return Array(part)
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard let first = rest.first, UInt32(first) == character.value else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// A number as text with leading zeros.
  static func text(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
