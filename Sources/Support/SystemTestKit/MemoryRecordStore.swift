// SPDX-License-Identifier: Apache-2.0

import Archive
import Synchronization

/// Keeps records in memory, as one file.
public final class MemoryRecordStore: RecordStore {
  private static let file = "records/1.tar"
  private let kept = Mutex<[ArchiveRecord]>([])
  private let faults: FaultPlan?

  /// - Parameter faults: says which appending fails.
  public init(faults: FaultPlan? = nil) { self.faults = faults }

  public func append(_ record: ArchiveRecord) throws -> RecordPlace {
    try faults?.step()
    return kept.withLock { kept in
      kept.append(record)
      return RecordPlace(file: Self.file, end: Int64(kept.count))
    }
  }

  public func records(behind ends: [String: Int64], each: (ArchiveRecord, RecordPlace) throws -> Void) throws {
    let all = kept.withLock { $0 }
    for (number, record) in all.enumerated().dropFirst(Int(ends[Self.file] ?? 0)) {
      try each(record, RecordPlace(file: Self.file, end: Int64(number + 1)))
    }
  }

  public func recordFiles() throws -> [String] { kept.withLock { $0.isEmpty } ? [] : [Self.file] }
}
