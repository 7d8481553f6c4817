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

/// WADO-RS: the values behind BulkDataURI (PS3.18 §10.4.1.5). Pixel data that is compressed is given frame by frame.
enum BulkDataRoutes {
  static func add(to routes: RouteTable) {
    routes.on(
      .get, RouterPath(stringLiteral: FrameRoutes.instance + "/bulkdata/**"), needs: .viewImages, records: .accessed,
      bulkData)
  }

  @Sendable private static func bulkData(_ call: Call) async throws -> Response {
    let path = try BulkDataPath(parsing: call.context.parameters.getCatchAll().joined(separator: "/"))
    let instance = try await call.instance()
    let syntax = TransferSyntax(instance.transferSyntax)
    if path.steps.isEmpty, path.tag == .pixelData, syntax.isEncapsulated { return try await frames(call, syntax) }
    guard let form = try call.accept.choose(among: offers) else { throw Problem.notAcceptable }
    if path.steps.isEmpty, path.tag == .pixelData, syntax.isNative, syntax.byteOrder == .littleEndian,
      let streamed = try await nativePixelData(call, instance, form)
    {
      return streamed
    }
    let archive = call.services.archive
    let bytes = try await call.blocking { () throws -> ByteBuffer in
      let dataSet = try archive.dataSet(of: instance)
      guard let element = path.element(in: dataSet), let bytes = element.bytes else { throw Problem.notFound }
      return littleEndian(bytes, unit: element.vr.unitSize, from: dataSet.byteOrder)
    }
    guard form.isMultipart else { return .bytes(bytes, type: form.media.essence, headers: FrameRoutes.caching) }
    var writer = MultipartWriter()
    var body = ByteBuffer(bytes: writer.beginPart(form.media, length: bytes.readableBytes))
    var value = bytes
    body.writeBuffer(&value)
    body.writeBytes(writer.end())
    let type = form.contentType(boundary: writer.boundary).description
    return .bytes(body, type: type, headers: FrameRoutes.caching)
  }

  private static let offers: [Representation] = [.init(.octetStream, isMultipart: true), .init(.octetStream)]

  private static func frames(_ call: Call, _ syntax: TransferSyntax) async throws -> Response {
    let image = try await FrameRoutes.image(call)
    let offers = FrameRoutes.offers(syntax, alone: false).reversed()
    guard let form = try call.accept.choose(among: Array(offers)) else { throw Problem.notAcceptable }
    let isStored = form.media != .octetStream
    let writer = MultipartWriter()
    return .stream(type: form.contentType(boundary: writer.boundary).description, headers: FrameRoutes.caching) {
      body in
      var writer = writer
      for index in 0..<image.frameCount {
        let slice = try await call.blocking {
          isStored ? try image.codestream(index) ?? .empty : try image.uncompressed(index)
        }
        try await body.write(ByteBuffer(bytes: writer.beginPart(form.partType, length: slice.count)))
        try await body.write(ByteBuffer(slice))
      }
      try await body.write(ByteBuffer(bytes: writer.end()))
    }
  }

  /// Native pixel data goes from the store to the client without standing in memory.
  private static func nativePixelData(
    _ call: Call, _ instance: StoredInstance, _ form: Representation
  ) async throws -> Response? {
    let archive = call.services.archive
    guard let (element, offset) = try await call.blocking({ try archive.pixelDataElement(of: instance) }),
      !element.hasUndefinedLength, element.tag == .pixelData
    else { return nil }
    let length = min(Int64(element.length), instance.location.length - offset)
    guard form.isMultipart else {
      return .stream(type: form.media.essence, length: Int(length), headers: FrameRoutes.caching) { body in
        try await RetrieveRoutes.send(
          instance.location, from: offset, count: length, after: [], of: archive, on: call, to: &body)
      }
    }
    var writer = MultipartWriter()
    let head = writer.beginPart(form.media, length: Int(length))
    let end = writer.end()
    return .stream(
      type: form.contentType(boundary: writer.boundary).description, length: head.count + Int(length) + end.count,
      headers: FrameRoutes.caching
    ) { body in
      try await RetrieveRoutes.send(
        instance.location, from: offset, count: length, after: head, of: archive, on: call, to: &body)
      try await body.write(ByteBuffer(bytes: end))
    }
  }

  /// Bulk data is little endian whatever is stored (PS3.18 §8.7.3.3.1).
  private static func littleEndian(_ bytes: ByteSlice, unit: Int, from order: ByteOrder) -> ByteBuffer {
    guard order == .bigEndian, unit > 1 else { return ByteBuffer(bytes) }
    var swapped = bytes.array
    for start in stride(from: 0, through: swapped.count - unit, by: unit) {
      swapped[start..<start + unit].reverse()
    }
    return ByteBuffer(bytes: swapped)
  }
}
