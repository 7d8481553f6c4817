// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension AttributePath {
  /// Sequences and attribute of a query parameter at most.
  static let maximumQueryDepth = 8

  /// The tags that a query names: `PatientID`, `00100020` or `RequestAttributesSequence.00400009` (PS3.18 §8.3.4.1.1).
  /// Nil where a part is unknown, names an item, or is no sequence and not the last.
  static func query(_ text: some StringProtocol) -> [Tag]? {
    guard let path = try? AttributePath(text), path.steps.count <= maximumQueryDepth,
      path.steps.allSatisfy({ $0.item == nil }), let tags = path.tags,
      tags.dropLast().allSatisfy({ DataDictionary.vr(for: $0) ?? .SQ == .SQ })
    else { return nil }
    return tags
  }
}
