// SPDX-License-Identifier: Apache-2.0

public import DICOMCore

/// A key attribute of a Query/Retrieve level (PS3.4 §C.2.2.1).
public struct QueryKey: Sendable, Hashable {
  /// U, R or O.
  public enum Kind: String, Sendable {
    case unique = "U"
    case required = "R"
    case optional = "O"
  }

  public let tag: Tag
  public let kind: Kind
  /// Keys inside the items of a sequence key.
  public let itemKeys: [Tag]

  public init(_ tag: Tag, _ kind: Kind, items itemKeys: [Tag] = []) {
    self.tag = tag
    self.kind = kind
    self.itemKeys = itemKeys
  }

  /// Not stored in any instance, but counted or collected (PS3.4 §C.3.4).
  public var isComputed: Bool { Self.computed.contains(tag) }
}
