// SPDX-License-Identifier: Apache-2.0

/// What was found and done at start.
public struct RecoverySummary: Sendable, Equatable {
  /// What the store did to its files.
  public var store = StoreRecovery()
  /// Instances that stood in the store and not in the index, and are indexed now.
  public var indexed = 0
  /// Whole objects whose data set was indexed already.
  public var duplicates = 0
  /// Whole objects that could not be indexed, with the reason.
  public var unusable: [String] = []

  public init() {}
}
