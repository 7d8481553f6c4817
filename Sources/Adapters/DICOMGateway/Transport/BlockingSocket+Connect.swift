// SPDX-License-Identifier: Apache-2.0

import Foundation

extension BlockingSocket {
  /// Connects to a host, trying its addresses in turn.
  /// - Parameter timeout: seconds for each address.
  static func connect(host: String, port: Int, timeout: Int) throws(TransportError) -> BlockingSocket {
    var failure = TransportError(.unknownHost, "connect to \(host):\(port)")
    let socket = SocketAddress.resolve(host: host, port: port, isPassive: false) { entry -> BlockingSocket? in
      let information = entry.pointee
      let descriptor = Foundation.socket(information.ai_family, information.ai_socktype, information.ai_protocol)
      guard descriptor >= 0 else {
        failure = .current("connect to \(host):\(port)")
        return nil
      }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      let result = connect(descriptor, information, timeout: timeout)
      guard result == 0 else {
        failure = TransportError(
          result == ETIMEDOUT ? .timedOut : .system(result), "connect to \(host):\(port)")
        close(descriptor)
        return nil
      }
      return BlockingSocket(adopting: descriptor)
    }
    guard let socket else { throw failure }
    return socket
  }

  /// - Returns: 0, or the error number.
  private static func connect(_ descriptor: Int32, _ information: addrinfo, timeout: Int) -> Int32 {
    let flags = fcntl(descriptor, F_GETFL)
    _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
    defer { _ = fcntl(descriptor, F_SETFL, flags) }
    if Foundation.connect(descriptor, information.ai_addr, information.ai_addrlen) == 0 { return 0 }
    guard errno == EINPROGRESS else { return errno }
    var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&entry, 1, Int32(clamping: timeout * 1000)) > 0 else { return ETIMEDOUT }
    var error: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0 else { return errno }
    return error
  }
}
