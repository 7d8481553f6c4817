// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The parts of a request to store metadata with bulk data (PS3.18 §10.5.1): what stands behind the URIs of a model.
public struct BulkDataParts {
  /// An object put together.
  public struct Object: Sendable {
    /// Text in UTF-8, pixel data as it came.
    public let dataSet: DataSet
    /// That of the compressed pixel data, else explicit VR little endian.
    public let transferSyntax: TransferSyntax
  }

  private struct Part {
    let bytes: ByteSlice
    let transferSyntax: TransferSyntax?
  }

  private var parts: [String: [Part]] = [:]

  public init() {}

  /// Adds a part.
  /// - Parameters:
  ///   - location: its Content-Location, the URI by which the metadata refers to it. Parts with the same one are
  ///     frames in their order.
  ///   - transferSyntax: of a compressed part, by its media type (PS3.18 table 8.7.3-2); nil for octet-stream, which
  ///     is in little endian.
  public mutating func add(location: String, bytes: ByteSlice, transferSyntax: TransferSyntax? = nil) {
    parts[location, default: []].append(Part(bytes: bytes, transferSyntax: transferSyntax))
  }

  /// The objects of metadata in JSON, an array or one object.
  /// - Throws: `ReadError` with `.invalidJSON`, or with `.invalidBulkData` where no part has the URI of an element, or
  ///   where the parts of one contradict each other.
  public func objects(json: [UInt8]) throws(ReadError) -> [Object] {
    let options = ModelDecodingOptions { (uri) throws(ReadError) in try bytes(uri) }
    let read = try JSONReader.read(json, depth: options.jsonDepth)
    var result: [Object] = []
    for value in read.array ?? [read] {
      result.append(try object(try JSONModelDecoder(options: options).dataSet(of: value), pixels: pixelURI(value)))
    }
    return result
  }

  /// The object of metadata in XML. Its pixel data is in octet-stream; compressed frames need JSON.
  public func object(xml: [UInt8]) throws(ReadError) -> Object {
    let options = ModelDecodingOptions { (uri) throws(ReadError) in try bytes(uri) }
    return Object(
      dataSet: try DICOMXML.decode(xml, options: options), transferSyntax: .explicitVRLittleEndian)
  }

  private func pixelURI(_ json: JSONValue) -> String? { json[Tag.pixelData.hexadecimal]?["BulkDataURI"]?.string }

  /// The value behind a URI; that of compressed pixel data is put in afterwards.
  private func bytes(_ uri: String) throws(ReadError) -> ByteSlice {
    guard let found = parts[uri], let first = found.first else {
      throw ReadError(.invalidBulkData, "No part has the location \(uri.prefix(200)).")
    }
    if first.transferSyntax != nil { return .empty }
    return found.count == 1 ? first.bytes : ByteSlice(found.flatMap(\.bytes.array))
  }

  private func object(_ model: DataSet, pixels: String?) throws(ReadError) -> Object {
    guard let found = pixels.flatMap({ parts[$0] }), let syntax = found.first?.transferSyntax else {
      return Object(dataSet: model, transferSyntax: .explicitVRLittleEndian)
    }
    guard found.allSatisfy({ $0.transferSyntax == syntax }) else {
      throw ReadError(.invalidBulkData, "The frames have different media types.", path: "\(Tag.pixelData)")
    }
    var dataSet = model
    // An empty Basic Offset Table: each frame is one fragment (PS3.5 §A.4).
    dataSet.set(
      DataElement(tag: .pixelData, vr: .OB, value: .fragments([.empty] + found.map(\.bytes))))
    return Object(dataSet: dataSet, transferSyntax: syntax)
  }
}
