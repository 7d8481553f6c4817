// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Those who listen to something that is looked at only while somebody does.
final class EventListeners: Sendable {
  /// Who comes after so many is turned away.
  static let maximum = StudyEvents.maximumListeners

  private struct State {
    var listeners: [Int: AsyncStream<String>.Continuation] = [:]
    var nextID = 0
    var isClosed = false
    var isWatched = false
    var latest = ""
  }

  private let state = Mutex(State())
  private let keepsLatest: Bool

  /// - Parameter keepsLatest: who comes gets what was told last at once, and nobody is told the same twice.
  init(keepsLatest: Bool) { self.keepsLatest = keepsLatest }

  /// A stream of what is told from now on, the newest only where its reader is slow; nil where too many listen, or the
  /// server stops.
  /// - Parameter watch: looks until `goesOn` says no; begun for the first listener.
  func listen(_ watch: @escaping @Sendable () async -> Void) -> AsyncStream<String>? {
    let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1))
    let added = state.withLock { state -> (id: Int, starts: Bool)? in
      guard !state.isClosed, state.listeners.count < Self.maximum else { return nil }
      state.nextID += 1
      state.listeners[state.nextID] = continuation
      if !state.latest.isEmpty { continuation.yield(state.latest) }
      defer { state.isWatched = true }
      return (state.nextID, !state.isWatched)
    }
    guard let added else { return nil }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { state in _ = state.listeners.removeValue(forKey: added.id) }
    }
    if added.starts { Task { await watch() } }
    return stream
  }

  /// Whether somebody listens still; else watching ends, and begins with the next listener.
  func goesOn() -> Bool {
    state.withLock { state in
      if !state.isClosed, !state.listeners.isEmpty { return true }
      state.isWatched = false
      state.latest = ""
      return false
    }
  }

  func tell(_ text: String) {
    let listeners = state.withLock { state -> [AsyncStream<String>.Continuation] in
      if keepsLatest {
        if state.latest == text { return [] }
        state.latest = text
      }
      return Array(state.listeners.values)
    }
    listeners.forEach { $0.yield(text) }
  }

  /// Ends all streams, so that the server can stop.
  func close() {
    let listeners = state.withLock { state in
      state.isClosed = true
      return Array(state.listeners.values)
    }
    listeners.forEach { $0.finish() }
  }
}
