// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMServices
import NIOCore
import NIOWebSocket
import Radiology

/// One event channel: sends the events of an AE title as text messages (PS3.18 §11.14), until either side closes it.
struct EventChannelSession: Sendable {
  let title: String
  let desk: UnifiedProcedureStepDesk
  let frames: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>
  /// Whether who opened the channel may still have it.
  let isStillAllowed: @Sendable () async -> Bool

  /// Events that wait for a slow client; where more wait, the channel is closed.
  private static let buffered = 1000
  /// A ping so often finds out that a client has gone.
  private static let heartbeat = Duration.seconds(15)
  /// For which the last frame may be on its way.
  private static let parting = Duration.seconds(1)

  private enum Sent: Sendable {
    case event(UnifiedProcedureStepEvent)
    case frame(WebSocketOpcode, ByteBuffer)
    case end(WebSocketErrorCode)
  }

  func run() async throws {
    let (queue, sender) = AsyncStream.makeStream(of: Sent.self, bufferingPolicy: .bufferingOldest(Self.buffered))
    let opened = desk.openChannel(title) { event in
      if case .dropped = sender.yield(.event(event)) { sender.finish() }
    }
    guard let opened else { return }
    defer { desk.closeChannel(opened) }
    try await frames.executeThenClose { inbound, outbound in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await Self.receive(inbound, sender) }
        group.addTask { try await Self.send(queue, outbound) }
        group.addTask {
          while !Task.isCancelled {
            try await Task.sleep(for: Self.heartbeat)
            sender.yield(.frame(.ping, ByteBuffer()))
          }
        }
        group.addTask {
          while await isStillAllowed() { try await Task.sleep(for: EventRoutes.recheck) }
          sender.yield(.end(.policyViolation))
          try await Task.sleep(for: Self.parting)
        }
        // Whatever ends first ends the channel.
        try await group.next()
        group.cancelAll()
      }
    }
  }

  private static func receive(
    _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>, _ sender: AsyncStream<Sent>.Continuation
  ) async throws {
    for try await frame in inbound {
      switch frame.opcode {
      case .ping: sender.yield(.frame(.pong, frame.unmaskedData))
      case .connectionClose:
        sender.yield(.end(.normalClosure))
        try await Task.sleep(for: parting)
        return
      default: break
      }
    }
  }

  private static func send(
    _ queue: AsyncStream<Sent>, _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
  ) async throws {
    var messageID: UInt16 = 0
    for await sent in queue {
      switch sent {
      case .event(let event):
        messageID = messageID == .max ? 1 : messageID + 1
        try await outbound.write(
          WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(bytes: message(event, messageID))))
      case .frame(let opcode, let data): try await outbound.write(WebSocketFrame(fin: true, opcode: opcode, data: data))
      case .end(let code):
        // RFC 6455 §7.4.1.
        var data = ByteBuffer()
        data.write(webSocketErrorCode: code)
        try await outbound.write(WebSocketFrame(fin: true, opcode: .connectionClose, data: data))
        return
      }
    }
  }

  /// The event as a data set in the JSON model, the fields of the command with it.
  static func message(_ event: UnifiedProcedureStepEvent, _ messageID: UInt16) -> [UInt8] {
    var message = event.information
    try? message.convertText(to: .utf8)
    message.remove(.specificCharacterSet)
    message.set(Tag(0x0000, 0x0002), UID.unifiedProcedureStepEvent)
    message.set(Tag(0x0000, 0x0110), .US, integers: [Int(messageID)])
    message.set(Tag(0x0000, 0x1000), event.sopInstance)
    message.set(Tag(0x0000, 0x1002), .US, integers: [Int(event.type.rawValue)])
    return DICOMJSON.encode(message)
  }
}
