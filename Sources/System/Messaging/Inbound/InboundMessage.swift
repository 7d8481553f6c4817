// SPDX-License-Identifier: Apache-2.0

/// An HL7 message that somebody sent, with what became of it.
public struct InboundMessage: Sendable, Hashable, Identifiable {
  public var id: Int64
  /// Microseconds since 1970-01-01 UTC.
  public var receivedAt: Int64
  /// Network address.
  public var peer: String
  public var sender: MessageSender
  /// MSH-10.
  public var controlID: String
  /// MSH-9.1 and MSH-9.2, such as `ADT^A01`.
  public var name: String
  /// As received, or as a person edited it.
  public var bytes: [UInt8]
  public var state: InboundState
  /// How often it was processed.
  public var attempts: Int
  /// How often the same message came again after it had been answered.
  public var repeats: Int
  /// What is wrong, for a person; empty where nothing is.
  public var failure: String
  /// What was answered.
  public var answer: [UInt8]
  /// A person changed the bytes.
  public var isEdited: Bool

  public init(
    id: Int64 = 0, receivedAt: Int64, peer: String, sender: MessageSender, controlID: String, name: String,
    bytes: [UInt8]
  ) {
    self.id = id
    self.receivedAt = receivedAt
    self.peer = peer
    self.sender = sender
    self.controlID = controlID
    self.name = name
    self.bytes = bytes
    state = .received
    attempts = 0
    repeats = 0
    failure = ""
    answer = []
    isEdited = false
  }
}

/// Sending application and facility, MSH-3 and MSH-4.
public struct MessageSender: Sendable, Hashable {
  public var application: String
  public var facility: String

  public init(application: String, facility: String) {
    self.application = application
    self.facility = facility
  }
}

/// What became of a message.
public enum InboundState: String, Sendable, CaseIterable {
  /// Kept, not yet processed: the server stopped in between, or is at it.
  case received
  /// The application took it.
  case processed
  /// The application refused its content; a person looks at it.
  case failed
  /// It is of a kind that is not taken here, or no message at all.
  case rejected
  /// A person put a bad message aside.
  case dismissed

  /// Whether a person has something to do.
  public var needsAttention: Bool { self == .failed || self == .rejected || self == .received }
}
