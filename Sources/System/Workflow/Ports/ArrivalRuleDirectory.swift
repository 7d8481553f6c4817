// SPDX-License-Identifier: Apache-2.0

/// The rules for what arrives, and which series were measured by them. Functions block, and are safe to call from any
/// thread.
public protocol ArrivalRuleDirectory: Sendable {
  /// By name.
  func rules() throws -> [ArrivalRule]
  /// Adds, or replaces the one of the same name.
  func save(_ rule: ArrivalRule) throws
  /// - Returns: whether there was one.
  func removeRule(name: String) throws -> Bool

  /// Those of some series that were not measured yet, in the same order.
  func unchecked(_ series: [String]) throws -> [String]
  /// A series was measured.
  /// - Parameter at: microseconds since 1970-01-01 UTC.
  func setChecked(_ series: String, at: Int64) throws
}
