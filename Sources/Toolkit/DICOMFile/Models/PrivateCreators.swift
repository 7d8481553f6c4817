// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The private blocks that a data set reserves (PS3.5 §7.8.1).
struct PrivateCreators {
  private var creators: [Tag: String] = [:]

  /// Notes a private creator element.
  mutating func add(_ tag: Tag, _ name: String) {
    if !name.isEmpty { creators[tag] = name }
  }

  /// Who reserved the block of a private element; nil where nobody did, or where the same name reserved two blocks of
  /// the group, so that it does not tell which.
  func creator(of tag: Tag) -> String? {
    guard tag.isPrivate, tag.element >= 0x1000, !creators.isEmpty,
      let name = creators[Tag(tag.group, tag.element >> 8)]
    else { return nil }
    let blocks = creators.filter { $0.key.group == tag.group && $0.value == name }
    return blocks.count == 1 ? name : nil
  }
}
