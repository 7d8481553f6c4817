// SPDX-License-Identifier: Apache-2.0

import Archive
import Foundation
import SegmentStore
import Synchronization
import SystemTestKit
import Testing

@Suite struct ConformanceTests {
  @Test(arguments: ObjectStoreSuite.Case.allCases, [true, false])
  func segments(_ conformance: ObjectStoreSuite.Case, direct: Bool) throws {
    let folders = Folders()
    let suite = ObjectStoreSuite(
      make: { try folders.open(ScratchFolder(), direct: direct) },
      crash: { try folders.open(folders.folder(of: $0).copy(), direct: direct) })
    try suite.run(conformance)
  }

  /// Remembers which store stands on which folder.
  private final class Folders: Sendable {
    private let known = Mutex<[(store: any ObjectStore & AnyObject, folder: ScratchFolder)]>([])

    func open(_ folder: ScratchFolder, direct: Bool) throws -> any ObjectStore {
      let store = try SegmentStore(root: folder.path, options: .testing(direct: direct))
      known.withLock { $0.append((store, folder)) }
      return store
    }

    func folder(of store: any ObjectStore) throws -> ScratchFolder {
      try #require(known.withLock { $0.first { $0.store === store as AnyObject }?.folder })
    }
  }
}
