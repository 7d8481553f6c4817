// SPDX-License-Identifier: Apache-2.0

/// How far those who follow the outbox have come, so that what all have taken can go.
public protocol EventConsumers: Sendable {
  /// The last event that a consumer has taken; nil for one that is not known.
  func position(of consumer: String) throws -> Int64?

  /// A consumer, known or new, has taken all events up to this one. Positions never go back.
  func advance(_ consumer: String, to sequence: Int64) throws

  /// Events need not wait for a consumer any more.
  func forget(consumer: String) throws

  /// Removes the oldest events, as far as all consumers have taken them and they are of before a time.
  /// - Parameters:
  ///   - before: microseconds since 1970-01-01 UTC; leaves what those may want who follow without a position.
  ///   - limit: how many at most.
  /// - Returns: how many were removed.
  func trimEvents(before: Int64, limit: Int) throws -> Int
}
