// SPDX-License-Identifier: Apache-2.0

import Archive
import Synchronization

/// A list of alarms in memory. It can be made to fail, as a database does.
public final class MemoryAlarmList: AlarmList {
  private let state = Mutex<[Alarm]>([])
  private let failure = Mutex<ArchiveError?>(nil)

  public init() {}

  /// From now on every call fails with this error; nil ends it.
  public func fail(_ error: ArchiveError?) { failure.withLock { $0 = error } }

  public func save(_ alarms: [Alarm]) throws {
    if let error = failure.withLock({ $0 }) { throw error }
    state.withLock { known in
      for alarm in alarms {
        known.removeAll { $0.kind == alarm.kind && $0.subject == alarm.subject }
        known.append(alarm)
      }
    }
  }

  public func alarms(onlyOpen: Bool, limit: Int) throws -> [Alarm] {
    if let error = failure.withLock({ $0 }) { throw error }
    let all = state.withLock { $0 }.filter { !onlyOpen || $0.isOpen }
    let sorted = all.sorted { left, right in
      left.isOpen == right.isOpen ? left.lastAt > right.lastAt : left.isOpen
    }
    return Array(sorted.prefix(limit))
  }
}
