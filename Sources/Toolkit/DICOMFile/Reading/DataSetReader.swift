// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Reads whole data sets whose bytes are at hand.
public enum DataSetReader {
  /// A data set and what was passed over in reading it.
  public struct Result: Sendable {
    public let dataSet: DataSet
    public let findings: [Finding]
  }

  /// Reads a data set; values stay in `bytes`. Deflated ones are inflated.
  public static func read(
    _ bytes: ByteSlice, transferSyntax: TransferSyntax, options: ReadOptions = ReadOptions(),
    inheritedCharacterSet: SpecificCharacterSet = .default
  ) throws(ReadError) -> DataSet {
    try readWithFindings(
      bytes, transferSyntax: transferSyntax, options: options, inheritedCharacterSet: inheritedCharacterSet
    ).dataSet
  }

  /// As `read`, with the findings.
  /// - Parameter offset: where the bytes stand in their file, for findings and errors.
  public static func readWithFindings(
    _ bytes: ByteSlice, transferSyntax: TransferSyntax, options: ReadOptions = ReadOptions(), offset: Int = 0,
    inheritedCharacterSet: SpecificCharacterSet = .default
  ) throws(ReadError) -> Result {
    let reader = TokenReader(
      transferSyntax: transferSyntax, options: options, offset: offset, totalLength: bytes.count)
    return try read(bytes, reader, inheritedCharacterSet)
  }

  /// Reads a data set of known encoding.
  static func readWithFindings(
    _ bytes: ByteSlice, encoding: ElementReader, options: ReadOptions, offset: Int,
    inheritedCharacterSet: SpecificCharacterSet
  ) throws(ReadError) -> Result {
    var reader = TokenReader(
      transferSyntax: EncodingDetector.transferSyntax(encoding), options: options, offset: offset,
      totalLength: bytes.count)
    reader.encoding = encoding
    return try read(bytes, reader, inheritedCharacterSet)
  }

  private static func read(
    _ bytes: ByteSlice, _ tokens: TokenReader, _ inheritedCharacterSet: SpecificCharacterSet
  ) throws(ReadError) -> Result {
    var reader = tokens
    reader.feed(bytes)
    reader.finish()
    var token = try reader.next()
    var builder = DataSetBuilder(
      byteOrder: reader.encoding.byteOrder, inheritedCharacterSet: inheritedCharacterSet)
    while let current = token {
      builder.consume(current, byteOrder: reader.byteOrder)
      token = try reader.next()
    }
    return Result(dataSet: builder.finish(), findings: reader.findings)
  }
}
