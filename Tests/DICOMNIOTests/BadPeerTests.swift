// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMNIO
import DICOMNetwork
import DICOMServices
import NIOCore
import NIOPosix
import Testing

/// What a stranger may send to a listener: it aborts that association and goes on serving the others.
@Suite(.timeLimit(.minutes(1)))
struct BadPeerTests {
  /// Sends bytes, the second part when the first has been answered, and returns everything that comes back until the
  /// connection closes.
  static func exchange(_ port: Int, _ bytes: [UInt8], then more: [UInt8] = []) async throws -> [UInt8] {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      if !bytes.isEmpty { try await outbound.write(ByteBuffer(bytes: bytes)) }
      var answer: [UInt8] = []
      for try await buffer in inbound {
        if answer.isEmpty, !more.isEmpty { try await outbound.write(ByteBuffer(bytes: more)) }
        answer += buffer.readableBytesView
      }
      return answer
    }
  }

  static func options() -> ListenerOptions {
    var options = Loopback.options()
    options.artimTimeout = .seconds(2)
    return options
  }

  static func request() throws -> [UInt8] {
    try PDU.associateRQ(
      AssociateRQ(calledAETitle: "MARTLET", callingAETitle: "X", presentationContexts: Loopback.contexts)
    ).encoded()
  }

  func stillServes(_ port: Int) async throws {
    let association = try await Loopback.connect(port)
    #expect(try await association.echo() == .success)
    try await association.release()
  }

  @Test func silenceEndsWithTheARTIMTimer() async throws {
    try await Loopback.with(Self.options()) { port in
      #expect(try await Self.exchange(port, []) == [])
      try await stillServes(port)
    }
  }

  @Test func foreignProtocolIsAborted() async throws {
    try await Loopback.with(Self.options()) { port in
      // AA-1 in Sta2: source service user.
      #expect(try await Self.exchange(port, Array("GET / HTTP/1.1\r\n\r\n".utf8)) == Abort.byUser.encoded())
      try await stillServes(port)
    }
  }

  @Test(
    arguments: [
      ([4, 0, 0, 0, 0, 8, 0, 0, 0, 9, 1, 3, 0, 0], Abort.Reason.invalidPDUParameterValue),
      ([0x47, 0x45, 0x54, 0x20, 0x2F, 0x20], .unrecognizedPDU),
      ([4, 0, 0x7F, 0xFF, 0xFF, 0xFF], .invalidPDUParameterValue),
      ([1, 0, 0, 0, 0, 0], .invalidPDUParameterValue),
      ([2, 0, 0, 0, 0, 4, 0, 0, 0, 0], .invalidPDUParameterValue),
    ] as [([UInt8], Abort.Reason)])
  func brokenPDUsAfterTheAssociation(bytes: [UInt8], reason: Abort.Reason) async throws {
    try await Loopback.with(Self.options()) { port in
      let answer = try await Self.exchange(port, try Self.request(), then: bytes)
      #expect(answer.first == PDU.Kind.associateAC.rawValue)
      #expect(Array(answer.suffix(10)) == Abort.byProvider(reason).encoded())
      try await stillServes(port)
    }
  }

  @Test func dataOnAContextThatWasNotAccepted() async throws {
    let value = PresentationDataValueHeader(contextID: 99, isCommand: true, isLast: true, count: 0)
    try await Loopback.with(Self.options()) { port in
      let answer = try await Self.exchange(port, try Self.request(), then: value.pduBytes)
      #expect(Array(answer.suffix(10)) == Abort.byUser.encoded())
      try await stillServes(port)
    }
  }

  @Test func unknownOperationIsRefusedAndTheAssociationGoesOn() async throws {
    var command = CommandSet(.nDeleteRQ)
    command.messageID = 5
    let writer = PDVWriter(peerMaximumLength: 0)
    let echo = CommandSet.cEchoRQ(messageID: 6)
    let bytes = writer.message(command, contextID: 1) + writer.message(echo, contextID: 1) + PDU.releaseRQBytes
    try await Loopback.with(Self.options()) { port in
      var decoder = PDUDecoder()
      decoder.feed(try await Self.exchange(port, try Self.request(), then: bytes))
      var statuses: [UInt16] = []
      while let pdu = try decoder.next() {
        guard case .data(let values) = pdu else { continue }
        for value in values { statuses.append(try CommandSet(value.bytes.array).status ?? 1) }
      }
      #expect(statuses == [0x0211, 0x0000])
    }
  }

  @Test func manyDroppedConnections() async throws {
    try await Loopback.with() { port in
      for _ in 0..<200 {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
          .connect(host: "127.0.0.1", port: port).get()
        try await channel.writeAndFlush(ByteBuffer(bytes: try Self.request().prefix(40)))
        try? await channel.close()
      }
      try await stillServes(port)
    }
  }
}
