// SPDX-License-Identifier: Apache-2.0

/// A unique identifier (PS3.5 §9), kept as it was read but for trailing padding.
public struct UID: Hashable, Comparable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  public let rawValue: String

  public init(_ rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { rawValue = value }

  public var description: String { rawValue }

  /// At most 64 characters of digits and points, components without leading zero (PS3.5 §9.1).
  public var isValid: Bool {
    let bytes = rawValue.utf8
    guard !bytes.isEmpty, bytes.count <= 64 else { return false }
    return bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { part in
      guard let first = part.first, part.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
      return first != 0x30 || part.count == 1
    }
  }

  public static func < (left: UID, right: UID) -> Bool { left.rawValue < right.rawValue }

  /// A new UID below the root 2.25: a random UUID as a decimal number (PS3.5 §B.2).
  public static func random() -> UID {
    var generator = SystemRandomNumberGenerator()
    var high = generator.next()
    var low = generator.next()
    high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    return UID("2.25.\(UInt128(high) << 64 | UInt128(low))")
  }
}
