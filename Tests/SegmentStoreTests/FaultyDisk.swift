// SPDX-License-Identifier: Apache-2.0

import SegmentStore
import Synchronization

/// A disk that does to each step what a rule says, until the rule is taken away.
final class FaultyDisk: StorageFaults {
  typealias Rule = @Sendable (StorageStep, String) -> StorageFault?

  private let rule = Mutex<Rule?>(nil)
  private let struck = Atomic(0)

  /// How often it did harm.
  var hits: Int { struck.load(ordering: .relaxed) }

  func apply(_ rule: Rule?) { self.rule.withLock { $0 = rule } }

  func fault(_ step: StorageStep, _ path: String) throws -> StorageFault? {
    guard let fault = rule.withLock({ $0 })?(step, path) else { return nil }
    struck.add(1, ordering: .relaxed)
    return fault
  }
}

extension StorageStep {
  var isWrite: Bool { if case .write = self { true } else { false } }
  var isPreallocate: Bool { if case .preallocate = self { true } else { false } }
  var isRead: Bool { if case .read = self { true } else { false } }
  /// An attempt to open a file for writing.
  var opensForWriting: Bool { if case .open(writes: true, _) = self { true } else { false } }
  /// Changes something.
  var changes: Bool {
    switch self {
    case .write, .sync, .preallocate, .truncate, .punch: true
    case .open(let writes, _): writes
    case .read: false
    }
  }
}
