// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A step that the store takes on a file.
package enum StorageStep: Sendable, Hashable {
  case open(writes: Bool, creates: Bool)
  case read(offset: Int64, count: Int)
  case write(offset: Int64, count: Int)
  case sync
  case preallocate(offset: Int64, count: Int64)
  case truncate(Int64)
  case punch(offset: Int64, count: Int64)
}

/// What a bad disk makes of a step.
package enum StorageFault: Sendable, Hashable {
  /// It fails with this `errno`.
  case error(CInt)
  /// Of a write, so many bytes come to the disk before it fails with this `errno`.
  case short(Int, CInt)
  /// It takes longer.
  case delay(milliseconds: Int)
}

/// A disk that fails when it is told to, between the store and its files.
package protocol StorageFaults: Sendable {
  /// - Parameter path: of the file, its storage folder included.
  /// - Returns: nil lets the step happen as it is.
  func fault(_ step: StorageStep, _ path: String) throws -> StorageFault?
  /// The step was done.
  func done(_ step: StorageStep, _ path: String)
}

extension StorageFaults {
  package func done(_ step: StorageStep, _ path: String) {}

  /// - Returns: bytes of a write that may still happen, nil for all, and the `errno` that follows.
  func allow(_ step: StorageStep, _ path: String) throws -> (bytes: Int?, error: CInt)? {
    switch try fault(step, path) {
    case nil: return nil
    case .error(let number): return (0, number)
    case .short(let bytes, let number): return (bytes, number)
    case .delay(let milliseconds):
      usleep(UInt32(clamping: milliseconds * 1000))
      return nil
    }
  }
}
