// SPDX-License-Identifier: Apache-2.0

/// Messages in a batch or file envelope (HL7 v2.5.1 §2.10.3): FHS, BHS, messages, BTS, FTS, each part optional. A bare
/// message is a batch of one.
public struct Batch: Sendable, Hashable {
  /// Header and trailer segments and messages in the order in which they stand.
  public var parts: [Part]
  private let preamble: [UInt8]

  /// A segment of the envelope, or a message.
  public enum Part: Sendable, Hashable {
    /// FHS, BHS, BTS or FTS.
    case envelope(Segment)
    case message(Message)
    /// A message that could not be parsed, as it stands.
    case unreadable([UInt8], HL7Error)
  }

  /// What a batch may hold.
  public static let maximumMessages = 10_000

  /// Whether the bytes begin with an envelope.
  public static func isEnvelope(_ bytes: [UInt8]) -> Bool {
    let start = bytes.dropFirst(MessageHeader.preamble(of: bytes).count)
    return start.starts(with: Array("FHS".utf8)) || start.starts(with: Array("BHS".utf8))
  }

  public init(parsing bytes: [UInt8], limits: ParsingLimits = .standard) throws(HL7Error) {
    guard bytes.count <= limits.bytes else {
      throw HL7Error(.internalError, "the batch is longer than \(limits.bytes) bytes")
    }
    let mark = MessageHeader.preamble(of: bytes)
    let coding = Coding(delimiters: try Delimiters(header: bytes[mark.count...]))
    var parts: [Part] = []
    var pending: [UInt8] = []
    var start = mark.count
    func flush() throws(HL7Error) {
      guard !pending.isEmpty else { return }
      guard parts.count < Self.maximumMessages else {
        throw HL7Error(.internalError, "the batch has more than \(Self.maximumMessages) messages")
      }
      do { parts.append(.message(try Message(parsing: pending, limits: limits))) } catch {
        parts.append(.unreadable(pending, error))
      }
      pending = []
    }
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 0x0D, bytes[end] != 0x0A { end += 1 }
      var next = end
      while next < bytes.count, bytes[next] == 0x0D || bytes[next] == 0x0A { next += 1 }
      switch String(decoding: bytes[start..<min(start + 3, end)], as: UTF8.self) {
      case "FHS", "BHS", "BTS", "FTS":
        try flush()
        parts.append(
          .envelope(Segment(line: bytes[start..<end], terminator: Array(bytes[end..<next]), coding: coding)))
      case "MSH":
        try flush()
        pending = Array(bytes[start..<next])
      default:
        pending += bytes[start..<next]
      }
      start = next
    }
    try flush()
    self.parts = parts
    preamble = mark
  }

  public var messages: [Message] {
    parts.compactMap { if case .message(let message) = $0 { message } else { nil } }
  }

  /// As it stands on the wire.
  public func encode() -> [UInt8] {
    preamble
      + parts.flatMap { part in
        switch part {
        case .envelope(let segment): segment.encode()
        case .message(let message): message.encode()
        case .unreadable(let bytes, _): bytes
        }
      }
  }
}
