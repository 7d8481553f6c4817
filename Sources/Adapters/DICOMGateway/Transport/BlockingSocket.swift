// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A connected TCP socket whose functions block the calling thread. One thread reads and writes; any thread may shut
/// it down.
final class BlockingSocket: Sendable {
  let descriptor: Int32
  /// The peer's address as text.
  let peer: String
  /// Whether the peer is on this machine.
  let isLoopback: Bool
  /// What is set, in seconds: many associations are so short that setting it again would cost. Only the one thread
  /// that reads and writes touches it.
  private nonisolated(unsafe) var timeouts = (receive: 0, send: 0)
  /// How fast it may send. Set before it is used, by the thread that uses it.
  nonisolated(unsafe) var limit: BandwidthLimit?
  /// What it is encrypted by; only the thread that reads and writes touches it.
  private nonisolated(unsafe) var session: TLSSession?

  /// Takes ownership of a connected descriptor. Sends leave at once: TCP_NODELAY is set.
  convenience init(adopting descriptor: Int32) {
    self.init(adopting: descriptor, peer: SocketAddress.peer(of: descriptor))
  }

  /// The same, of a peer whose address is known.
  init(adopting descriptor: Int32, peer address: SocketAddress?) {
    self.descriptor = descriptor
    var one: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    #if canImport(Darwin)
      setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &one, socklen_t(MemoryLayout<Int32>.size))
    #endif
    peer = address?.host ?? "?"
    isLoopback = address?.isLoopback ?? false
  }

  deinit { close(descriptor) }

  /// Negotiates TLS; everything is encrypted from then on. Within the timeouts that are set.
  /// - Parameter host: the name that the peer's certificate must have; nil for any.
  func secure(_ context: TLSContext, host: String? = nil) throws(TransportError) {
    session = try TLSSession(context, descriptor: descriptor, host: host)
  }

  /// Protocol, cipher suite and the peer's certificate; nil where it is not encrypted.
  var security: (description: String, peer: String)? { session.map { ($0.description, $0.peer) } }

  /// How long one read or write waits for the peer; 0 waits for ever. For the thread that reads and writes.
  func setTimeouts(receive: Int, send: Int) {
    if timeouts.receive != receive { setTimeout(SO_RCVTIMEO, receive) }
    if timeouts.send != send { setTimeout(SO_SNDTIMEO, send) }
    timeouts = (receive, send)
  }

  private func setTimeout(_ option: Int32, _ seconds: Int) {
    var time = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
  }

  /// Reads what is there into one buffer and, when that is full, on into the other: at least one byte, unless the peer
  /// is done: then 0.
  func read(
    _ first: UnsafeMutableRawBufferPointer, _ second: UnsafeMutableRawBufferPointer? = nil
  ) throws(TransportError) -> Int {
    if let session { return try session.read(first.isEmpty ? second ?? first : first) }
    var parts = (
      iovec(iov_base: first.baseAddress, iov_len: first.count),
      iovec(iov_base: second?.baseAddress, iov_len: second?.count ?? 0)
    )
    while true {
      let count = withUnsafeMutablePointer(to: &parts) { pair in
        pair.withMemoryRebound(to: iovec.self, capacity: 2) { readv(descriptor, $0, second == nil ? 1 : 2) }
      }
      if count >= 0 { return count }
      if errno != EINTR { throw .current("receive") }
    }
  }

  /// Sends two pieces one after the other, together in as few packets as they fit in.
  func write(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) throws(TransportError) {
    let total = head.count + body.count
    if let session {
      try write(head, body, by: session)
      limit?.spend(total)
      return
    }
    var sent = 0
    while sent < total {
      let firstPart = UnsafeRawBufferPointer(rebasing: head[min(sent, head.count)...])
      let secondPart = UnsafeRawBufferPointer(rebasing: body[max(0, sent - head.count)...])
      let count = sendTogether(firstPart, secondPart)
      if count < 0 {
        if errno == EINTR { continue }
        throw .current("send")
      }
      sent += count
    }
    limit?.spend(total)
  }

  /// Sends bytes.
  func write(_ bytes: [UInt8]) throws(TransportError) {
    let failure = bytes.withUnsafeBytes { buffer -> TransportError? in
      do throws(TransportError) {
        try write(buffer, UnsafeRawBufferPointer(start: nil, count: 0))
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw failure }
  }

  /// Ends reading and writing; a thread that blocks in either returns.
  func shutdown() { _ = Foundation.shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Tells the peer that nothing more comes; what it sends can still be read.
  func finishWriting() {
    session?.finish()
    _ = Foundation.shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Whether bytes can be read, or the end has come, within so many milliseconds.
  func isReadable(within milliseconds: Int32) -> Bool {
    if let session, session.pending > 0 { return true }
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, milliseconds) > 0
  }

  /// Small pieces go out in one record, for peers that would answer the first alone.
  private func write(
    _ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer, by session: TLSSession
  ) throws(TransportError) {
    if body.isEmpty { return try session.write(head) }
    // The first record is filled; the rest follows as it stands.
    let count = min(body.count, Self.recordSize - head.count)
    if count > 0 {
      let failure = withUnsafeTemporaryAllocation(byteCount: head.count + count, alignment: 1) {
        record -> TransportError? in
        record.copyMemory(from: head)
        UnsafeMutableRawBufferPointer(rebasing: record[head.count...])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: body[..<count]))
        do throws(TransportError) {
          try session.write(UnsafeRawBufferPointer(record))
          return nil
        } catch {
          return error
        }
      }
      if let failure { throw failure }
      return try session.write(UnsafeRawBufferPointer(rebasing: body[count...]))
    }
    try session.write(head)
    try session.write(body)
  }

  /// The most that a record of TLS holds (RFC 8446 §5.1).
  private static let recordSize = 16384

  private func sendTogether(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Int {
    var parts = (
      iovec(iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress), iov_len: first.count),
      iovec(iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress), iov_len: second.count)
    )
    return withUnsafeMutablePointer(to: &parts) { pair in
      pair.withMemoryRebound(to: iovec.self, capacity: 2) { vector in
        var message = msghdr()
        message.msg_iov = vector
        message.msg_iovlen = 2
        #if canImport(Darwin)
          return sendmsg(descriptor, &message, 0)
        #else
          return sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL))
        #endif
      }
    }
  }
}
