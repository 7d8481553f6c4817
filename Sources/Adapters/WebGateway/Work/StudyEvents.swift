// SPDX-License-Identifier: Apache-2.0

import Archive
import Logging
import NIOPosix
import Synchronization

/// Tells browsers which studies got new instances. The outbox of the index is read while somebody listens, and each
/// study is told of at most once in a second.
final class StudyEvents: Sendable {
  /// A study that changed.
  struct Change: Sendable {
    var studyUID: String
    /// Microseconds since 1970-01-01 UTC.
    var at: Int64
  }

  static let pollInterval = Duration.milliseconds(250)
  static let quietTime: Int64 = 1_000_000
  static let page = 5000
  /// Changes that wait for one slow browser; more are dropped, and the browser asks anew.
  static let buffered = 1000
  static let maximumListeners = 500

  private struct State {
    var listeners: [Int: AsyncStream<Change>.Continuation] = [:]
    var nextID = 0
    var isClosed = false
  }

  private let index: any InstanceIndex
  private let pool: NIOThreadPool
  private let logger: Logger
  private let state = Mutex(State())
  private let isPolling = Mutex(false)

  init(index: any InstanceIndex, pool: NIOThreadPool, logger: Logger) {
    self.index = index
    self.pool = pool
    self.logger = logger
  }

  /// The changes from now on; nil where too many listen already, or the server stops.
  func listen() -> AsyncStream<Change>? {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Change.self, bufferingPolicy: .bufferingNewest(Self.buffered))
    let id = state.withLock { state -> Int? in
      guard !state.isClosed, state.listeners.count < Self.maximumListeners else { return nil }
      state.nextID += 1
      state.listeners[state.nextID] = continuation
      return state.nextID
    }
    guard let id else { return nil }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { state in _ = state.listeners.removeValue(forKey: id) }
    }
    startPolling()
    return stream
  }

  /// Ends all streams, so that the server can stop.
  func close() {
    let listeners = state.withLock { state in
      state.isClosed = true
      return Array(state.listeners.values)
    }
    listeners.forEach { $0.finish() }
  }

  private var hasListeners: Bool { state.withLock { !$0.listeners.isEmpty && !$0.isClosed } }

  private func startPolling() {
    let starts = isPolling.withLock { isPolling in
      defer { isPolling = true }
      return !isPolling
    }
    guard starts else { return }
    Task { [self] in
      await poll()
      isPolling.withLock { $0 = false }
      // Somebody may have come between the last look and now.
      if hasListeners { startPolling() }
    }
  }

  private func poll() async {
    do {
      var sequence = try await pool.runIfActive { [self] in try lastSequence() }
      var waiting: [String: Int64] = [:]
      var told: [String: Int64] = [:]
      while hasListeners {
        let after = sequence
        let events = try await pool.runIfActive { [self] in try index.events(after: after, limit: Self.page) }
        for event in events where !event.studyUID.isEmpty { waiting[event.studyUID] = event.at }
        sequence = events.last?.sequence ?? sequence
        let now = ArchiveOptions.systemTime()
        told = told.filter { now - $0.value < Self.quietTime }
        for (study, at) in waiting where told[study] == nil {
          tell(Change(studyUID: study, at: at))
          told[study] = now
          waiting[study] = nil
        }
        if events.count < Self.page { try await Task.sleep(for: Self.pollInterval) }
      }
    } catch {
      logger.error("events cannot be read", metadata: ["error": "\(error)"])
      try? await Task.sleep(for: .seconds(1))
    }
  }

  private func tell(_ change: Change) {
    let listeners = state.withLock { Array($0.listeners.values) }
    listeners.forEach { $0.yield(change) }
  }

  /// Finds the newest event by halving, since the outbox can be long.
  private func lastSequence() throws -> Int64 {
    func isAfter(_ sequence: Int64) throws -> Bool { try !index.events(after: sequence, limit: 1).isEmpty }
    guard try isAfter(0) else { return 0 }
    var low: Int64 = 0
    var high: Int64 = 1
    while high < Int64.max / 2, try isAfter(high) {
      low = high
      high *= 2
    }
    while low + 1 < high {
      let middle = low + (high - low) / 2
      if try isAfter(middle) { low = middle } else { high = middle }
    }
    return high
  }
}
