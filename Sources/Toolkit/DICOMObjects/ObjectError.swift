// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Why an object cannot be built, or a data set not be read as one.
public struct ObjectError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Kind of failure.
  public struct Code: RawRepresentable, Sendable, Hashable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// An attribute that has to have a value has none.
    public static let missing = Code(rawValue: "missing")
    /// A value breaks the rules of its VR or of its attribute.
    public static let invalid = Code(rawValue: "invalid")
    /// A relationship, value type or combination that the information object definition does not permit.
    public static let notPermitted = Code(rawValue: "notPermitted")
    /// The data set is of another SOP class.
    public static let wrongClass = Code(rawValue: "wrongClass")
    /// A limit is exceeded.
    public static let limitExceeded = Code(rawValue: "limitExceeded")
  }

  public let code: Code
  /// The rule that is broken, for people.
  public let reason: String
  /// Attribute path by keywords, such as `ContentSequence[2].ConceptNameCodeSequence[0].CodeMeaning`, or the position
  /// in a content tree, such as `1.2.4`; empty for the whole object.
  public let path: String

  public init(_ code: Code, _ reason: String, path: String = "") {
    self.code = code
    self.reason = reason
    self.path = path
  }

  init(_ code: Code, _ tag: Tag, in path: String = "", _ reason: String) {
    self.init(code, reason, path: AttributePath.joined(path, tag))
  }

  public var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
}

/// Attribute paths by keyword.
enum AttributePath {
  static func joined(_ path: String, _ tag: Tag) -> String {
    let keyword = DataDictionary.entry(for: tag)?.keyword ?? tag.description
    return path.isEmpty ? keyword : "\(path).\(keyword)"
  }
}
