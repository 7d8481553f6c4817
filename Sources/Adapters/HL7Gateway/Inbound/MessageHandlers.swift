// SPDX-License-Identifier: Apache-2.0

import HL7
import Messaging

/// What the system does with which message.
public struct MessageHandlers: Sendable {
  /// Acts on a message, all or nothing. Blocks. Doing it twice does no harm, because a server may stop between the
  /// effect and the note of it.
  /// - Throws: `HL7Error` where the content is refused.
  public typealias Handler = @Sendable (Message, Origin) throws -> Reply

  /// Where a message comes from.
  public struct Origin: Sendable {
    public var sender: MessageSender
    public var controlID: String
    /// The sender wants an answer of the application to orders.
    public var answersOrders: Bool

    public init(sender: MessageSender, controlID: String, answersOrders: Bool = false) {
      self.sender = sender
      self.controlID = controlID
      self.answersOrders = answersOrders
    }
  }

  /// What the sender hears.
  public enum Reply: Sendable {
    /// An acknowledgement with this text, which may be empty.
    case accepted(String)
    /// Segments behind MSH and MSA, and MSH-9: the answer of a query.
    case response(type: [String], segments: [(name: String, fields: [Int: FieldContent])])
  }

  /// By MSH-9.1 and MSH-9.2, such as `ADT^A01`.
  public private(set) var table: [String: Handler] = [:]

  public init() {}

  /// Adds a handler for messages of these names.
  public mutating func on(_ names: [String], _ handler: @escaping Handler) {
    for name in names { table[name] = handler }
  }

  /// - Throws: 200 where no message of the type is taken, 201 where the event is not.
  func handler(of message: Message) throws(HL7Error) -> Handler {
    if let handler = table[message.name] { return handler }
    let prefix = message.type + "^"
    guard table.keys.contains(where: { $0.hasPrefix(prefix) }) else {
      throw HL7Error(
        .unsupportedMessageType, "no part of this system acts on messages of type \(message.name)",
        at: Location(segment: "MSH", field: 9, component: 1))
    }
    throw HL7Error(
      .unsupportedEventCode, "no part of this system acts on event \(message.trigger) of \(message.type)",
      at: Location(segment: "MSH", field: 9, component: 2))
  }
}
