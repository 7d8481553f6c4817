// SPDX-License-Identifier: Apache-2.0

import Archive
import Foundation
import SegmentStore
import Synchronization

/// A folder for one test, on a real disk; it goes with its owner.
final class ScratchFolder: Sendable {
  let path: String

  init() throws {
    // Below the package's build folder: what is called a temporary folder may refuse direct input and output.
    let base = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: ".build/scratch")
    path = base.appending(path: UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// What a power failure would leave: the same files in another folder.
  func copy() throws -> ScratchFolder {
    let other = try ScratchFolder()
    for entry in try FileManager.default.contentsOfDirectory(atPath: path) {
      try FileManager.default.copyItem(atPath: path + "/" + entry, toPath: other.path + "/" + entry)
    }
    return other
  }

  /// Paths of all segments, below the folder.
  var segments: [String] {
    (FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []).filter { $0.hasSuffix(".tar") }
      .sorted()
  }
}

extension SegmentStoreOptions {
  /// Small segments, so that tests see many of them.
  static func testing(
    direct: Bool = true, segmentSize: Int64 = 4 << 20, warn: @escaping @Sendable (String) -> Void = { _ in }
  ) -> SegmentStoreOptions {
    SegmentStoreOptions(
      segmentSize: segmentSize, bufferSize: 1 << 20, maximumWriters: 8, writerPatience: 0, cacheSize: 4 << 20,
      directIO: direct, warn: warn)
  }
}
