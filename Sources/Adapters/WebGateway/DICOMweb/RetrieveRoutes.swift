// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore
import Trust

/// WADO-RS: studies, series and instances as Part 10 files (PS3.18 §10.4.1.1.1).
enum RetrieveRoutes {
  static let levels: [String] = [
    "dicom-web/studies/:study", "dicom-web/studies/:study/series/:series",
    "dicom-web/studies/:study/series/:series/instances/:instance",
  ]

  static func add(to routes: RouteTable) {
    for level in levels {
      routes.on(.get, RouterPath(stringLiteral: level), needs: .viewImages, records: .transferred, retrieve)
    }
  }

  @Sendable private static func retrieve(_ call: Call) async throws -> Response {
    let instances = try await call.instances()
    let plan: RetrievePlan
    do {
      plan = try RetrievePlan(instances, accept: call.accept)
    } catch let refused as Problem {
      // PS3.18 table 10.4.4-1: an instance can also be had as its bulk data.
      guard let bulkData = try await BulkDataCollection.response(to: call, instances, pixelsOnly: false) else {
        throw refused
      }
      return bulkData
    }
    let tag = call.entityTag(plan.parts.map(\.instance), plan.parts.map { $0.form.partType.description }.joined())
    if let response = call.unchanged(tag) { return response }
    guard plan.isMultipart else { return try await single(plan.parts[0], call, tag) }
    let (archive, base) = (call.services.archive, call.dicomWebBase)
    let writer = MultipartWriter()
    let type = plan.parts[0].form.contentType(boundary: writer.boundary)
    return .stream(
      type: type.description, length: length(of: plan, writer, base: base),
      status: plan.isPartial ? .partialContent : .ok,
      headers: [.eTag: tag.description, .cacheControl: "private, no-cache"]
    ) { body in
      var pieces = RetrievePieces(plan: plan, writer: writer, base: base, archive: archive)
      try await send(&pieces, of: archive, on: call, to: &body)
      try await body.write(ByteBuffer(bytes: pieces.writer.end()))
    }
  }

  static func single(_ part: RetrievePlan.Part, _ call: Call, _ tag: EntityTag) async throws -> Response {
    let type = part.form.partType.description
    let archive = call.services.archive
    let headers: HTTPFields = [.eTag: tag.description, .cacheControl: "private, no-cache"]
    guard part.isStored else {
      let bytes = try await RetrievePieces.Piece.convert(part, of: archive, on: call)
      return .bytes(ByteBuffer(bytes: bytes), type: type, headers: headers)
    }
    guard part.instance.change == nil else {
      return .stream(type: type, headers: headers) { body in
        var pieces = RetrievePieces(corrected: part.instance, archive: archive)
        try await send(&pieces, of: archive, on: call, to: &body)
      }
    }
    let location = part.instance.location
    return .ranged(call.request, type: type, length: location.length, headers: headers) { range, body in
      try await send(
        location, from: range.lowerBound, count: Int64(range.count), after: [], of: archive, on: call, to: &body)
    }
  }

  /// The length of the payload, which is known where everything goes out as it is stored.
  private static func length(of plan: RetrievePlan, _ writer: MultipartWriter, base: String) -> Int? {
    guard plan.parts.allSatisfy({ $0.isStored && $0.instance.change == nil }) else { return nil }
    var writer = writer
    var total = 0
    for part in plan.parts {
      let length = Int(part.instance.location.length)
      total +=
        writer.beginPart(
          part.form.partType, length: length, location: part.instance.path.url(base: base)
        ).count + length
    }
    return total + writer.end().count
  }

  /// Sends stored bytes: the next piece is read while one is being sent.
  static func send(
    _ location: StoredLocation, from start: Int64 = 0, count: Int64? = nil, after head: [UInt8],
    of archive: ImageArchive, on call: Call, to body: inout any ResponseBodyWriter
  ) async throws {
    var pieces = RetrievePieces(
      location, from: start, count: count ?? location.length - start, after: head, archive: archive)
    try await send(&pieces, of: archive, on: call, to: &body)
  }

  /// Sends an instance as a Part 10 file in the form in which it is stored, corrected.
  static func send(
    _ instance: StoredInstance, of archive: ImageArchive, on call: Call, to body: any ResponseBodyWriter
  ) async throws {
    let location = instance.location
    var pieces =
      instance.change == nil
      ? RetrievePieces(location, from: 0, count: location.length, after: [], archive: archive)
      : RetrievePieces(corrected: instance, archive: archive)
    var body = body
    try await send(&pieces, of: archive, on: call, to: &body)
  }

  /// Sends pieces, across parts too: the next one is made while one is being sent.
  private static func send(
    _ pieces: inout RetrievePieces, of archive: ImageArchive, on call: Call, to body: inout any ResponseBodyWriter
  ) async throws {
    let memory = SentMemory()
    var ready = try await RetrievePieces.bytes(of: pieces.batch(), in: memory, of: archive, on: call)
    while true {
      let batch = pieces.batch()
      if batch.isEmpty { break }
      async let following = RetrievePieces.bytes(of: batch, in: memory, of: archive, on: call)
      try await body.write(ready)
      memory.take(ready)
      ready = try await following
    }
    try await body.write(ready)
  }
}
