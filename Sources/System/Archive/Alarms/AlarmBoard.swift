// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The alarms of a running system. Raising one never waits and never fails, since the database may be what is in
/// trouble: what changed is written by `flush`, which is called again and again.
public final class AlarmBoard: Sendable {
  /// More subjects of one kind than this are told as one alarm without a subject.
  static let subjectsOfAKind = 200
  /// Of those that are over, so many stay in memory.
  static let keptInMemory = 1000

  private struct Key: Hashable {
    let kind: Alarm.Kind
    let subject: String
  }

  private struct State {
    var alarms: [Key: Alarm] = [:]
    var changed: Set<Key> = []
  }

  private let list: (any AlarmList)?
  private let now: @Sendable () -> Int64
  private let state = Mutex(State())
  /// So that to clear what is not there costs next to nothing.
  private let openCount = Atomic(0)

  /// - Parameter list: nil keeps them in memory alone.
  public init(list: (any AlarmList)? = nil, now: @escaping @Sendable () -> Int64 = ArchiveOptions.systemTime) {
    self.list = list
    self.now = now
  }

  /// Takes over what was open when the last process ended.
  public func load() throws {
    guard let list else { return }
    let known = try list.alarms(onlyOpen: true, limit: Self.keptInMemory)
    state.withLock { state in
      for alarm in known {
        let key = Key(kind: alarm.kind, subject: alarm.subject)
        if state.alarms[key] == nil { state.alarms[key] = alarm }
      }
      count(state)
    }
  }

  /// Notices a condition, for the first time or again.
  public func raise(_ kind: Alarm.Kind, _ severity: Alarm.Severity, subject: String = "", _ reason: String) {
    let time = now()
    state.withLock { state in
      var key = Key(kind: kind, subject: subject)
      if state.alarms[key]?.isOpen != true,
        state.alarms.values.count(where: { $0.kind == kind && $0.isOpen }) >= Self.subjectsOfAKind
      {
        key = Key(kind: kind, subject: "")
      }
      var alarm =
        state.alarms[key].flatMap { $0.isOpen ? $0 : nil }
        ?? Alarm(
          kind: kind, subject: key.subject, severity: severity, reason: reason, firstAt: time, lastAt: time, count: 0)
      alarm.count += 1
      alarm.lastAt = time
      alarm.severity = severity
      alarm.reason = reason
      state.alarms[key] = alarm
      state.changed.insert(key)
      trim(&state)
      count(state)
    }
  }

  /// The condition is over.
  /// - Parameter subject: nil stands for all subjects of the kind.
  public func clear(_ kind: Alarm.Kind, subject: String? = "") {
    guard openCount.load(ordering: .relaxed) > 0 else { return }
    let time = now()
    state.withLock { state in
      for (key, alarm) in state.alarms where key.kind == kind && alarm.isOpen {
        guard subject == nil || subject == key.subject else { continue }
        state.alarms[key]?.clearedAt = time
        state.changed.insert(key)
      }
      count(state)
    }
  }

  public func isOpen(_ kind: Alarm.Kind, subject: String = "") -> Bool {
    guard openCount.load(ordering: .relaxed) > 0 else { return false }
    return state.withLock { $0.alarms[Key(kind: kind, subject: subject)]?.isOpen == true }
  }

  /// The open ones, the worst and then the newest first.
  public var open: [Alarm] {
    state.withLock { Array($0.alarms.values) }.filter(\.isOpen).sorted { left, right in
      left.severity == right.severity
        ? (left.lastAt, right.subject) > (right.lastAt, left.subject) : left.severity == .critical
    }
  }

  /// Writes what changed. Where that fails, it is done with the next call.
  public func flush() throws {
    guard let list else { return }
    let (keys, alarms) = state.withLock { state in
      let keys = state.changed
      state.changed = []
      return (keys, keys.compactMap { state.alarms[$0] })
    }
    guard !alarms.isEmpty else { return }
    do {
      try list.save(alarms)
    } catch {
      state.withLock { $0.changed.formUnion(keys) }
      throw error
    }
  }

  private func count(_ state: State) {
    openCount.store(state.alarms.values.count { $0.isOpen }, ordering: .relaxed)
  }

  private func trim(_ state: inout State) {
    guard state.alarms.count > Self.keptInMemory else { return }
    let over = state.alarms.filter { !$0.value.isOpen && !state.changed.contains($0.key) }
      .sorted { $0.value.lastAt < $1.value.lastAt }
    for (key, _) in over.prefix(state.alarms.count - Self.keptInMemory) { state.alarms[key] = nil }
  }
}
