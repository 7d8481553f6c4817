// SPDX-License-Identifier: Apache-2.0

/// Messages that wait to be sent. What a function changed is on disk when it returns. Functions block.
public protocol OutboundQueue: Sendable {
  /// Queues messages in this order, but not those whose unique key is known at their destination.
  /// - Returns: how many were queued.
  func add(_ messages: [QueuedMessage]) throws -> Int

  /// The message to send next: due, and none that waits before it has the same ordering key.
  func next(for destination: String, at time: Int64) throws -> QueuedMessage?

  /// When the next message of a destination is due; nil where none waits.
  func nextDue(for destination: String) throws -> Int64?

  func delivered(_ id: Int64, at time: Int64, answer: [UInt8]) throws
  func postpone(_ id: Int64, until time: Int64, failure: String) throws
  func refused(_ id: Int64, failure: String, answer: [UInt8]) throws

  /// Sends it again, edited where bytes are given.
  /// - Returns: false where there is no such message.
  func resend(_ id: Int64, bytes: [UInt8]?, at time: Int64) throws -> Bool

  /// Takes it out where it waits or was refused.
  func cancel(_ id: Int64) throws -> Bool

  /// Reports that all their receivers have acknowledged, and that were not settled since: none of their messages waits
  /// or was refused, and at least one was delivered.
  func deliveredReports(limit: Int) throws -> [ReportReference]

  /// What became of a report was noted.
  func settle(_ report: ReportReference) throws

  func message(_ id: Int64) throws -> QueuedMessage?

  /// Newest first, without bytes and answers.
  func messages(matching query: OutboundQuery) throws -> [QueuedMessage]

  func counts() throws -> [OutboundState: Int]

  /// Removes messages that were delivered or cancelled and made before a time.
  func removeDone(before time: Int64) throws -> Int
}
