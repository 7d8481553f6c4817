// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The connections that are open, so that they can be cut off at the end.
final class OpenSockets: Sendable {
  private let lock = NSLock()
  // Guarded by `lock`.
  private nonisolated(unsafe) var sockets: [ObjectIdentifier: BlockingSocket] = [:]
  private nonisolated(unsafe) var isShutDown = false

  func insert(_ socket: BlockingSocket) {
    lock.withLock {
      if isShutDown { return socket.shutdown() }
      sockets[ObjectIdentifier(socket)] = socket
    }
  }

  func remove(_ socket: BlockingSocket) {
    lock.withLock { sockets[ObjectIdentifier(socket)] = nil }
  }

  func shutdownAll() {
    lock.withLock {
      isShutDown = true
      for socket in sockets.values { socket.shutdown() }
    }
  }
}
