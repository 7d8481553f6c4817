// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The bytes of a data set in pieces: headers and short values in a buffer of their own, long values where they were.
public struct EncodedDataSet: Sendable {
  /// Bytes from which on a value is not copied.
  public static let defaultLongValue = 65_536

  /// A value that stands before the byte at `offset` of the buffer.
  struct Insertion: Sendable {
    let offset: Int
    let value: ByteSlice
  }

  private let buffer: ByteSlice
  private let insertions: [Insertion]
  /// Number of all bytes.
  public let count: Int

  init(bytes: [UInt8], insertions: [Insertion]) {
    buffer = ByteSlice(bytes)
    self.insertions = insertions
    count = insertions.reduce(bytes.count) { $0 + $1.value.count }
  }

  /// The pieces in their order, none of them empty.
  public var pieces: [ByteSlice] {
    var pieces: [ByteSlice] = []
    var offset = 0
    for insertion in insertions {
      if offset < insertion.offset { pieces.append(buffer[offset..<insertion.offset]) }
      pieces.append(insertion.value)
      offset = insertion.offset
    }
    if offset < buffer.count { pieces.append(buffer[offset..<buffer.count]) }
    return pieces
  }
}
