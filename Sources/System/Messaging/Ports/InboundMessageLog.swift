// SPDX-License-Identifier: Apache-2.0

/// Where messages that come in are kept. What a function changed is on disk when it returns. Functions block.
public protocol InboundMessageLog: Sendable {
  /// Keeps a message before anything is made of it.
  /// - Parameter comparesBytes: a message with a known control ID is a repetition only where its bytes are the same.
  func receive(_ message: InboundMessage, comparesBytes: Bool) throws -> Reception

  /// Notes what became of a message.
  func finish(_ id: Int64, as state: InboundState, failure: String, answer: [UInt8]) throws

  /// Replaces the bytes, which are to be processed again.
  /// - Returns: false where there is no such message, or it was processed.
  func edit(_ id: Int64, bytes: [UInt8]) throws -> Bool

  func message(_ id: Int64) throws -> InboundMessage?

  /// Newest first, without bytes and answers.
  func messages(matching query: InboundQuery) throws -> [InboundMessage]

  /// How many there are in each state.
  func counts() throws -> [InboundState: Int]

  /// Removes messages that need no attention and came before a time.
  /// - Returns: how many.
  func removeDone(before time: Int64) throws -> Int
}

/// What `receive` found.
public enum Reception: Sendable, Hashable {
  /// It is kept under this id and is to be processed: it is new, or the earlier attempt came to no good end.
  case process(Int64)
  /// It was taken before; this was answered.
  case repeated(answer: [UInt8])
}
