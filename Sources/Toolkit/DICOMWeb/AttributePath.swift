// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// An attribute as a query names it: tags or keywords, sequences before what they hold (PS3.18 §8.3.4.1.1).
public struct AttributePath: Hashable, Sendable {
  static let maximumDepth = 8

  /// The tags from the outermost sequence to the attribute.
  public var tags: [Tag]

  public init(_ tags: Tag...) { self.tags = tags }

  /// Parses `PatientID`, `00100020` or `RequestAttributesSequence.00400009`; nil where a part is unknown.
  public init?(parsing text: some StringProtocol) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...Self.maximumDepth).contains(parts.count) else { return nil }
    tags = []
    for part in parts {
      guard let tag = Self.tag(part) else { return nil }
      tags.append(tag)
    }
    guard tags.dropLast().allSatisfy({ DataDictionary.vr(for: $0) ?? .SQ == .SQ }) else { return nil }
  }

  private static func tag(_ text: some StringProtocol) -> Tag? {
    if let tag = DataDictionary.tag(keyword: String(text)) { return tag }
    guard text.utf8.count == 8 else { return nil }
    return Tag(hexadecimal: text)
  }
}
