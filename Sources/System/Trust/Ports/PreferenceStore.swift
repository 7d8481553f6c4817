// SPDX-License-Identifier: Apache-2.0

/// Where users keep how they like to work: one JSON document for each topic. Functions block and are safe to call from
/// any thread.
public protocol PreferenceStore: Sendable {
  /// - Parameter name: compared without regard to case.
  func preference(_ topic: String, ofAccount name: String) throws -> String?
  /// Replaces what was there.
  func save(_ document: String, topic: String, ofAccount name: String) throws
  /// - Returns: whether there was one.
  func removePreference(_ topic: String, ofAccount name: String) throws -> Bool
}
