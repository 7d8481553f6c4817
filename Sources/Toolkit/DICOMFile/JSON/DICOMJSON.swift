// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The DICOM JSON model (PS3.18 Annex F).
public enum DICOMJSON {
  /// What to write.
  public struct EncodingOptions: Sendable {
    /// The URI under which the value of a binary element is found; nil writes it inline (PS3.18 §F.2.6, §F.2.7). The
    /// path names the element: `7FE00010`, in the second item of a sequence `54000100/2/54001010`.
    public var bulkDataURI: (@Sendable (_ path: String, _ element: DataElement) -> String?)?
    /// Specific Character Set is written as ISO_IR 192, because the text is in UTF-8.
    public var statesUTF8: Bool

    public init(
      statesUTF8: Bool = true,
      bulkDataURI: (@Sendable (_ path: String, _ element: DataElement) -> String?)? = nil
    ) {
      self.statesUTF8 = statesUTF8
      self.bulkDataURI = bulkDataURI
    }
  }

  /// Writes a data set as a JSON object in UTF-8. Encapsulated pixel data appears only with a URI.
  public static func encode(_ dataSet: DataSet, options: EncodingOptions = EncodingOptions()) -> [UInt8] {
    var encoder = JSONModelEncoder(options: options)
    return encoder.encode(dataSet)
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

  /// Reads a JSON object. Text of the data set is in UTF-8, which its Specific Character Set says where need be.
  /// - Parameter bulkData: finds the bytes behind a BulkDataURI; without it, or where it gives nil, the value is empty.
  public static func decode(
    _ bytes: [UInt8], bulkData: @escaping (String) -> ByteSlice? = { _ in nil }
  ) throws(ReadError) -> DataSet {
    try JSONModelDecoder(bulkData: bulkData).dataSet(try JSONReader.read(bytes), path: "")
  }

  /// Reads a JSON array of data sets, or a single one.
  public static func decodeAll(
    _ bytes: [UInt8], bulkData: @escaping (String) -> ByteSlice? = { _ in nil }
  ) throws(ReadError) -> [DataSet] {
    let json = try JSONReader.read(bytes)
    var result: [DataSet] = []
    for value in json.array ?? [json] {
      result.append(try JSONModelDecoder(bulkData: bulkData).dataSet(value, path: ""))
    }
    return result
  }
}
