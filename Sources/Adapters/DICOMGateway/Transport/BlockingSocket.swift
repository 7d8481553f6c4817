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

  /// Sends pieces one after the other, together in as few packets as they fit in.
  func write(_ parts: [UnsafeRawBufferPointer]) throws(TransportError) {
    let total = parts.reduce(0) { $0 + $1.count }
    if let session {
      try write(parts, by: session)
      limit?.spend(total)
      return
    }
    var vector = parts.map { iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count) }
    var first = 0
    while first < vector.count {
      var count = sendTogether(&vector, from: first)
      if count < 0 {
        if errno == EINTR { continue }
        throw .current("send")
      }
      while first < vector.count, count >= vector[first].iov_len {
        count -= vector[first].iov_len
        first += 1
      }
      if count > 0 {
        vector[first].iov_base = vector[first].iov_base?.advanced(by: count)
        vector[first].iov_len -= count
      }
    }
    limit?.spend(total)
  }

  /// Sends bytes.
  func write(_ bytes: [UInt8]) throws(TransportError) {
    let failure = bytes.withUnsafeBytes { buffer -> TransportError? in
      do throws(TransportError) {
        try write([buffer])
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

  /// Small pieces go out in one record, for peers that would answer the first alone; what fills a record is not copied.
  private func write(_ parts: [UnsafeRawBufferPointer], by session: TLSSession) throws(TransportError) {
    let record = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.recordSize, alignment: 1)
    defer { record.deallocate() }
    var filled = 0
    for part in parts {
      var rest = part
      while !rest.isEmpty {
        if filled == 0, rest.count >= record.count {
          let whole = rest.count / record.count * record.count
          try session.write(UnsafeRawBufferPointer(rebasing: rest[..<whole]))
          rest = UnsafeRawBufferPointer(rebasing: rest[whole...])
          continue
        }
        let taken = min(rest.count, record.count - filled)
        UnsafeMutableRawBufferPointer(rebasing: record[filled...])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<taken]))
        filled += taken
        rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
        if filled == record.count {
          try session.write(UnsafeRawBufferPointer(record))
          filled = 0
        }
      }
    }
    try session.write(UnsafeRawBufferPointer(rebasing: record[..<filled]))
  }

  /// The most that a record of TLS holds (RFC 8446 §5.1).
  private static let recordSize = 16384
  /// The most pieces of one call; systems take 1024.
  private static let maximumPieces = 512

  private func sendTogether(_ vector: inout [iovec], from first: Int) -> Int {
    let number = min(vector.count - first, Self.maximumPieces)
    return vector.withUnsafeMutableBufferPointer { all in
      var message = msghdr()
      message.msg_iov = all.baseAddress?.advanced(by: first)
      #if canImport(Darwin)
        message.msg_iovlen = Int32(number)
        return sendmsg(descriptor, &message, 0)
      #else
        message.msg_iovlen = number
        return sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL))
      #endif
    }
  }
}
