// SPDX-License-Identifier: Apache-2.0

public import Archive
public import DICOMCore
public import DICOMServices
import Synchronization

/// What other archives have announced, in memory.
public final class MemoryAnnouncedStudyList: AnnouncedStudyList {
  private struct Entry {
    var study: UID
    var source: String
    var instance: InstanceAvailabilityNotice.Instance
    var receivedAt: Int64
  }

  private struct State {
    var notices: [UID: Int64] = [:]
    var entries: [Entry] = []
  }

  private let state = Mutex(State())

  public init() {}

  public func add(
    _ notice: InstanceAvailabilityNotice, instance: UID, source: String, at time: Int64
  ) throws -> Bool {
    state.withLock { state in
      guard state.notices[instance] == nil else { return false }
      state.notices[instance] = time
      for announced in notice.instances {
        state.entries.removeAll {
          $0.source == source && $0.instance.reference.sopInstance == announced.reference.sopInstance
        }
        state.entries.append(Entry(study: notice.study, source: source, instance: announced, receivedAt: time))
      }
      return true
    }
  }

  public func studies(_ query: AnnouncedStudyQuery) throws -> [AnnouncedStudy] {
    let entries = state.withLock { $0.entries }.filter { entry in
      (query.study.isEmpty || entry.study.rawValue == query.study)
        && (query.source.isEmpty || entry.source == query.source)
    }
    var studies: [AnnouncedStudy] = []
    for entry in entries {
      let known = studies.firstIndex { $0.study == entry.study && $0.source == entry.source }
      var study =
        known.map { studies[$0] }
        ?? AnnouncedStudy(
          study: entry.study, source: entry.source, instances: 0, retrieveAETitles: [], availabilities: [],
          receivedAt: 0)
      study.instances += 1
      study.retrieveAETitles = Set(study.retrieveAETitles + [entry.instance.retrieveAETitle]).sorted()
      study.availabilities = Set(study.availabilities + [entry.instance.availability])
        .sorted { $0.rawValue < $1.rawValue }
      study.receivedAt = max(study.receivedAt, entry.receivedAt)
      if let known { studies[known] = study } else { studies.append(study) }
    }
    studies.sort { left, right in
      if left.receivedAt != right.receivedAt { return left.receivedAt > right.receivedAt }
      return (left.study, left.source) < (right.study, right.source)
    }
    return Array(studies.dropFirst(query.offset).prefix(query.limit))
  }

  public func instances(
    of study: UID, source: String, limit: Int
  ) throws -> [InstanceAvailabilityNotice.Instance] {
    let all = state.withLock { $0.entries }.filter { $0.study == study && $0.source == source }.map(\.instance)
    let sorted = all.sorted { ($0.series, $0.reference.sopInstance) < ($1.series, $1.reference.sopInstance) }
    return Array(sorted.prefix(limit))
  }

  public func forget(before time: Int64) throws {
    state.withLock { state in
      state.notices = state.notices.filter { $0.value >= time }
      state.entries.removeAll { $0.receivedAt < time }
    }
  }
}
