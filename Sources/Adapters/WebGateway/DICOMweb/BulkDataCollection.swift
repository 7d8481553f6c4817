// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore

/// All bulk data, or all pixel data, of a study, a series or an instance as one message (PS3.18 tables 10.4.1.5-1,
/// 10.4.1.6-1). Instances without any are passed over.
enum BulkDataCollection {
  /// The forms that the pixel data of these instances can have.
  static func offers(for instances: [StoredInstance]) -> [Representation] {
    Set(instances.map(\.transferSyntax)).sorted { $0.rawValue < $1.rawValue }
      .flatMap { offers(TransferSyntax($0)) }
  }

  /// As it is stored where that is compressed, else as octet-stream.
  private static func offers(_ syntax: TransferSyntax) -> [Representation] {
    let all = PixelForm(syntax).offers(isMultipart: true)
    return all.isEmpty ? [.init(.octetStream, isMultipart: true)] : all
  }

  /// Nil where the client accepts none of the forms.
  static func response(
    to call: Call, _ instances: [StoredInstance], pixelsOnly: Bool
  ) async throws -> Response? {
    var forms: [UID: Representation] = [:]
    for syntax in Set(instances.map(\.transferSyntax)) {
      forms[syntax] = try call.accept.choose(among: offers(TransferSyntax(syntax)))
    }
    let chosen = forms
    let parts = instances.filter { instance in
      chosen[instance.transferSyntax] != nil && (!pixelsOnly || hasPixels(instance))
    }
    guard let first = parts.first.flatMap({ chosen[$0.transferSyntax] }) else {
      if forms.isEmpty { return nil }
      throw Problem(.notFound, "Nothing of this has pixel data.")
    }
    let tag = call.entityTag(parts, first.partType.description, pixelsOnly ? "pixels" : "")
    if let response = call.unchanged(tag) { return response }
    var headers = FrameRoutes.caching
    headers[.eTag] = tag.description
    let isPartial = forms.count < Set(instances.map(\.transferSyntax)).count
    let writer = MultipartWriter()
    return .stream(
      type: first.contentType(boundary: writer.boundary).description, status: isPartial ? .partialContent : .ok,
      headers: headers
    ) { body in
      var sender = Sender(call: call, writer: writer)
      for instance in parts {
        guard let form = chosen[instance.transferSyntax] else { continue }
        if !pixelsOnly { try await sender.sendValues(of: instance, to: &body) }
        if hasPixels(instance) { try await sender.sendPixels(of: instance, as: form, to: &body) }
      }
      try await body.write(ByteBuffer(bytes: sender.writer.end()))
    }
  }

  private static func hasPixels(_ instance: StoredInstance) -> Bool {
    instance.location.pixelDataOffset != nil || TransferSyntax(instance.transferSyntax).isDeflated
  }

  /// Writes the parts of one instance after another.
  private struct Sender {
    let call: Call
    var writer: MultipartWriter

    /// Long binary values outside of the pixel data.
    mutating func sendValues(of instance: StoredInstance, to body: inout any ResponseBodyWriter) async throws {
      let (archive, path) = (call.services.archive, instance.path)
      let values = try await call.blocking {
        BulkDataCollection.values(of: try archive.metadata(of: instance), below: "")
      }
      for (place, bytes) in values {
        let url = path.url(base: call.dicomWebBase, "bulkdata", place)
        let type = MediaType.octetStream
        try await body.write(ByteBuffer(bytes: writer.beginPart(type, length: bytes.readableBytes, location: url)))
        try await body.write(bytes)
      }
    }

    mutating func sendPixels(
      of instance: StoredInstance, as form: Representation, to body: inout any ResponseBodyWriter
    ) async throws {
      let (archive, services) = (call.services.archive, call.services)
      let syntax = TransferSyntax(instance.transferSyntax)
      if form.media == .octetStream, syntax.isNative, syntax.byteOrder == .littleEndian,
        let (element, offset) = try await call.blocking({ try archive.pixelDataElement(of: instance) }),
        !element.hasUndefinedLength
      {
        let length = min(Int64(element.length), instance.location.length - offset)
        let url = instance.path.url(base: call.dicomWebBase, "bulkdata", element.tag.hexadecimal)
        let head = writer.beginPart(form.partType, length: Int(length), location: url)
        return try await RetrieveRoutes.send(
          instance.location, from: offset, count: length, after: head, of: archive, on: call, to: &body)
      }
      if PixelForm(syntax).isVideo { return try await sendVideo(of: instance, as: form, to: &body) }
      guard let image = try await call.blocking({ try? services.images.image(instance, archive: archive) }) else {
        return
      }
      let base = instance.path.url(base: call.dicomWebBase, "frames")
      for number in 1..<image.frameCount + 1 {
        let slice = try await call.blocking { try FrameRoutes.frame(number, of: image, as: form, services) }
        let head = writer.beginPart(form.partType, length: slice.count, location: "\(base)/\(number)")
        try await body.write(ByteBuffer(bytes: head))
        try await body.write(ByteBuffer(slice))
      }
    }

    private mutating func sendVideo(
      of instance: StoredInstance, as form: Representation, to body: inout any ResponseBodyWriter
    ) async throws {
      let archive = call.services.archive
      guard let (_, offset) = try await call.blocking({ try archive.pixelDataElement(of: instance) }) else { return }
      let stored = try await call.blocking { try StoredFragments(instance, from: offset, archive: archive) }
      let length = stored.fragments.reduce(0) { $0 + $1.count }
      let url = instance.path.url(base: call.dicomWebBase, "bulkdata", Tag.pixelData.hexadecimal)
      try await body.write(ByteBuffer(bytes: writer.beginPart(form.partType, length: length, location: url)))
      for range in stored.fragments {
        try await RetrieveRoutes.send(
          instance.location, from: range.lowerBound, count: Int64(range.count), after: [], of: archive, on: call,
          to: &body)
      }
    }
  }

  /// What stands behind a BulkDataURI in the metadata, with its place, without the pixel data.
  static func values(of dataSet: DataSet, below place: String) -> [(place: String, bytes: ByteBuffer)] {
    var values: [(place: String, bytes: ByteBuffer)] = []
    for element in dataSet.elements {
      let name = place + element.tag.hexadecimal
      if let items = element.items {
        for (index, item) in items.enumerated() { values += Self.values(of: item, below: "\(name)/\(index + 1)/") }
      } else if let bytes = element.bytes, isBinary(element.vr), InstanceMetadata.isReferenced(element),
        !(place.isEmpty && InstanceMetadata.isPixelData(element.tag))
      {
        values.append(
          (name, BulkDataRoutes.littleEndian(bytes, unit: element.vr.unitSize, from: dataSet.byteOrder)))
      }
    }
    return values
  }

  private static func isBinary(_ vr: VR) -> Bool { [VR.OB, .OD, .OF, .OL, .OV, .OW, .UN].contains(vr) }
}
