// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing

@testable import DICOMGateway

@Suite struct AcceptingThreadsTests {
  /// Two are served, the third is told no, and a place that is free again is used.
  @Test func connectionsOverTheLimitAreRefusedAndThreadsAreUsedAgain() throws {
    let listener = try ListeningSocket(host: "127.0.0.1", port: 0)
    let names = Mutex<Set<UInt>>([])
    let threads = AcceptingThreads(listener: listener, limit: 2) { socket in
      names.withLock { _ = $0.insert(UInt(pthread_self())) }
      try? socket.write([1])
      var byte: UInt8 = 0
      _ = withUnsafeMutableBytes(of: &byte) { try? socket.read($0) }
    } refuse: { socket in
      try? socket.write([0])
    }
    threads.start()

    var open = try [connect(listener), connect(listener)]
    #expect(try open.map(greeting) == [1, 1])
    let third = try connect(listener)
    #expect(try greeting(third) == 0)
    open.removeFirst().shutdown()
    for _ in 0..<50 {
      #expect(try isServedSoon(by: listener))
    }
    #expect(names.withLock { $0.count } <= 2 + AcceptingThreads.doorkeepers)

    open.removeAll()
    threads.stop(within: 5)
    #expect(throws: TransportError.self) { try greeting(connect(listener)) }
  }

  /// Whether a connection is served once the one before it has ended, which takes a moment.
  private func isServedSoon(by listener: ListeningSocket) throws -> Bool {
    for _ in 0..<1000 {
      let next = try connect(listener)
      let isServed = try greeting(next) == 1
      next.shutdown()
      if isServed { return true }
      usleep(2000)
    }
    return false
  }

  private func connect(_ listener: ListeningSocket) throws -> BlockingSocket {
    try BlockingSocket.connect(host: "127.0.0.1", port: listener.port, timeout: 5)
  }

  private func greeting(_ socket: BlockingSocket) throws -> UInt8 {
    socket.setTimeouts(receive: 5, send: 5)
    var byte: UInt8 = 255
    let count = try withUnsafeMutableBytes(of: &byte) { try socket.read($0) }
    guard count == 1 else { throw TransportError(.closed, "receive") }
    return byte
  }
}
