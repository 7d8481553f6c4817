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

  /// Takes ownership of a connected descriptor. Sends leave at once: TCP_NODELAY is set.
  init(adopting descriptor: Int32) {
    self.descriptor = descriptor
    var one: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    #if canImport(Darwin)
      setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &one, socklen_t(MemoryLayout<Int32>.size))
    #endif
    let address = SocketAddress.peer(of: descriptor)
    peer = address?.host ?? "?"
    isLoopback = address?.isLoopback ?? false
  }

  deinit { close(descriptor) }

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
    var sent = 0
    let total = head.count + body.count
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
  func finishWriting() { _ = Foundation.shutdown(descriptor, Int32(SHUT_WR)) }

  /// Whether bytes can be read, or the end has come, within so many milliseconds.
  func isReadable(within milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, milliseconds) > 0
  }

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
