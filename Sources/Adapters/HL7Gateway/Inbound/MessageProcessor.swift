// SPDX-License-Identifier: Apache-2.0

import HL7
import Logging
import Messaging

/// Takes messages: keeps each durably, acts on it by the handlers, notes what became of it, and answers. Functions
/// block.
public struct MessageProcessor: Sendable {
  private let log: any InboundMessageLog
  private let directory: any MessagingDirectory
  private let handlers: MessageHandlers
  private let logger: Logger
  /// Microseconds since 1970-01-01 UTC.
  private let now: @Sendable () -> Int64
  private let numbers = ControlNumbers()

  public init(
    log: any InboundMessageLog, directory: any MessagingDirectory, handlers: MessageHandlers, logger: Logger,
    now: @escaping @Sendable () -> Int64
  ) {
    self.log = log
    self.directory = directory
    self.handlers = handlers
    self.logger = logger
    self.now = now
  }

  /// Versions whose messages are understood (table 0104).
  static let versions: Set<String> = [
    "2.1", "2.2", "2.3", "2.3.1", "2.3.2", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2",
  ]

  /// The answers to what came in one frame: a message, or a batch of them.
  public func answers(to bytes: [UInt8], from peer: String) -> [[UInt8]] {
    guard Batch.isEnvelope(bytes), let batch = try? Batch(parsing: bytes) else { return take(bytes, from: peer) }
    return [batchAnswer(to: batch, from: peer)]
  }

  /// Acts on a kept message once more.
  /// - Returns: the message with what became of it; nil where there is none.
  public func reprocess(_ id: Int64) throws -> InboundMessage? {
    guard let message = try log.message(id) else { return nil }
    guard message.state != .processed else { return message }
    let header = (try? MessageHeader(message: message.bytes)) ?? MessageHeader()
    _ = act(on: message.bytes, header, id, try profile(of: message.sender))
    return try log.message(id)
  }

  // MARK: One message

  private func take(_ bytes: [UInt8], from peer: String) -> [[UInt8]] {
    let header: MessageHeader
    do { header = try MessageHeader(message: bytes) } catch {
      return takeUnreadable(bytes, from: peer, error)
    }
    let sender = MessageSender(application: header.sendingApplication, facility: header.sendingFacility)
    let id: Int64
    let profile: SenderProfile?
    do {
      profile = try self.profile(of: sender)
      let message = InboundMessage(
        receivedAt: now(), peer: peer, sender: Self.readable(sender), controlID: Self.readable(header.controlID),
        name: Self.readable(header.name), bytes: bytes)
      switch try log.receive(message, comparesBytes: profile?.reusesControlIDs == true) {
      case .repeated(let answer):
        logger.notice("HL7 message \(header.controlID) of \(sender.application) came again")
        return Self.parted(answer)
      case .process(let kept): id = kept
      }
    } catch {
      logger.error("HL7 message from \(peer) could not be kept: \(error)")
      let fault = HL7Error(.internalError, "the message could not be kept")
      return encode(.commitError, header, text: fault.reason, errors: [fault])
    }
    return act(on: bytes, header, id, profile)
  }

  /// What is no message is kept and rejected.
  private func takeUnreadable(_ bytes: [UInt8], from peer: String, _ failure: MessageHeader.Failure) -> [[UInt8]] {
    let message = InboundMessage(
      receivedAt: now(), peer: peer, sender: MessageSender(application: "", facility: ""), controlID: "", name: "",
      bytes: bytes)
    let error = HL7Error(.segmentSequence, failure.reason, at: Location(segment: "MSH"))
    var outcome = AcknowledgementRules.Outcome.commitReject
    do {
      guard case .process(let id) = try log.receive(message, comparesBytes: true) else { return [] }
      try log.finish(id, as: .rejected, failure: error.reason, answer: [])
    } catch {
      logger.error("HL7 message from \(peer) could not be kept: \(error)")
      outcome = .commitError
    }
    return encode(outcome, MessageHeader(), text: error.reason, errors: [error])
  }

  /// Acts, notes and answers.
  private func act(
    on bytes: [UInt8], _ header: MessageHeader, _ id: Int64, _ profile: SenderProfile?
  ) -> [[UInt8]] {
    var state = InboundState.processed
    var failure = ""
    var answers: [[UInt8]]
    do {
      let message = try MessageMapping.parse(bytes, profile)
      try Self.check(message)
      let handler = try handlers.handler(of: message)
      let origin = MessageHandlers.Origin(
        sender: MessageSender(application: message.header[3].value, facility: message.header[4].value),
        controlID: message.controlID, answersOrders: profile?.answersOrders == true)
      switch try handler(message, origin) {
      case .accepted(let text): answers = encode(.accepted, header, text: text, errors: [])
      case .response(let type, let segments): answers = encode(header, type, segments)
      }
    } catch {
      let fault = error as? HL7Error ?? HL7Error(.internalError, "\(error)")
      if !(error is HL7Error) { logger.error("HL7 message \(header.controlID): \(error)") }
      state = fault.code.rejects && fault.code != .internalError ? .rejected : .failed
      // NUL is nothing that databases take in text.
      failure = "\(fault)".filter { $0 != "\0" }
      answers = encode(
        state == .rejected || fault.code.rejects ? .applicationReject : .applicationError, header, text: fault.reason,
        errors: [fault])
    }
    do {
      try log.finish(id, as: state, failure: failure, answer: answers.flatMap { $0 })
    } catch {
      // What was done stays; the message is processed again when the sender repeats it.
      logger.error("what became of HL7 message \(header.controlID) could not be noted: \(error)")
      let fault = HL7Error(.internalError, "the outcome could not be kept")
      answers = encode(.commitError, header, text: fault.reason, errors: [fault])
    }
    return answers
  }

  /// What every message must say (HL7 v2.5.1 §2.9.2.2).
  private static func check(_ message: Message) throws(HL7Error) {
    guard !message.controlID.isEmpty else {
      throw HL7Error(.requiredFieldMissing, "MSH-10 is empty", at: Location(segment: "MSH", field: 10))
    }
    guard !message.type.isEmpty else {
      throw HL7Error(.requiredFieldMissing, "MSH-9 is empty", at: Location(segment: "MSH", field: 9))
    }
    guard message.version.isEmpty || versions.contains(message.version) else {
      throw HL7Error(
        .unsupportedVersion, "version \(message.version) is not known", at: Location(segment: "MSH", field: 12))
    }
    let mode = message.header[11].value
    guard ["", "P", "T", "D"].contains(mode) else {
      throw HL7Error(
        .unsupportedProcessingID, "processing ID \(mode) is none of P, T and D",
        at: Location(segment: "MSH", field: 11))
    }
  }

  // MARK: Answers

  private func encode(
    _ outcome: AcknowledgementRules.Outcome, _ header: MessageHeader, text: String, errors: [HL7Error]
  ) -> [[UInt8]] {
    AcknowledgementRules(header).answers(to: outcome).map { code in
      // The accept level tells that the message is kept, and nothing of its content.
      let isCommit = code == .commitAccept
      return Acknowledgement(code, text: isCommit ? "" : text, errors: isCommit ? [] : errors).encode(
        answering: header, controlID: nextNumber(), timestamp: Timestamp(now()).field)
    }
  }

  /// The response stands where the acknowledgement of the application would stand.
  private func encode(
    _ header: MessageHeader, _ type: [String], _ segments: [(name: String, fields: [Int: FieldContent])]
  ) -> [[UInt8]] {
    AcknowledgementRules(header).answers(to: .accepted).map { code in
      guard code == .commitAccept else { return response(header, type, segments) }
      return Acknowledgement(code, text: "").encode(
        answering: header, controlID: nextNumber(), timestamp: Timestamp(now()).field)
    }
  }

  private func response(
    _ header: MessageHeader, _ type: [String], _ segments: [(name: String, fields: [Int: FieldContent])]
  ) -> [UInt8] {
    var envelope = MessageBuilder.Envelope()
    envelope.sendingApplication = header.receivingApplication
    envelope.sendingFacility = header.receivingFacility
    envelope.receivingApplication = header.sendingApplication
    envelope.receivingFacility = header.sendingFacility
    envelope.version = header.version
    envelope.processingID = header.processingID
    envelope.characterSet = CharacterSet(named: header.characterSet) ?? .utf8
    var builder = MessageBuilder(
      type, controlID: nextNumber(), timestamp: Timestamp(now()).field, envelope: envelope)
    builder.add("MSA", [1: "AA", 2: FieldContent(header.controlID)])
    for segment in segments { builder.add(segment.name, segment.fields) }
    return builder.message.encode()
  }

  /// A batch of acknowledgements (HL7 v2.5.1 §2.10.3.3).
  private func batchAnswer(to batch: Batch, from peer: String) -> [UInt8] {
    var body: [UInt8] = []
    var count = 0
    for part in batch.parts {
      let bytes: [UInt8]
      switch part {
      case .envelope: continue
      case .message(let message): bytes = message.encode()
      case .unreadable(let unreadable, _): bytes = unreadable
      }
      for answer in take(bytes, from: peer) {
        body += answer
        count += 1
      }
    }
    let time = Timestamp(now()).field
    return Array("BHS|^~\\&|||||\(time)\r".utf8) + body + Array("BTS|\(count)\r".utf8)
  }

  private func nextNumber() -> String { "M\(Timestamp(now()).field.prefix(14))\(numbers.next())" }

  private func profile(of sender: MessageSender) throws -> SenderProfile? {
    SenderProfile.best(for: Self.readable(sender), among: try directory.profiles())
  }

  /// Answers that were kept one behind another.
  static func parted(_ bytes: [UInt8]) -> [[UInt8]] {
    let start = Array("MSH".utf8)
    var answers: [[UInt8]] = []
    for index in bytes.indices {
      if (index == 0 || bytes[index - 1] == 0x0D) && bytes[index...].starts(with: start) { answers.append([]) }
      if !answers.isEmpty { answers[answers.count - 1].append(bytes[index]) }
    }
    return answers
  }

  private static func readable(_ sender: MessageSender) -> MessageSender {
    MessageSender(application: readable(sender.application), facility: readable(sender.facility))
  }

  /// Header fields stand byte for byte in scalars; here they are shown. NUL is nothing that databases take.
  private static func readable(_ text: String) -> String {
    let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }.filter { $0 >= 0x20 }
    return String(decoding: bytes, as: UTF8.self)
  }
}
