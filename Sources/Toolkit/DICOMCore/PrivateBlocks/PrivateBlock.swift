// SPDX-License-Identifier: Apache-2.0

/// 256 elements of an odd group that a private creator has reserved (PS3.5 §7.8.1).
public struct PrivateBlock: Hashable, Sendable {
  /// The odd group.
  public let group: UInt16
  /// The high byte of the element numbers, 10H to FFH.
  public let number: UInt8
  /// The value of the private creator element.
  public let creator: String

  public init(group: UInt16, number: UInt8, creator: String) {
    self.group = group
    self.number = number
    self.creator = creator
  }

  /// The element (gggg,0010–00FF) that reserves the block.
  public var creatorTag: Tag { Tag(group, UInt16(number)) }

  /// The tag of an element of the block by the low byte of its number.
  public func tag(_ element: UInt8) -> Tag { Tag(group, UInt16(number) << 8 | UInt16(element)) }

  /// Whether an element belongs to the block.
  public func contains(_ tag: Tag) -> Bool { tag.group == group && tag.element >> 8 == UInt16(number) }
}
