// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMWeb
import HTTPTypes

/// Gathers the parts of a store transaction of metadata with bulk data (PS3.18 §10.5.1, §8.7.3.2), and puts the
/// instances together at its end. Used by one thread at a time.
struct ModelReceiver {
  /// Bytes of one JSON or XML text.
  static let longestText = 64 << 20
  /// Bytes of all parts: they stand in memory until the message ends.
  static let largestMessage = 1 << 30

  /// Metadata in JSON or XML.
  enum Model: Sendable { case json, xml }

  private enum Part {
    case text(Model)
    case bulkData(location: String, media: MediaType)
  }

  private var part: Part?
  private var bytes: [UInt8] = []
  private var total = 0
  private var texts: [(model: Model, bytes: [UInt8])] = []
  private var bulkData: [String: [(media: MediaType, bytes: ByteSlice)]] = [:]
  /// What a part without a type of its own is.
  private let model: Model

  init(_ model: Model) { self.model = model }

  mutating func begin(_ header: PartHeader) throws {
    let media = header.contentType
    bytes = []
    switch media?.essence {
    case MediaType.dicomJSON.essence, MediaType.json.essence: part = .text(.json)
    case MediaType.dicomXML.essence: part = .text(.xml)
    case nil where texts.isEmpty: part = .text(model)
    default:
      guard let location = header["content-location"], !location.isEmpty else {
        throw WebError(.malformed, "A part with bulk data has no Content-Location.", at: "part \(count + 1)")
      }
      part = .bulkData(location: location, media: media ?? .octetStream)
    }
    if case .text = part { try Self.checkCharacterSet(media) }
  }

  mutating func take(_ more: ByteSlice) throws {
    total += more.count
    guard total <= Self.largestMessage else {
      throw WebError(.tooLarge, "Metadata and bulk data are taken up to \(Self.largestMessage) bytes.", at: "body")
    }
    if case .text = part, bytes.count + more.count > Self.longestText {
      throw WebError(.tooLarge, "Metadata is taken up to \(Self.longestText) bytes.", at: "part \(count + 1)")
    }
    more.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  mutating func end() {
    switch part {
    case .text(let model): texts.append((model, bytes))
    case .bulkData(let location, let media): bulkData[location, default: []].append((media, ByteSlice(bytes)))
    case nil: break
    }
    part = nil
    bytes = []
  }

  /// Refuses texts in another character set than UTF-8 (PS3.18 §F.2.1).
  static func checkCharacterSet(_ media: MediaType?) throws {
    guard let name = media?["charset"]?.lowercased(), name != "utf-8", name != "us-ascii" else { return }
    throw Problem(.unsupportedMediaType, "Metadata is taken in UTF-8 only, not in \(name.prefix(40)).")
  }

  private var count: Int { texts.count + bulkData.values.reduce(0) { $0 + $1.count } }

  // MARK: - Instances

  /// The instances that the texts describe, or why there is none.
  func instances() throws -> [ModelInstance] {
    guard !texts.isEmpty else { throw WebError(.malformed, "The message has no metadata.", at: "body") }
    return try texts.flatMap { text in
      let models: [DataSet]
      do {
        models = text.model == .json ? try DICOMJSON.decodeAll(text.bytes) : [try DICOMXML.decode(text.bytes)]
      } catch let error as ReadError {
        throw WebError(.malformed, "The metadata cannot be read: \(error)", at: "part with metadata")
      }
      return try instances(text, models)
    }
  }

  private func instances(_ text: (model: Model, bytes: [UInt8]), _ models: [DataSet]) throws -> [ModelInstance] {
    let box = CompressedReferences()
    let options = ModelDecodingOptions { (uri) throws(ReadError) in try value(uri, box) }
    guard text.model == .json else {
      do {
        let dataSet = try DICOMXML.decode(text.bytes, options: options)
        return [try assembled(dataSet, compressed: box.locations.first)]
      } catch {
        return [ModelInstance(dataSet: models[0], transferSyntax: nil, fault: "\(error)")]
      }
    }
    return try Self.objects(text.bytes).enumerated().map { index, bytes in
      box.locations = []
      do {
        let dataSet = try DICOMJSON.decode(bytes, options: options)
        return try assembled(dataSet, compressed: box.locations.first)
      } catch let error as ReadError {
        return ModelInstance(dataSet: models[index], transferSyntax: nil, fault: error.reason)
      } catch let error as CodecError {
        return ModelInstance(dataSet: models[index], transferSyntax: nil, fault: "\(error)")
      }
    }
  }

  /// The texts of the objects of an array, so that a fault in one leaves the others alone.
  private static func objects(_ bytes: [UInt8]) throws -> [[UInt8]] {
    var splitter = DICOMJSON.ObjectSplitter(objectLength: longestText)
    splitter.feed(ByteSlice(bytes))
    splitter.finish()
    var objects: [[UInt8]] = []
    while let object = try splitter.next() { objects.append(object) }
    return objects
  }

  /// The value behind a URI; compressed pixel data is put in afterwards.
  private func value(_ uri: String, _ compressed: CompressedReferences) throws(ReadError) -> ByteSlice {
    guard let found = bulkData[uri], let first = found.first else {
      throw ReadError(.invalidBulkData, "No part has the Content-Location \(uri.prefix(200)).")
    }
    if Self.isCompressed(first.media) {
      compressed.locations.append(uri)
      return .empty
    }
    return found.count == 1 ? first.bytes : ByteSlice(found.flatMap(\.bytes.array))
  }

  private static func isCompressed(_ media: MediaType) -> Bool {
    if media.essence != MediaType.octetStream.essence { return true }
    return media.transferSyntax.map { TransferSyntax(UID($0)).isEncapsulated } ?? false
  }

  /// Puts compressed frames into the data set, and what they say of the image where the metadata does not.
  private func assembled(_ model: DataSet, compressed: String?) throws -> ModelInstance {
    guard let compressed, let parts = bulkData[compressed], let media = parts.first?.media else {
      return ModelInstance(dataSet: model, transferSyntax: .explicitVRLittleEndian, fault: nil)
    }
    guard parts.allSatisfy({ $0.media == media }) else {
      throw ReadError(.invalidBulkData, "The frames at \(compressed.prefix(200)) have different media types.")
    }
    let frames = try CompressedFrames(media, parts.map(\.bytes))
    var dataSet = model
    frames.complete(&dataSet)
    // An empty Basic Offset Table: each frame is one fragment (PS3.5 §A.4).
    dataSet.set(DataElement(tag: .pixelData, vr: .OB, value: .fragments([.empty] + frames.frames)))
    return ModelInstance(dataSet: dataSet, transferSyntax: frames.transferSyntax, fault: nil)
  }

  /// Which URIs had compressed parts, found while a model was read.
  private final class CompressedReferences {
    var locations: [String] = []
  }
}

/// An instance that was put together of parts.
struct ModelInstance {
  var dataSet: DataSet
  /// Nil where it could not be put together.
  var transferSyntax: TransferSyntax?
  var fault: String?
}
