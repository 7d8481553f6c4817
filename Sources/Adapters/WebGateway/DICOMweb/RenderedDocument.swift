// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMObjects
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore

/// What is rendered without drawing: reports as text, encapsulated documents and video as they are
/// (PS3.18 table 8.7.4-1).
enum RenderedDocument {
  /// What a document of an instance is.
  private enum Content: Sendable {
    case report(DataSet)
    case encapsulated(MediaType, ByteSlice)
  }

  static let html = MediaType("text", "html")
  static let plain = MediaType("text", "plain")
  static let xml = MediaType("text", "xml")
  /// What is said to be written in, where text is sent.
  private static let utf8 = "; charset=utf-8"

  /// Nil for images.
  static func response(to call: Call, _ instance: StoredInstance, accept: Accept) async throws -> Response? {
    let form = PixelForm(TransferSyntax(instance.transferSyntax))
    if form.isVideo, let media = form.media { return try await video(call, instance, media, accept) }
    guard instance.location.pixelDataOffset == nil else { return nil }
    let archive = call.services.archive
    let content = try await call.blocking { () throws -> Content? in
      let dataSet = try archive.dataSet(of: instance)
      if dataSet[.contentSequence] != nil || dataSet[.valueType] != nil { return .report(dataSet) }
      guard let bytes = dataSet.bytes(.encapsulatedDocument),
        let type = dataSet.string(.mimeTypeOfEncapsulatedDocument), let media = try? MediaType(parsing: type)
      else { return nil }
      let length = dataSet.integer(.encapsulatedDocumentLength).map { min($0, bytes.count) } ?? bytes.count
      return .encapsulated(media, bytes[0..<max(length, 0)])
    }
    switch content {
    case nil: return nil
    case .report(let dataSet): return try await report(call, instance, dataSet, accept)
    case .encapsulated(let media, let bytes):
      guard accept.choose(among: [.init(media)]) != nil else { throw Problem.notAcceptable([.init(media)]) }
      // A document may hold script: it is shown by nobody's page but the reader's own.
      return .bytes(
        ByteBuffer(bytes), type: media.essence, headers: [.contentDisposition: "attachment", .cacheControl: "no-store"])
    }
  }

  /// A report as a page, as plain text or in the Native DICOM Model.
  private static func report(
    _ call: Call, _ instance: StoredInstance, _ dataSet: DataSet, _ accept: Accept
  ) async throws -> Response {
    let offers = [html, plain, xml].map { Representation($0) }
    guard let form = accept.choose(among: offers) else { throw Problem.notAcceptable(offers) }
    try call.checkCharacterSet()
    let tag = call.entityTag([instance], form.media.essence)
    if let response = call.unchanged(tag) { return response }
    let base = call.dicomWebBase
    let bytes = try await call.blocking { () throws -> [UInt8] in
      if form.media == xml { return DICOMXML.encode(dataSet) }
      let report: StructuredReport
      do {
        report = try StructuredReport(dataSet)
      } catch {
        throw Problem(.unprocessableContent, "The stored report cannot be read: \(error)")
      }
      if form.media == plain { return Array(ReportText.render(report).utf8) }
      return Array(
        ReportHTML.render(report) { cited, frames in
          try? address(of: cited.sopInstance, frames, near: instance, base: base, call.services.index)
        }.utf8)
    }
    return .bytes(
      ByteBuffer(bytes: bytes), type: form.media.essence + utf8,
      headers: [.eTag: tag.description, .cacheControl: "private, no-cache"])
  }

  /// Where a cited instance can be seen; nil where it is not here.
  private static func address(
    of uid: UID, _ frames: [Int], near instance: StoredInstance, base: String, _ index: any InstanceIndex
  ) throws -> String? {
    guard let cited = try index.instances(.init(studies: [instance.identity.study], instances: [uid])).first else {
      return nil
    }
    let url = cited.path.url(base: base)
    return frames.first.map { "\(url)/frames/\($0)/rendered" } ?? url + "/rendered"
  }

  /// Video in one stream, of which a player may ask for ranges.
  private static func video(
    _ call: Call, _ instance: StoredInstance, _ media: MediaType, _ accept: Accept
  ) async throws -> Response {
    let offers = [false, true].map {
      Representation(media, transferSyntax: instance.transferSyntax, isMultipart: $0)
    }
    guard let form = accept.choose(among: offers) else { throw Problem.notAcceptable(offers) }
    let tag = call.entityTag([instance], form.isMultipart ? "multipart" : "")
    if let response = call.unchanged(tag) { return response }
    let archive = call.services.archive
    let stored = try await call.blocking { () throws -> StoredFragments in
      guard let (_, offset) = try archive.pixelDataElement(of: instance) else { throw Problem.notFound }
      return try StoredFragments(instance, from: offset, archive: archive)
    }
    let length = stored.fragments.reduce(0) { $0 + Int64($1.count) }
    var headers = FrameRoutes.caching
    headers[.eTag] = tag.description
    @Sendable func write(_ range: Range<Int64>, _ body: inout any ResponseBodyWriter) async throws {
      var start: Int64 = 0
      for fragment in stored.fragments {
        let part = range.clamped(to: start..<start + Int64(fragment.count))
        if !part.isEmpty {
          try await RetrieveRoutes.send(
            instance.location, from: fragment.lowerBound + part.lowerBound - start, count: Int64(part.count), after: [],
            of: archive, on: call, to: &body)
        }
        start += Int64(fragment.count)
      }
    }
    guard form.isMultipart else {
      return .ranged(call.request, type: media.essence, length: length, headers: headers, write)
    }
    let writer = MultipartWriter()
    return .stream(type: form.contentType(boundary: writer.boundary).description, headers: headers) { body in
      var writer = writer
      try await body.write(ByteBuffer(bytes: writer.beginPart(form.partType, length: Int(length))))
      try await write(0..<length, &body)
      try await body.write(ByteBuffer(bytes: writer.end()))
    }
  }
}
