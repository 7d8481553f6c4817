// SPDX-License-Identifier: Apache-2.0

import Archive

/// What was done to a file of one side, and has to be done to the same file of the other.
struct StorageChange: Sendable {
  enum Kind: Sendable, Hashable {
    /// Bytes were written.
    case written(Range<Int64>)
    /// A hole was made.
    case punched(Range<Int64>)
    /// The file was cut.
    case cut(Int64)
    /// The file got its name.
    case made
    case removed
  }

  let path: String
  let side: StoreSide
  let kind: Kind
  /// Microseconds since 1970-01-01 UTC.
  let at: Int64

  var bytes: Int64 {
    if case .written(let range) = kind { Int64(range.count) } else { 0 }
  }
}

/// Is told of changes once they are durable.
protocol StorageObserver: AnyObject, Sendable {
  func changed(_ path: String, _ side: StoreSide, _ kinds: [StorageChange.Kind])
}
