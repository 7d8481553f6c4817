// SPDX-License-Identifier: Apache-2.0

/// One of the two folders in which a store keeps its files.
public enum StoreSide: String, Sendable, Hashable, CaseIterable {
  case primary
  case copy

  public var other: StoreSide { self == .primary ? .copy : .primary }
}

/// How far the second copy is.
public struct CopyStatus: Sendable, Equatable {
  public enum State: String, Sendable {
    /// Everything stands on both sides.
    case inStep
    /// Something waits to be copied.
    case behind
    /// All files of both sides are being compared.
    case comparing
    /// The copy cannot be reached: the archive runs from the primary side alone.
    case copyGone
    /// The primary side cannot be reached: the archive runs from the copy alone.
    case primaryGone
  }

  public var state: State
  /// Changes that wait.
  public var changes: Int
  /// Bytes of them.
  public var bytes: Int64
  /// Microseconds since 1970-01-01 UTC at which the oldest of them was made, or a side was lost; nil where none waits.
  public var since: Int64?

  public init(state: State, changes: Int = 0, bytes: Int64 = 0, since: Int64? = nil) {
    self.state = state
    self.changes = changes
    self.bytes = bytes
    self.since = since
  }
}

/// A store that may keep every file twice.
public protocol CopiedStore: LifeCycleStore {
  /// The sides that there are and that can be reached.
  var sides: [StoreSide] { get }

  /// Length of a file on a side; nil where it is not there.
  func length(of file: String, on side: StoreSide) -> Int64?

  /// Whether what stands on the disk of a side has the checksum.
  func isWhole(_ extent: ObjectExtent, on side: StoreSide) throws -> Bool

  /// Writes an object again from the other side, where it is whole, and reads it back.
  /// - Returns: false where the other side cannot help.
  func repair(_ extent: ObjectExtent, on side: StoreSide) throws -> Bool

  /// Releases on both sides what was released in a file on one, and writes what else differs from the first side.
  func reconcile(file: String) throws

  /// Writes a whole file again from the other side, and reads it back.
  /// - Returns: false where the other side does not have it.
  func repair(file: String, on side: StoreSide) throws -> Bool
}
