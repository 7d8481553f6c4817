// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore
import Trust

/// WADO-RS: metadata as DICOM JSON or XML, values that are long or binary by reference (PS3.18 §10.4.1.1.2).
enum MetadataRoutes {
  /// Instances that are read at once by one thread.
  static let batch = 16

  static func add(to routes: RouteTable) {
    for level in RetrieveRoutes.levels {
      routes.on(.get, RouterPath(stringLiteral: level + "/metadata"), needs: .viewImages, records: .accessed, metadata)
    }
  }

  /// PS3.18 table 10.4.4-1; one document alone needs no message around it.
  static func offers(alone: Bool) -> [Representation] {
    [.init(.dicomJSON), .init(.json), .init(.dicomXML, isMultipart: true)] + (alone ? [.init(.dicomXML)] : [])
  }

  @Sendable private static func metadata(_ call: Call) async throws -> Response {
    try call.checkCharacterSet()
    let instances = try await call.instances()
    let form = try call.choose(offers(alone: instances.count == 1))
    let tag = call.entityTag(instances, form.media.essence, form.isMultipart ? "multipart" : "")
    if let response = call.unchanged(tag) { return response }
    let headers: HTTPFields = [.eTag: tag.description, .cacheControl: "private, no-cache"]
    let writer = MultipartWriter(boundary: "martlet-" + tag.text)
    let texts = Texts(
      instances: instances, form: form, archive: call.services.archive, base: call.dicomWebBase, writer: writer,
      heads: HeadsOfSeries(instances, call.services.archive))
    let type = form.isMultipart ? form.contentType(boundary: writer.boundary).description : form.media.essence
    // The first batch is read before anything is sent, so that a study that cannot be read is an error.
    let first = try await call.blocking { try texts.batch(0..<min(batch, instances.count)) }
    guard instances.count > batch else { return .bytes(first, type: type, headers: headers) }
    return .stream(type: type, headers: headers) { body in
      var ready = first
      // Two batches are in the making, for two cores, while one is sent.
      for start in stride(from: batch, to: instances.count, by: 2 * batch) {
        let middle = min(start + batch, instances.count)
        let end = min(middle + batch, instances.count)
        async let next = call.blocking { try texts.batch(start..<middle) }
        async let second = call.blocking { try texts.batch(middle..<end) }
        try await body.write(ready)
        try await body.write(next)
        ready = try await second
      }
      try await body.write(ready)
    }
  }

  /// Writes the metadata of instances, one batch after another.
  private struct Texts: Sendable {
    let instances: [StoredInstance]
    let form: Representation
    let archive: ImageArchive
    let base: String
    let writer: MultipartWriter
    let heads: HeadsOfSeries

    func batch(_ range: Range<Int>) throws -> ByteBuffer {
      var buffer = ByteBuffer()
      if range.isEmpty { return buffer }
      for index in range {
        let metadata = try InstanceMetadata(
          instances[index], archive: archive, base: base, head: heads[instances[index]])
        guard form.media == .dicomXML else {
          buffer.writeInteger(UInt8(ascii: index == 0 ? "[" : ","))
          buffer.writeBytes(metadata.json)
          continue
        }
        let xml = metadata.xml
        if form.isMultipart {
          var writer = writer
          // A writer that has written a part puts a line end before the next.
          if index > 0 { _ = writer.beginPart(form.partType) }
          let url = instances[index].path.url(base: base, "metadata")
          buffer.writeBytes(writer.beginPart(form.partType, length: xml.count, location: url))
        }
        buffer.writeBytes(xml)
      }
      if range.upperBound == instances.count {
        if form.media != .dicomXML { buffer.writeInteger(UInt8(ascii: "]")) }
        if form.isMultipart { buffer.writeBytes(Array("\r\n--\(writer.boundary)--\r\n".utf8)) }
      }
      return buffer
    }
  }
}
