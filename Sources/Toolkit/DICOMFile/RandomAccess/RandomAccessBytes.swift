// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Bytes that can be read in any order: a file, an object of a store, a range of either.
public protocol RandomAccessBytes: Sendable {
  /// Number of bytes.
  var count: Int { get }
  /// The bytes of a range that lies within `0..<count`; fewer only where the source turns out to be shorter.
  func read(_ range: Range<Int>) throws(ReadError) -> ByteSlice
}

extension ByteSlice: RandomAccessBytes {
  public func read(_ range: Range<Int>) throws(ReadError) -> ByteSlice { self[range] }
}
