// SPDX-License-Identifier: Apache-2.0

import DICOMCore

extension AttributePath {
  /// Reads a path of keywords and tags, such as `SharedFunctionalGroupsSequence[0].(0028,9110)[0].PixelSpacing`.
  public init(_ text: some StringProtocol) throws(AttributePathError) {
    var parser = AttributePathParser(text)
    self = try parser.parse()
  }

  /// The path in keywords; tags for what has none.
  public var keywords: String {
    steps.map { step in
      guard case .tag(let tag) = step.attribute, let entry = DataDictionary.entry(for: tag), !tag.isPrivate,
        entry.tag == tag, !entry.keyword.isEmpty, !tag.isGroupLength
      else { return step.description }
      return entry.keyword + step.description.dropFirst(tag.description.utf8.count)
    }.joined(separator: ".")
  }
}

extension DataSet {
  /// The element at a path, such as `dataSet[path: "ReferencedStudySequence[0].ReferencedSOPInstanceUID"]`; nil where
  /// it or something on the way is absent.
  public subscript(path text: String) -> DataElement? {
    get throws(AttributePathError) { try element(at: AttributePath(text)) }
  }
}
