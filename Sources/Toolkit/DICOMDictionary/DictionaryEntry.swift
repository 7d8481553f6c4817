// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// An attribute of the data dictionary (PS3.6 §6, §7, §8; PS3.7 Annex E).
public struct DictionaryEntry: Sendable, Hashable {
  /// The tag, with the lowest value of its repeating group.
  public let tag: Tag
  /// Keyword; empty for the few retired attributes that have none.
  public let keyword: String
  /// Name as printed in the standard.
  public let name: String
  /// The VRs that are allowed, in the standard's order; empty for items and delimiters.
  public let vrs: [VR]
  /// Value multiplicity, such as `1`, `1-n` or `2-2n`.
  public let vm: String
  public let isRetired: Bool

  public init(tag: Tag, keyword: String, name: String, vrs: [VR], vm: String, isRetired: Bool) {
    self.tag = tag
    self.keyword = keyword
    self.name = name
    self.vrs = vrs
    self.vm = vm
    self.isRetired = isRetired
  }

  /// The first allowed VR; UN where there is none.
  public var vr: VR { vrs.first ?? .UN }
}
