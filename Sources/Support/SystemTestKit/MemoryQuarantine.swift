// SPDX-License-Identifier: Apache-2.0

import Archive
import Synchronization

/// A quarantine in memory.
public final class MemoryQuarantine: Quarantine {
  private let maximumSize: Int64
  private let state = Mutex<[String: [UInt8]]>([:])

  public init(maximumSize: Int64 = 1 << 30) { self.maximumSize = maximumSize }

  public func keep(
    size: Int64, _ write: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws -> String? {
    guard size <= maximumSize else { return nil }
    var bytes: [UInt8] = []
    try write { bytes.append(contentsOf: $0) }
    return state.withLock { [bytes] files in
      let name = "quarantine/\(files.count + 1).dcm"
      files[name] = bytes
      return name
    }
  }

  /// What is kept under a name.
  public func bytes(_ name: String) -> [UInt8]? { state.withLock { $0[name] } }
}
