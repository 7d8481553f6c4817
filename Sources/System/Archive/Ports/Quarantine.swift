// SPDX-License-Identifier: Apache-2.0

/// Where the bytes of refused objects are kept for a person to look at. Its size is limited: the oldest go first.
public protocol Quarantine: Sendable {
  /// Keeps `size` bytes that `write` hands over in pieces.
  /// - Returns: the path below the data folder, or nil where they are more than the whole quarantine may hold.
  func keep(
    size: Int64, _ write: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws -> String?
}
