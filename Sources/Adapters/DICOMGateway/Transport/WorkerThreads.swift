// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A bounded set of threads for work that blocks. A thread is made when none is idle, and kept.
final class WorkerThreads: Sendable {
  private let limit: Int
  private let condition = NSCondition()
  // All guarded by `condition`.
  private nonisolated(unsafe) var waiting: [@Sendable () -> Void] = []
  private nonisolated(unsafe) var threads = 0
  private nonisolated(unsafe) var idle = 0
  private nonisolated(unsafe) var isStopped = false

  /// Stack of a worker: data sets nest as deep as the reader's limit allows.
  static let stackSize = 2 << 20

  init(limit: Int) { self.limit = limit }

  /// Runs `work` on a thread of its own.
  /// - Returns: false, without running it, when all threads are busy.
  func run(_ work: @escaping @Sendable () -> Void) -> Bool {
    condition.withLock {
      if isStopped { return false }
      if idle > waiting.count {
        waiting.append(work)
        condition.signal()
        return true
      }
      guard threads < limit else { return false }
      threads += 1
      waiting.append(work)
      let thread = Thread { self.loop() }
      thread.stackSize = Self.stackSize
      thread.name = "dicom"
      thread.start()
      return true
    }
  }

  /// Takes no more work and waits until all threads are done, at most so many seconds.
  func stop(within seconds: Double) {
    let end = Date(timeIntervalSinceNow: seconds)
    condition.withLock {
      isStopped = true
      condition.broadcast()
      while threads > 0, condition.wait(until: end) {}
    }
  }

  private func loop() {
    while let work = next() { work() }
    condition.withLock {
      threads -= 1
      condition.broadcast()
    }
  }

  private func next() -> (@Sendable () -> Void)? {
    condition.withLock {
      idle += 1
      defer { idle -= 1 }
      while waiting.isEmpty {
        if isStopped { return nil }
        condition.wait()
      }
      return waiting.removeFirst()
    }
  }
}
