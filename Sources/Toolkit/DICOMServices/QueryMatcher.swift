// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Decides whether an entity matches an identifier: all of its keys by the matching kinds of PS3.4 §C.2.2.2.
public struct QueryMatcher: Sendable {
  /// What was negotiated for matching (PS3.4 §C.5).
  public struct Options: Sendable {
    /// Fuzzy semantic matching of person names, where negotiated or asked for (§C.2.2.2.1.1).
    public var fuzzyNames: Bool
    /// §C.2.2.1.2 lets an entity whose value is unknown match any key; people who search by a number do not expect
    /// those.
    public var unknownMatches: Bool

    public init(fuzzyNames: Bool = false, unknownMatches: Bool = false) {
      self.fuzzyNames = fuzzyNames
      self.unknownMatches = unknownMatches
    }
  }

  /// A key that does not match everything.
  public struct Key: Sendable {
    public let tag: Tag
    public let vr: VR
    public let criterion: MatchingCriterion
  }

  public let keys: [Key]
  public let options: Options

  /// Elements of an identifier that are not keys (§C.4.1.1.3): character set, level, time zone, and what only answers
  /// carry.
  private static let noKeys: Set<Tag> = [
    Tag(0x0008, 0x0005), Tag(0x0008, 0x0052), Tag(0x0008, 0x0053), Tag(0x0008, 0x0054), Tag(0x0008, 0x0056),
    Tag(0x0008, 0x0201), Tag(0x0008, 0x1190),
  ]

  /// - Parameter isSupported: keys for which it is false are ignored, as §C.2.2.1.3 says of optional keys.
  public init(identifier: DataSet, options: Options = Options(), isSupported: (Tag) -> Bool = { _ in true }) {
    self.options = options
    keys = identifier.elements.compactMap { element in
      guard !Self.noKeys.contains(element.tag), !element.tag.isGroupLength, isSupported(element.tag) else { return nil }
      guard let criterion = MatchingCriterion(element, in: identifier, options: options) else { return nil }
      return Key(tag: element.tag, vr: element.vr, criterion: criterion)
    }
  }

  /// Whether a data set matches all keys (PS3.4 §C.2.2.2).
  public func matches(_ candidate: DataSet) -> Bool {
    keys.allSatisfy { key in
      guard let element = candidate[key.tag], !element.isEmpty else { return options.unknownMatches }
      return key.criterion.matches(element, in: candidate)
    }
  }
}
