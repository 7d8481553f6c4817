// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMNetwork
import NIOCore
import Synchronization

/// DIMSE messages over an established association, for one reading task.
final class MessageChannel: Sendable {
  /// What the peer begins.
  enum Incoming: Sendable {
    case message(DIMSEMessage)
    case releaseRequested
  }

  let role: AssociationMachine.Role
  let negotiated: NegotiatedAssociation
  private let channel: any Channel
  private let mailbox: AssociationMailbox
  private let writer: PDVWriter
  private let assembler: Mutex<MessageAssembler>
  private let lastEvent: Mutex<AssociationEvent?>

  init(
    role: AssociationMachine.Role, negotiated: NegotiatedAssociation, channel: any Channel, mailbox: AssociationMailbox
  ) {
    self.role = role
    self.negotiated = negotiated
    self.channel = channel
    self.mailbox = mailbox
    writer = PDVWriter(peerMaximumLength: negotiated.peerMaximumLength(role))
    lastEvent = Mutex(nil)
    assembler = Mutex(MessageAssembler(contexts: negotiated.contextIDs))
  }

  // MARK: Receiving

  /// The next command, or the peer's wish to release.
  func next(timeout: Duration?) async throws -> Incoming {
    while true {
      switch try await nextEvent(timeout: timeout) {
      case .releaseRequested: return .releaseRequested
      case .value(let value):
        switch try await assemble(value) {
        case .incomplete: continue
        case .command(let message): return .message(message)
        case .dataSet:
          try await abort()
          throw AssociationError(.protocolViolation, "data set fragment where a command must come")
        }
      case let event: throw Self.error(event)
      }
    }
  }

  /// The next fragment of the data set of the last command.
  func nextFragment(timeout: Duration?) async throws -> (bytes: ByteSlice, isLast: Bool) {
    switch try await nextEvent(timeout: timeout) {
    case .value(let value):
      if case .dataSet(let bytes, let isLast) = try await assemble(value) { return (bytes, isLast) }
      try await abort()
      throw AssociationError(.protocolViolation, "command fragment where a data set must come")
    case let event: throw Self.error(event)
    }
  }

  /// The whole data set of the last command.
  func collectDataSet(limit: Int, timeout: Duration?) async throws -> ByteSlice {
    var (bytes, isLast) = try await nextFragment(timeout: timeout)
    if isLast { return bytes }
    var collected = bytes.array
    while !isLast {
      (bytes, isLast) = try await nextFragment(timeout: timeout)
      guard collected.count + bytes.count <= limit else {
        try await abort()
        throw AssociationError(.protocolViolation, "identifier longer than \(limit) bytes")
      }
      bytes.withUnsafeBytes { collected.append(contentsOf: $0) }
    }
    return ByteSlice(collected)
  }

  /// The next event. The last one comes again to everybody who asks on, so that each learns why the association ended.
  func nextEvent(timeout: Duration?) async throws -> AssociationEvent {
    let amount = timeout.map { TimeAmount($0) }
    guard let event = try await mailbox.next(timeout: amount, on: channel.eventLoop) else {
      return lastEvent.withLock { $0 } ?? .closed
    }
    if event.isLast { lastEvent.withLock { $0 = event } }
    return event
  }

  private func assemble(_ value: PresentationDataValue) async throws -> MessageAssembler.Event {
    let result = assembler.withLock { assembler in
      Result { () throws(MessageError) in try assembler.receive(value) }
    }
    do {
      return try result.get()
    } catch {
      try? await abort()
      throw AssociationError(.protocolViolation, error.description)
    }
  }

  static func error(_ event: AssociationEvent) -> AssociationError {
    switch event {
    case .rejected(let rejection): AssociationError(.rejected(rejection), rejection.description)
    case .aborted(let abort): AssociationError(.aborted(abort), "association \(abort.description)")
    case .providerAborted(let reason, let text):
      AssociationError(.protocolViolation, "aborted the association: \(text.isEmpty ? "\(reason)" : text)")
    case .releaseRequested: AssociationError(.releasedByPeer, "the peer releases the association")
    case .released: AssociationError(.notEstablished, "the association has been released")
    case .closed: AssociationError(.connectionClosed, "connection closed by the peer")
    case .requested, .accepted, .value: AssociationError(.protocolViolation, "unexpected event on the association")
    }
  }

  // MARK: Sending

  /// Sends a message whose data set is at hand.
  func send(_ command: CommandSet, dataSet: ByteSlice? = nil, contextID: UInt8) async throws {
    try await request(.data(ByteBuffer(bytes: writer.message(command, dataSet: dataSet, contextID: contextID))))
  }

  /// Sends a message and fetches its data set on the way.
  func send(_ command: CommandSet, from source: any DataSetSource, contextID: UInt8) async throws {
    var bytes: [UInt8] = []
    writer.append(command, contextID: contextID, to: &bytes)
    var buffer = ByteBuffer(bytes: bytes)
    for chunk in writer.chunks(of: source.byteCount, contextID: contextID) {
      buffer.writeBytes(chunk.headerBytes)
      try await source.read(chunk.range).withUnsafeBytes { _ = buffer.writeBytes($0) }
      if chunk.header.isLast || buffer.readableBytes >= Self.writeSize {
        try await request(.data(buffer))
        buffer = ByteBuffer()
        buffer.reserveCapacity(Self.writeSize + writer.maximumFragment)
      }
    }
  }

  /// PDUs are gathered up to this for one write.
  private static let writeSize = 131_072

  func request(_ request: AssociationRequest) async throws {
    do {
      try await withTaskCancellationHandler {
        try await channel.writeAndFlush(request).get()
      } onCancel: {
        _ = closeSoon()
      }
    } catch let error as AssociationError {
      // Data cannot go out because the association has ended; why, says what came last.
      if case .data = request { throw await lastWord() }
      throw error
    } catch {
      throw await lastWord()
    }
  }

  /// Why the connection is gone: what the peer said last, if it said something.
  private func lastWord() async -> AssociationError {
    while let event = try? await nextEvent(timeout: .seconds(1)) {
      if event.isLast { return Self.error(event) }
    }
    return AssociationError(.connectionClosed, "connection closed by the peer")
  }

  /// A-ABORT; no error when the association is gone already. The connection is then the peer's to close, and the ARTIM
  /// timer's: closed by us at once, it could take the A-ABORT with it.
  func abort() async throws {
    let closing = closeSoon()
    defer { closing.cancel() }
    do {
      try await request(.abort)
    } catch let error as AssociationError where error.code == .notEstablished {
      return
    }
  }

  /// For peers that take nothing any more: the connection goes when the writing has not ended by then.
  private func closeSoon() -> Scheduled<Void> {
    channel.eventLoop.scheduleTask(in: .seconds(2)) { [channel] in channel.close(promise: nil) }
  }
}

extension TimeAmount {
  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self = .seconds(seconds) + .nanoseconds(attoseconds / 1_000_000_000)
  }
}
