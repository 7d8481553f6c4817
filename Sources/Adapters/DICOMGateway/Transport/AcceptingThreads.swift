// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A bounded set of threads that wait for connections at one listener and serve what they accept, so that no
/// connection is handed from thread to thread. A thread is made when none waits any more, and kept.
final class AcceptingThreads: Sendable {
  private let listener: ListeningSocket
  private let limit: Int
  private let serve: @Sendable (BlockingSocket) -> Void
  private let refuse: @Sendable (BlockingSocket) -> Void
  private let condition = NSCondition()
  // All guarded by `condition`.
  private nonisolated(unsafe) var threads = 0
  private nonisolated(unsafe) var served = 0
  private nonisolated(unsafe) var waiting = 0
  private nonisolated(unsafe) var isStopped = false

  /// Stack of a thread: data sets nest as deep as the reader's limit allows.
  static let stackSize = 2 << 20
  /// Threads beside the limit, to say no to what comes over it.
  static let doorkeepers = 4

  /// - Parameters:
  ///   - limit: connections that are served at once.
  ///   - serve: serves a connection until its end; blocks.
  ///   - refuse: says no to a connection over the limit; blocks.
  init(
    listener: ListeningSocket, limit: Int, serve: @escaping @Sendable (BlockingSocket) -> Void,
    refuse: @escaping @Sendable (BlockingSocket) -> Void
  ) {
    self.listener = listener
    self.limit = limit
    self.serve = serve
    self.refuse = refuse
  }

  /// Starts to accept.
  func start() {
    condition.withLock { addThread() }
  }

  /// Ends accepting and waits until all threads are done, at most so many seconds. Does not end what is served.
  func stop(within seconds: Double) {
    let end = Date(timeIntervalSinceNow: seconds)
    condition.withLock { isStopped = true }
    listener.shutdown()
    condition.withLock {
      while threads > 0, condition.wait(until: end) {}
    }
  }

  /// Call with `condition` locked.
  private func addThread() {
    threads += 1
    waiting += 1
    let thread = Thread { self.loop() }
    thread.stackSize = Self.stackSize
    thread.name = "dicom"
    thread.start()
  }

  private func loop() {
    while let socket = listener.accept() {
      let isServed = taken()
      isServed ? serve(socket) : refuse(socket)
      condition.withLock {
        if isServed { served -= 1 }
        waiting += 1
      }
    }
    condition.withLock {
      waiting -= 1
      threads -= 1
      condition.broadcast()
    }
  }

  /// Counts a connection and lets another thread wait for the next.
  /// - Returns: whether it is within the limit.
  private func taken() -> Bool {
    condition.withLock {
      waiting -= 1
      let isServed = served < limit
      if isServed { served += 1 }
      if waiting == 0, threads < limit + Self.doorkeepers, !isStopped { addThread() }
      return isServed
    }
  }
}
