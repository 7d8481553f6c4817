// SPDX-License-Identifier: Apache-2.0

/// An age (AS, PS3.5 §6.2): three digits and a unit.
public struct Age: Hashable, Sendable {
  /// The letter behind the number (PS3.5 §6.2, AS).
  public enum Unit: Character, Sendable {
    case days = "D"
    case weeks = "W"
    case months = "M"
    case years = "Y"
  }

  /// 0 to 999.
  public let number: Int
  public let unit: Unit

  /// Nil where the number has more than three digits.
  public init?(_ number: Int, _ unit: Unit) {
    guard (0...999).contains(number) else { return nil }
    self.number = number
    self.unit = unit
  }

  /// Reads `042Y`; nil for anything else.
  public init?(_ text: some StringProtocol) {
    var reader = DigitReader(text)
    guard let number = reader.number(3), let letter = reader.next,
      let unit = Unit(rawValue: Character(Unicode.Scalar(letter))), text.utf8.count == 4
    else { return nil }
    self.init(number, unit)
  }
}

extension Age: CustomStringConvertible {
  public var description: String { DigitReader.text(number, 3) + String(unit.rawValue) }
}
