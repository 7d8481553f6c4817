// SPDX-License-Identifier: Apache-2.0

/// An attribute tag: group and element number (PS3.5 §7.1).
public struct Tag: Hashable, Comparable, Sendable {
  /// Group in the upper, element in the lower 16 bits.
  public let rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  @inlinable
  public init(_ group: UInt16, _ element: UInt16) {
    rawValue = UInt32(group) << 16 | UInt32(element)
  }

  @inlinable public var group: UInt16 { UInt16(truncatingIfNeeded: rawValue >> 16) }
  @inlinable public var element: UInt16 { UInt16(truncatingIfNeeded: rawValue) }

  /// Odd groups are private (PS3.5 §7.8).
  @inlinable public var isPrivate: Bool { group & 1 == 1 }

  /// A private creator element (gggg,0010–00FF) of an odd group (PS3.5 §7.8.1).
  @inlinable public var isPrivateCreator: Bool {
    isPrivate && (0x0010...0x00FF).contains(element)
  }

  /// A group length element (gggg,0000), retired but for groups 0000 and 0002 (PS3.5 §7.2).
  @inlinable public var isGroupLength: Bool { element == 0 }

  @inlinable
  public static func < (left: Tag, right: Tag) -> Bool { left.rawValue < right.rawValue }

  /// Item (FFFE,E000), PS3.5 §7.5.
  @inlinable public static var item: Tag { Tag(rawValue: 0xFFFE_E000) }
  /// Item Delimitation Item (FFFE,E00D), PS3.5 §7.5.
  @inlinable public static var itemDelimitationItem: Tag { Tag(rawValue: 0xFFFE_E00D) }
  /// Sequence Delimitation Item (FFFE,E0DD), PS3.5 §7.5.
  @inlinable public static var sequenceDelimitationItem: Tag { Tag(rawValue: 0xFFFE_E0DD) }
}

extension Tag: CustomStringConvertible {
  /// `(gggg,eeee)` in lower-case hexadecimal digits.
  public var description: String {
    let digits = hexadecimal
    return "(\(digits.prefix(4)),\(digits.suffix(4)))".lowercased()
  }

  /// Eight upper-case hexadecimal digits, the key of the DICOM JSON model (PS3.18 §F.2.2).
  public var hexadecimal: String {
    let digits = String(rawValue, radix: 16, uppercase: true)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Reads eight hexadecimal digits, with or without `(,)`; nil for anything else.
  public init?(hexadecimal text: some StringProtocol) {
    let digits = String(text.filter { $0 != "(" && $0 != ")" && $0 != "," })
    guard digits.utf8.count == 8, digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16) else {
      return nil
    }
    rawValue = value
  }
}
