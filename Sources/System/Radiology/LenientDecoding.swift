// SPDX-License-Identifier: Apache-2.0

/// Anything may be left out when a record is read: what is not said keeps its default. So records outlive new fields,
/// and a request says only what it means.
extension KeyedDecodingContainer {
  /// Reads a field where it is there and not null.
  func read<Value: Decodable>(_ key: Key, _ value: inout Value) throws {
    if let given = try decodeIfPresent(Value.self, forKey: key) { value = given }
  }

  /// Reads a field that may be nil.
  func read<Value: Decodable>(_ key: Key, _ value: inout Value?) throws {
    if contains(key) { value = try decodeIfPresent(Value.self, forKey: key) }
  }
}
