// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The Native DICOM Model (PS3.19 §A.1), in XML.
///
/// Private elements are named by their creator, without the number of the block. Characters that XML 1.0 cannot write,
/// such as the form feed, become U+FFFD.
public enum DICOMXML {
  /// What is written, and how bulk data is.
  public typealias EncodingOptions = ModelEncodingOptions
  /// Where bulk data comes from.
  public typealias DecodingOptions = ModelDecodingOptions

  /// Writes a data set as a document in UTF-8. Encapsulated pixel data appears only with a URI.
  public static func encode(_ dataSet: DataSet, options: EncodingOptions = EncodingOptions()) -> [UInt8] {
    var encoder = ModelEncoder<XMLModelWriter>(options: options)
    encoder.consume(dataSet)
    encoder.finish()
    return encoder.takeBytes()
  }

  /// Writes a document of tokens as they are read, so that a data set of any size is never held whole. Used as
  /// `DICOMJSON.Encoder`.
  public struct Encoder: ModelTokenEncoder {
    private var core: ModelEncoder<XMLModelWriter>

    public init(options: EncodingOptions = EncodingOptions()) { core = ModelEncoder(options: options) }

    /// Takes the next token of the data set.
    /// - Parameters:
    ///   - byteOrder: `TokenReader.byteOrder` after the token was read.
    ///   - bulkData: takes the pieces of values that are behind a URI, in little endian; those of encapsulated pixel
    ///     data are an `EncapsulatedValue`.
    /// - Throws: `WriteError` with `.tooLong` for a text longer than the options allow; what `bulkData` throws.
    public mutating func consume(
      _ token: Token, byteOrder: ByteOrder,
      bulkData: (_ uri: String, _ bytes: ByteSlice, _ isLast: Bool) throws -> Void = { _, _, _ in }
    ) throws {
      try core.consume(token, byteOrder: byteOrder, sink: bulkData)
    }

    /// Takes the elements of a data set, which stand before those of later tokens; those of File Meta Information,
    /// for one.
    public mutating func consume(_ dataSet: DataSet) { core.consume(dataSet) }

    /// The text so far, without what was taken before.
    public mutating func takeBytes() -> [UInt8] { core.takeBytes() }

    /// Ends the document.
    /// - Returns: the rest of the text.
    public mutating func finish() -> [UInt8] {
      core.finish()
      return core.takeBytes()
    }
  }

  /// Reads a document in UTF-8. Text of the data set is in UTF-8, which its Specific Character Set says where need be.
  ///
  /// The text is in memory; besides it, reading takes some times its length. A document type declaration, and with it
  /// every entity that XML does not predefine, is an error.
  public static func decode(
    _ bytes: [UInt8], options: DecodingOptions = DecodingOptions()
  ) throws(ReadError) -> DataSet {
    try bytes.withUnsafeBufferPointer { (buffer) throws(ReadError) in
      var decoder = XMLModelDecoder(buffer, options: options)
      return try decoder.dataSet()
    }
  }
}
