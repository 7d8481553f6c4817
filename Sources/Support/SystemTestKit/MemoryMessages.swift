// SPDX-License-Identifier: Apache-2.0

import Messaging
import Synchronization

/// Messages in memory.
public final class MemoryInboundLog: InboundMessageLog {
  private let state = Mutex<[InboundMessage]>([])
  private let failing = Mutex(false)

  public init() {}

  /// A disk that is full.
  public func fail(_ fails: Bool) { failing.withLock { $0 = fails } }

  public func receive(_ message: InboundMessage, comparesBytes: Bool) throws -> Reception {
    if failing.withLock({ $0 }) { throw ConformanceFailure("no room") }
    return state.withLock { messages in
      let known = messages.lastIndex {
        !message.controlID.isEmpty && $0.controlID == message.controlID && $0.sender == message.sender
      }
      if let known, !comparesBytes || messages[known].bytes == message.bytes {
        guard messages[known].state != .processed else {
          messages[known].repeats += 1
          return .repeated(answer: messages[known].answer)
        }
        messages[known].bytes = message.bytes
        messages[known].receivedAt = message.receivedAt
        messages[known].state = .received
        return .process(messages[known].id)
      }
      var new = message
      new.id = Int64(messages.count + 1)
      messages.append(new)
      return .process(new.id)
    }
  }

  private func change(_ id: Int64, _ body: (inout InboundMessage) -> Bool) -> Bool {
    state.withLock { messages in
      messages.firstIndex { $0.id == id }.map { body(&messages[$0]) } ?? false
    }
  }

  public func finish(_ id: Int64, as state: InboundState, failure: String, answer: [UInt8]) throws {
    _ = change(id) { message in
      message.state = state
      message.failure = failure
      message.answer = answer
      message.attempts += 1
      return true
    }
  }

  public func edit(_ id: Int64, bytes: [UInt8]) throws -> Bool {
    change(id) { message in
      guard message.state != .processed else { return false }
      message.bytes = bytes
      message.isEdited = true
      message.state = .received
      return true
    }
  }

  public func message(_ id: Int64) throws -> InboundMessage? { state.withLock { $0.first { $0.id == id } } }

  public func messages(matching query: InboundQuery) throws -> [InboundMessage] {
    let all = state.withLock { $0 }.reversed().filter { message in
      (query.states.isEmpty || query.states.contains(message.state))
        && (query.controlID.isEmpty || query.controlID == message.controlID)
        && (query.before.map { message.id < $0 } ?? true)
    }
    return all.prefix(query.limit).map { message in
      var message = message
      (message.bytes, message.answer) = ([], [])
      return message
    }
  }

  public func counts() throws -> [InboundState: Int] {
    state.withLock { $0 }.reduce(into: [:]) { $0[$1.state, default: 0] += 1 }
  }

  public func removeDone(before time: Int64) throws -> Int {
    state.withLock { messages in
      let count = messages.count
      messages.removeAll { $0.receivedAt < time && !$0.state.needsAttention }
      return count - messages.count
    }
  }
}

/// Senders and destinations in memory.
public final class MemoryMessagingDirectory: MessagingDirectory {
  private let state = Mutex<([Destination], [SenderProfile])>(([], []))

  public init() {}

  public func destinations() throws -> [Destination] { state.withLock { $0.0 } }

  public func save(_ destination: Destination) throws {
    state.withLock { state in
      state.0.removeAll { $0.name == destination.name }
      state.0.append(destination)
      state.0.sort { $0.name < $1.name }
    }
  }

  public func removeDestination(_ name: String) throws -> Bool {
    state.withLock { state in
      let count = state.0.count
      state.0.removeAll { $0.name == name }
      return state.0.count < count
    }
  }

  public func profiles() throws -> [SenderProfile] { state.withLock { $0.1 } }

  public func save(_ profile: SenderProfile) throws {
    state.withLock { state in
      state.1.removeAll { $0.sender == profile.sender }
      state.1.append(profile)
      state.1.sort { ($0.sender.application, $0.sender.facility) < ($1.sender.application, $1.sender.facility) }
    }
  }

  public func removeProfile(of sender: MessageSender) throws -> Bool {
    state.withLock { state in
      let count = state.1.count
      state.1.removeAll { $0.sender == sender }
      return state.1.count < count
    }
  }
}
