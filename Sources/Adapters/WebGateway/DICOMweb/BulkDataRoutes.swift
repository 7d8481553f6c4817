// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore
import Trust

/// WADO-RS: the values behind BulkDataURI, one by one and all of a resource (PS3.18 §10.4.1.5, §10.4.1.6). Pixel data
/// that is compressed is given frame by frame.
enum BulkDataRoutes {
  static func add(to routes: RouteTable) {
    for level in RetrieveRoutes.levels {
      for (name, pixelsOnly) in [("bulkdata", false), ("pixeldata", true)] {
        routes.on(
          .get, RouterPath(stringLiteral: level + "/" + name), needs: .viewImages, records: .accessed
        ) { call in
          try call.checkCharacterSet()
          let instances = try await call.instances()
          guard let response = try await BulkDataCollection.response(to: call, instances, pixelsOnly: pixelsOnly)
          else { throw Problem.notAcceptable(BulkDataCollection.offers(for: instances)) }
          return response
        }
      }
    }
    routes.on(
      .get, RouterPath(stringLiteral: FrameRoutes.instance + "/bulkdata/**"), needs: .viewImages, records: .accessed,
      bulkData)
  }

  @Sendable private static func bulkData(_ call: Call) async throws -> Response {
    let path = try BulkDataPath(parsing: call.context.parameters.getCatchAll().joined(separator: "/"))
    let instance = try await call.instance()
    let syntax = TransferSyntax(instance.transferSyntax)
    if path.steps.isEmpty, path.tag == .pixelData, syntax.isEncapsulated { return try await frames(call, syntax) }
    // A range is of a value alone, not of a message around it.
    let isRange = call.request.headers[.range] != nil
    let form = try call.choose(isRange ? offers.reversed() : offers)
    let tag = call.entityTag([instance], form.isMultipart ? "multipart" : "")
    if let response = call.unchanged(tag) { return response }
    var headers = FrameRoutes.caching
    headers[.eTag] = tag.description
    if path.steps.isEmpty, path.tag == .pixelData, syntax.isNative, syntax.byteOrder == .littleEndian,
      let streamed = try await nativePixelData(call, instance, form, headers)
    {
      return streamed
    }
    let archive = call.services.archive
    let bytes = try await call.blocking { () throws -> ByteBuffer in
      let isPixelData = path.steps.isEmpty && InstanceMetadata.isPixelData(path.tag)
      let dataSet = isPixelData ? try archive.dataSet(of: instance) : try archive.metadata(of: instance)
      guard let element = path.element(in: dataSet), let bytes = element.bytes else { throw Problem.notFound }
      return littleEndian(bytes, unit: element.vr.unitSize, from: dataSet.byteOrder)
    }
    guard form.isMultipart else {
      return .ranged(
        call.request, type: form.media.essence, length: Int64(bytes.readableBytes), headers: headers
      ) { range, body in
        if let part = bytes.getSlice(at: bytes.readerIndex + Int(range.lowerBound), length: range.count) {
          try await body.write(part)
        }
      }
    }
    var writer = MultipartWriter()
    var body = ByteBuffer(bytes: writer.beginPart(form.media, length: bytes.readableBytes))
    var value = bytes
    body.writeBuffer(&value)
    body.writeBytes(writer.end())
    return .bytes(body, type: form.contentType(boundary: writer.boundary).description, headers: headers)
  }

  private static let offers: [Representation] = [.init(.octetStream, isMultipart: true), .init(.octetStream)]

  /// Encapsulated pixel data: the frames as they are stored for who leaves it open.
  private static func frames(_ call: Call, _ syntax: TransferSyntax) async throws -> Response {
    if PixelForm(syntax).isVideo {
      let instance = try await call.instance()
      if let video = try await RenderedDocument.response(to: call, instance, accept: call.accept) { return video }
    }
    let image = try await FrameRoutes.image(call)
    let all = PixelForm(syntax).offers(isMultipart: true)
    let stored = all.filter { $0.transferSyntax == syntax.uid }
    let form = try call.choose(stored + all.filter { $0.transferSyntax != syntax.uid })
    let writer = MultipartWriter()
    return .stream(type: form.contentType(boundary: writer.boundary).description, headers: FrameRoutes.caching) {
      body in
      var writer = writer
      for number in 1..<image.frameCount + 1 {
        let slice = try await call.blocking { try FrameRoutes.frame(number, of: image, as: form, call.services) }
        try await body.write(ByteBuffer(bytes: writer.beginPart(form.partType, length: slice.count)))
        try await body.write(ByteBuffer(slice))
      }
      try await body.write(ByteBuffer(bytes: writer.end()))
    }
  }

  /// Native pixel data goes from the store to the client without standing in memory.
  private static func nativePixelData(
    _ call: Call, _ instance: StoredInstance, _ form: Representation, _ headers: HTTPFields
  ) async throws -> Response? {
    let archive = call.services.archive
    guard let (element, offset) = try await call.blocking({ try archive.pixelDataElement(of: instance) }),
      !element.hasUndefinedLength, element.tag == .pixelData
    else { return nil }
    let length = min(Int64(element.length), instance.location.length - offset)
    guard form.isMultipart else {
      return .ranged(call.request, type: form.media.essence, length: length, headers: headers) { range, body in
        try await RetrieveRoutes.send(
          instance.location, from: offset + range.lowerBound, count: Int64(range.count), after: [], of: archive,
          on: call, to: &body)
      }
    }
    var writer = MultipartWriter()
    let head = writer.beginPart(form.media, length: Int(length))
    let end = writer.end()
    return .stream(
      type: form.contentType(boundary: writer.boundary).description, length: head.count + Int(length) + end.count,
      headers: headers
    ) { body in
      try await RetrieveRoutes.send(
        instance.location, from: offset, count: length, after: head, of: archive, on: call, to: &body)
      try await body.write(ByteBuffer(bytes: end))
    }
  }

  /// Bulk data is little endian whatever is stored (PS3.18 §8.7.3.3.1).
  static func littleEndian(_ bytes: ByteSlice, unit: Int, from order: ByteOrder) -> ByteBuffer {
    guard order == .bigEndian, unit > 1 else { return ByteBuffer(bytes) }
    var swapped = bytes.array
    for start in stride(from: 0, through: swapped.count - unit, by: unit) {
      swapped[start..<start + unit].reverse()
    }
    return ByteBuffer(bytes: swapped)
  }
}
