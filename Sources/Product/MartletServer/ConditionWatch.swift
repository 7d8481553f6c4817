// SPDX-License-Identifier: Apache-2.0

import Archive
import SegmentStore

/// Looks at disk and database from time to time, so that an alarm is over when its cause is, also where nobody sends
/// anything, and comes before the disk is full.
struct ConditionWatch: Sendable {
  let board: AlarmBoard
  let list: any AlarmList
  let store: SegmentStore
  /// Bytes; 0 says that nobody wants to know.
  let minimumFree: Int64
  /// Passes critical results on that nobody acknowledged in time, and says how many there are.
  let lateCriticalResults: @Sendable () throws -> Int

  /// Done every few seconds. Throws where alarms cannot be written; they are kept.
  func look() throws {
    if board.isOpen(.storageFull) || board.isOpen(.storageFailed), (try? store.tryDisk()) != nil {
      board.clear(.storageFull)
      board.clear(.storageFailed)
    }
    // To save nothing is to write to the database all the same.
    if board.isOpen(.indexUnavailable), (try? list.save([])) != nil { board.clear(.indexUnavailable) }
    if minimumFree > 0, let free = store.freeSpace() {
      if free < minimumFree {
        board.raise(.storageLow, .warning, "\(free >> 20) MiB are free, fewer than \(minimumFree >> 20)")
      } else {
        board.clear(.storageLow)
      }
    }
    let late = try lateCriticalResults()
    if late > 0 {
      board.raise(.criticalResultLate, .critical, "\(late) critical results were not acknowledged in time")
    } else {
      board.clear(.criticalResultLate)
    }
    try board.flush()
  }
}
