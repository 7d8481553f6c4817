// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Writes a model of tokens as they are read: `DICOMJSON.Encoder`, `DICOMXML.Encoder`.
public protocol ModelTokenEncoder {
  /// Takes the next token of the data set.
  mutating func consume(
    _ token: Token, byteOrder: ByteOrder,
    bulkData: (_ uri: String, _ bytes: ByteSlice, _ isLast: Bool) throws -> Void
  ) throws
  /// Takes the elements of a data set, which stand before those of later tokens.
  mutating func consume(_ dataSet: DataSet)
  /// The text so far, without what was taken before.
  mutating func takeBytes() -> [UInt8]
  /// Ends the text and gives the rest of it.
  mutating func finish() -> [UInt8]
}
