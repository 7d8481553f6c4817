// SPDX-License-Identifier: Apache-2.0

import SQLInterface
import Synchronization

/// Those in this program who wait for commits.
final class ListenerList: Sendable {
  private final class Listener: SQLListener {
    let channel: String
    let handler: @Sendable () -> Void
    private let list: ListenerList

    init(_ channel: String, _ handler: @escaping @Sendable () -> Void, _ list: ListenerList) {
      self.channel = channel
      self.handler = handler
      self.list = list
    }

    deinit { stop() }

    func stop() { list.remove(ObjectIdentifier(self)) }
  }

  private struct Entry {
    weak var listener: Listener?
  }

  private let entries = Mutex<[ObjectIdentifier: Entry]>([:])

  func add(_ channel: String, _ handler: @escaping @Sendable () -> Void) -> any SQLListener {
    let listener = Listener(channel, handler, self)
    entries.withLock { $0[ObjectIdentifier(listener)] = Entry(listener: listener) }
    return listener
  }

  private func remove(_ key: ObjectIdentifier) { entries.withLock { $0[key] = nil } }

  func tell(_ channels: Set<String>) {
    if channels.isEmpty { return }
    let all = entries.withLock { entries in entries.values.compactMap(\.listener) }
    for listener in all where channels.contains(listener.channel) { listener.handler() }
  }
}
