// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The DICOM JSON model (PS3.18 Annex F).
public enum DICOMJSON {
  /// What is written, and how bulk data is.
  public typealias EncodingOptions = ModelEncodingOptions
  /// Where bulk data comes from.
  public typealias DecodingOptions = ModelDecodingOptions

  /// Writes a data set as a JSON object in UTF-8. Encapsulated pixel data appears only with a URI.
  public static func encode(_ dataSet: DataSet, options: EncodingOptions = EncodingOptions()) -> [UInt8] {
    var encoder = ModelEncoder<JSONModelWriter>(options: options)
    encoder.consume(dataSet)
    encoder.finish()
    return encoder.takeBytes()
  }

  /// Writes several data sets as a JSON array.
  public static func encode(_ dataSets: [DataSet], options: EncodingOptions = EncodingOptions()) -> [UInt8] {
    var result: [UInt8] = [UInt8(ascii: "[")]
    for (index, dataSet) in dataSets.enumerated() {
      if index > 0 { result.append(UInt8(ascii: ",")) }
      result += encode(dataSet, options: options)
    }
    result.append(UInt8(ascii: "]"))
    return result
  }

  /// Writes a JSON object of tokens as they are read, so that a data set of any size is never held whole.
  ///
  ///     var encoder = DICOMJSON.Encoder(options: options)
  ///     while let token = try reader.next() {
  ///       try encoder.consume(token, byteOrder: reader.byteOrder) { uri, bytes, isLast in … }
  ///       output.write(encoder.takeBytes())
  ///     }
  ///     output.write(encoder.finish())
  public struct Encoder: ModelTokenEncoder {
    private var core: ModelEncoder<JSONModelWriter>

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

    /// Ends the object.
    /// - Returns: the rest of the text.
    public mutating func finish() -> [UInt8] {
      core.finish()
      return core.takeBytes()
    }
  }

  /// Reads a JSON object. Text of the data set is in UTF-8, which its Specific Character Set says where need be.
  /// - Parameter bulkData: finds the bytes behind a BulkDataURI; without it, or where it gives nil, the value is empty.
  public static func decode(
    _ bytes: [UInt8], bulkData: @escaping (String) -> ByteSlice? = { _ in nil }
  ) throws(ReadError) -> DataSet {
    try decode(bytes, options: DecodingOptions(bulkData: bulkData))
  }

  /// Reads a JSON object.
  public static func decode(_ bytes: [UInt8], options: DecodingOptions) throws(ReadError) -> DataSet {
    try JSONModelDecoder(options: options).dataSet(of: try JSONReader.read(bytes, depth: options.jsonDepth))
  }

  /// Reads a JSON array of data sets, or a single one.
  public static func decodeAll(
    _ bytes: [UInt8], bulkData: @escaping (String) -> ByteSlice? = { _ in nil }
  ) throws(ReadError) -> [DataSet] {
    let options = DecodingOptions(bulkData: bulkData)
    let json = try JSONReader.read(bytes, depth: options.jsonDepth)
    var result: [DataSet] = []
    for value in json.array ?? [json] {
      result.append(try JSONModelDecoder(options: options).dataSet(of: value))
    }
    return result
  }
}

extension ModelDecodingOptions {
  /// A sequence, its list of values and an item are three steps; the values of the innermost one two more.
  var jsonDepth: Int { 3 * depth + 3 }
}
