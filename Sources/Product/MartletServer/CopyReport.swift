// SPDX-License-Identifier: Apache-2.0

import Archive
import Foundation

/// How far the second copy is, as the running server writes it down for the commands.
public struct CopyReport: Codable, Sendable, Equatable {
  private static let name = "copy.json"

  /// As in `CopyStatus.State`.
  public var state: String
  /// Changes that wait, and bytes of them.
  public var changes: Int
  public var bytes: Int64
  /// Microseconds since 1970-01-01 UTC of the oldest of them, or of the loss of a side.
  public var since: Int64?

  init(_ status: CopyStatus) {
    state = status.state.rawValue
    changes = status.changes
    bytes = status.bytes
    since = status.since
  }

  /// Of a data folder; nil where no copy is kept.
  public static func read(_ folder: DataFolder) -> CopyReport? {
    FileManager.default.contents(atPath: folder.file(name)).flatMap {
      try? JSONDecoder().decode(CopyReport.self, from: $0)
    }
  }

  func write(_ folder: DataFolder) {
    guard let bytes = try? JSONEncoder().encode(self) else { return }
    try? bytes.write(to: URL(fileURLWithPath: folder.file(Self.name)), options: .atomic)
  }

  static func remove(_ folder: DataFolder) {
    try? FileManager.default.removeItem(atPath: folder.file(name))
  }
}
