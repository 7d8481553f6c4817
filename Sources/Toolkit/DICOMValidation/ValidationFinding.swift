// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// How much a finding matters.
public enum ValidationSeverity: String, Sendable, Hashable, CaseIterable, Comparable, Codable {
  /// Allowed, but known to cause trouble.
  case note
  /// Against a recommendation, or an attribute that the object should not need.
  case warning
  /// Against the standard.
  case error

  public static func < (left: ValidationSeverity, right: ValidationSeverity) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .note: 0
    case .warning: 1
    case .error: 2
    }
  }
}

/// One thing that is wrong with an object, and where.
public struct ValidationFinding: Sendable, Hashable {
  public let severity: ValidationSeverity
  public let kind: ValidationKind
  /// Attribute path with items counted from zero: `SharedFunctionalGroupsSequence[0].PixelMeasuresSequence`. An
  /// attribute without keyword stands as `(gggg,eeee)`.
  public let path: String
  /// The attribute; nil where the finding concerns the whole object.
  public let tag: Tag?
  /// The attribute's keyword; empty where it has none.
  public let keyword: String
  /// The module of PS3.3 that asks for it, by name; nil where no module does.
  public let module: String?
  /// Part and section of the standard: `PS3.3 C.7.6.3`.
  public let clause: String
  /// What is wrong, for people.
  public let text: String
}
