// SPDX-License-Identifier: Apache-2.0

/// Private blocks belong to the data set or item that reserves them; one item knows nothing of another's
/// (PS3.5 §7.8.1).
extension DataSet {
  /// The blocks that are reserved, in ascending order.
  public var privateBlocks: [PrivateBlock] {
    elements.compactMap { $0.tag.isPrivateCreator ? privateBlock(reservedBy: $0.tag) : nil }
  }

  /// The block of a private creator in a group; of several the first. Spaces at the end are not compared.
  public func privateBlock(group: UInt16, creator: String) -> PrivateBlock? {
    var index = lowerBound(Tag(group, 0x0010))
    while index < elements.count, elements[index].tag <= Tag(group, 0x00FF) {
      let tag = elements[index].tag
      if tag.isPrivateCreator, let block = privateBlock(reservedBy: tag), block.creator == creator { return block }
      index += 1
    }
    return nil
  }

  /// The creator that has reserved the block of a private element; nil where nobody has, and for other elements.
  public func privateCreator(of tag: Tag) -> String? {
    guard tag.isPrivate, tag.element >= 0x1000 else { return nil }
    return privateBlock(reservedBy: Tag(tag.group, tag.element >> 8))?.creator
  }

  /// The private element of a creator by the low byte of its number.
  public subscript(group: UInt16, creator: String, element: UInt8) -> DataElement? {
    privateBlock(group: group, creator: creator).flatMap { self[$0.tag(element)] }
  }

  /// The block of a creator, reserved now where it is not yet: the first number that no creator has and no element
  /// uses.
  /// - Returns: nil where the group is even or below 0009, or has no block left.
  public mutating func reservePrivateBlock(group: UInt16, creator: String) -> PrivateBlock? {
    guard Tag(group, 0).isPrivate, group > 0x0008, group != 0xFFFF else { return nil }
    if let block = privateBlock(group: group, creator: creator) { return block }
    var used = [Bool](repeating: false, count: 256)
    var index = lowerBound(Tag(group, 0x0010))
    while index < elements.count, elements[index].tag.group == group {
      let tag = elements[index].tag
      used[Int(tag.isPrivateCreator ? tag.element : tag.element >> 8)] = true
      index += 1
    }
    guard let number = (0x10...0xFF).first(where: { !used[$0] }) else { return nil }
    let block = PrivateBlock(group: group, number: UInt8(number), creator: creator)
    set(block.creatorTag, .LO, creator)
    return block
  }

  private func privateBlock(reservedBy tag: Tag) -> PrivateBlock? {
    guard let bytes = bytes(tag), !bytes.isEmpty else { return nil }
    let text = characterSet.decodeValues(bytes, vr: .LO).first ?? ""
    return PrivateBlock(group: tag.group, number: UInt8(truncatingIfNeeded: tag.element), creator: text)
  }
}
