// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A bound TCP port.
final class ListeningSocket: Sendable {
  private let descriptor: Int32
  let port: Int

  /// Connections that wait to be accepted.
  static let backlog: Int32 = 512

  /// - Parameter port: 0 takes a free one.
  init(host: String, port: Int) throws(TransportError) {
    var failure = TransportError(.unknownHost, "listen on \(host):\(port)")
    let bound = SocketAddress.resolve(host: host, port: port, isPassive: true) { entry -> Int32? in
      let information = entry.pointee
      let descriptor = Foundation.socket(information.ai_family, information.ai_socktype, information.ai_protocol)
      guard descriptor >= 0 else { return nil }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      var one: Int32 = 1
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
      if bind(descriptor, information.ai_addr, information.ai_addrlen) == 0,
        listen(descriptor, Self.backlog) == 0
      {
        return descriptor
      }
      failure = .current("listen on \(host):\(port)")
      close(descriptor)
      return nil
    }
    guard let bound else { throw failure }
    descriptor = bound
    self.port = SocketAddress.local(of: bound)?.port ?? port
  }

  deinit { close(descriptor) }

  /// Waits for a connection; nil once the listener is shut down.
  func accept() -> BlockingSocket? {
    while true {
      var connection: Int32 = -1
      let peer = SocketAddress.read { address, length in
        connection = Foundation.accept(descriptor, address, length)
        return connection >= 0
      }
      if connection >= 0 {
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        return BlockingSocket(adopting: connection, peer: peer)
      }
      switch errno {
      case EINTR, ECONNABORTED: continue
      case EMFILE, ENFILE, ENOMEM, ENOBUFS: usleep(50_000)  // until somebody closes
      default: return nil
      }
    }
  }

  /// Ends accepting; the threads in `accept` return.
  func shutdown() { _ = Foundation.shutdown(descriptor, Int32(SHUT_RDWR)) }
}
