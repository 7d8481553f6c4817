// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A text value that an attribute gets in place of what the object says; several values are parted by backslashes,
/// an empty text leaves the attribute without a value.
public struct CorrectedValue: Hashable, Sendable {
  public var tag: Tag
  public var vr: VR
  public var text: String

  public init(_ tag: Tag, _ vr: VR, _ text: String) {
    self.tag = tag
    self.vr = vr
    self.text = text
  }

  /// By the keyword of the data dictionary; nil where it knows none of that name.
  public init?(keyword: String, text: String) {
    guard let tag = DataDictionary.tag(keyword: keyword), let vr = DataDictionary.vr(for: tag) else { return nil }
    self.init(tag, vr, text)
  }

  /// The values that an attribute is set to.
  var values: AttributeValues {
    if text.isEmpty { return .empty }
    return .texts(
      vr.isMultiValued ? text.split(separator: "\\", omittingEmptySubsequences: false).map(String.init) : [text])
  }
}
