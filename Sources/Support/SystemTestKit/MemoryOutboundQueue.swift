// SPDX-License-Identifier: Apache-2.0

import Messaging
import Synchronization

/// A queue in memory.
public final class MemoryOutboundQueue: OutboundQueue {
  private let state = Mutex<[QueuedMessage]>([])
  private let settled = Mutex<Set<Int64>>([])

  public init() {}

  public func add(_ messages: [QueuedMessage]) throws -> Int {
    state.withLock { all in
      let count = all.count
      for message in messages {
        let isKnown = all.contains {
          !message.uniqueKey.isEmpty && $0.uniqueKey == message.uniqueKey && $0.destination == message.destination
        }
        guard !isKnown else { continue }
        var new = message
        new.id = (all.last?.id ?? 0) + 1
        all.append(new)
      }
      return all.count - count
    }
  }

  public func next(for destination: String, at time: Int64) throws -> QueuedMessage? {
    let waiting = state.withLock { $0 }.filter { $0.destination == destination && $0.state == .waiting }
    return waiting.first { message in
      message.nextAttemptAt <= time
        && (message.orderingKey.isEmpty
          || waiting.first { $0.orderingKey == message.orderingKey }?.id == message.id)
    }
  }

  public func nextDue(for destination: String) throws -> Int64? {
    state.withLock { $0 }.filter { $0.destination == destination && $0.state == .waiting }.map(\.nextAttemptAt).min()
  }

  public func deliveredReports(limit: Int) throws -> [ReportReference] {
    let done = settled.withLock { $0 }
    var reports: [ReportReference: [OutboundState]] = [:]
    for message in state.withLock({ $0 }) {
      if let report = message.report, !done.contains(message.id) { reports[report, default: []].append(message.state) }
    }
    let delivered = reports.filter {
      $0.value.contains(.delivered) && !$0.value.contains(.waiting) && !$0.value.contains(.refused)
    }
    return Array(delivered.keys.sorted { ($0.exam, $0.version) < ($1.exam, $1.version) }.prefix(limit))
  }

  public func settle(_ report: ReportReference) throws {
    let ids = state.withLock { $0 }.filter { $0.report == report }.map(\.id)
    settled.withLock { $0.formUnion(ids) }
  }

  private func change(_ id: Int64, _ event: OutboundTransitions.Event, _ body: (inout QueuedMessage) -> Void) -> Bool {
    state.withLock { messages in
      guard let index = messages.firstIndex(where: { $0.id == id }),
        let next = OutboundTransitions.table[messages[index].state]?[event]
      else { return false }
      messages[index].state = next
      body(&messages[index])
      return true
    }
  }

  public func delivered(_ id: Int64, at time: Int64, answer: [UInt8]) throws {
    _ = change(id, .acknowledged) { message in
      message.deliveredAt = time
      message.attempts += 1
      message.answer = answer
      message.failure = ""
    }
  }

  public func postpone(_ id: Int64, until time: Int64, failure: String) throws {
    _ = change(id, .unreachable) { message in
      message.nextAttemptAt = time
      message.attempts += 1
      message.failure = failure
    }
  }

  public func refused(_ id: Int64, failure: String, answer: [UInt8]) throws {
    _ = change(id, .refused) { message in
      message.attempts += 1
      message.failure = failure
      message.answer = answer
    }
  }

  public func resend(_ id: Int64, bytes: [UInt8]?, at time: Int64) throws -> Bool {
    change(id, .resend) { message in
      message.bytes = bytes ?? message.bytes
      message.nextAttemptAt = time
      message.deliveredAt = nil
    }
  }

  public func cancel(_ id: Int64) throws -> Bool { change(id, .cancel) { _ in } }

  public func message(_ id: Int64) throws -> QueuedMessage? { state.withLock { $0.first { $0.id == id } } }

  public func messages(matching query: OutboundQuery) throws -> [QueuedMessage] {
    let all = state.withLock { $0 }.reversed().filter { message in
      (query.states.isEmpty || query.states.contains(message.state))
        && (query.destination.isEmpty || query.destination == message.destination)
        && (query.before.map { message.id < $0 } ?? true)
    }
    return all.prefix(query.limit).map { message in
      var message = message
      (message.bytes, message.answer) = ([], [])
      return message
    }
  }

  public func counts() throws -> [OutboundState: Int] {
    state.withLock { $0 }.reduce(into: [:]) { $0[$1.state, default: 0] += 1 }
  }

  public func removeDone(before time: Int64) throws -> Int {
    state.withLock { messages in
      let count = messages.count
      messages.removeAll { $0.createdAt < time && ($0.state == .delivered || $0.state == .cancelled) }
      return count - messages.count
    }
  }
}
