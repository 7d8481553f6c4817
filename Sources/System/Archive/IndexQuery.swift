// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// A question to the index at one level: the matching keys of a C-FIND identifier or of a QIDO-RS query.
public struct IndexQuery: Sendable {
  public var level: QueryLevel
  /// Matching keys (PS3.4 §C.2.2.2), of this level and of the levels above. Empty values match everything. Every key
  /// that is not indexed is ignored, as PS3.4 §C.2.2.1.3 says of unsupported optional keys.
  public var identifier: DataSet
  /// Match person names without regard to accents, case and component order (PS3.4 §C.2.2.2.1.1).
  public var fuzzyNames: Bool
  /// Skip so many answers, and give at most so many; nil gives all.
  public var offset: Int
  public var limit: Int?
  /// Newest study first, or by series or instance number, where the engine can; else in any stable order.
  public var newestFirst: Bool

  public init(
    level: QueryLevel, identifier: DataSet = DataSet(inheritedCharacterSet: .utf8), fuzzyNames: Bool = false,
    offset: Int = 0, limit: Int? = nil, newestFirst: Bool = true
  ) {
    self.level = level
    self.identifier = identifier
    self.fuzzyNames = fuzzyNames
    self.offset = offset
    self.limit = limit
    self.newestFirst = newestFirst
  }
}
