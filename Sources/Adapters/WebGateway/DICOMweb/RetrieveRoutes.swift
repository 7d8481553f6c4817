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
  /// Bytes that are read, and sent, at once.
  static let pieceSize: Int64 = 1 << 20

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
    let plan = try RetrievePlan(try await call.instances(), accept: call.accept)
    guard plan.isMultipart else { return try await single(plan.parts[0], call) }
    let (archive, base) = (call.services.archive, call.dicomWebBase)
    let writer = MultipartWriter()
    let type = plan.parts[0].form.contentType(boundary: writer.boundary)
    return .stream(
      type: type.description, length: length(of: plan, writer, base: base),
      status: plan.isPartial ? .partialContent : .ok
    ) { body in
      var writer = writer
      for part in plan.parts {
        let location = part.instance.path.url(base: base)
        if part.isStored {
          let length = Int(part.instance.location.length)
          let head = writer.beginPart(part.form.partType, length: length, location: location)
          try await send(part.instance.location, after: head, of: archive, on: call, to: &body)
        } else {
          let bytes = try await converted(part, call)
          let head = writer.beginPart(part.form.partType, length: bytes.readableBytes, location: location)
          try await body.write(ByteBuffer(bytes: head))
          try await body.write(bytes)
        }
      }
      try await body.write(ByteBuffer(bytes: writer.end()))
    }
  }

  private static func single(_ part: RetrievePlan.Part, _ call: Call) async throws -> Response {
    let type = part.form.partType.description
    guard part.isStored else { return .bytes(try await converted(part, call), type: type) }
    let archive = call.services.archive
    let location = part.instance.location
    return .stream(type: type, length: Int(location.length)) { body in
      try await send(location, after: [], of: archive, on: call, to: &body)
    }
  }

  private static func converted(_ part: RetrievePlan.Part, _ call: Call) async throws -> ByteBuffer {
    let target = TransferSyntax(part.form.transferSyntax ?? part.instance.transferSyntax)
    return try await call.blocking {
      ByteBuffer(bytes: try InstanceConversion.file(part.instance, as: target, archive: call.services.archive))
    }
  }

  /// The length of the payload, which is known where everything goes out as it is stored.
  private static func length(of plan: RetrievePlan, _ writer: MultipartWriter, base: String) -> Int? {
    guard plan.parts.allSatisfy(\.isStored) else { return nil }
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
    of archive: ImageArchive,
    on call: Call, to body: inout any ResponseBodyWriter
  ) async throws {
    let end = start + (count ?? location.length - start)
    @Sendable func piece(at offset: Int64, after head: [UInt8]) async throws -> ByteBuffer {
      try await call.blocking {
        let size = min(pieceSize, end - offset)
        var buffer = ByteBufferAllocator().buffer(capacity: Int(size) + head.count)
        buffer.writeBytes(head)
        try archive.read(location, from: offset, count: size) { buffer.writeBytes($0) }
        return buffer
      }
    }
    var next = try await piece(at: start, after: head)
    var offset = start + pieceSize
    while offset < end {
      let position = offset
      async let following = piece(at: position, after: [])
      try await body.write(next)
      next = try await following
      offset += pieceSize
    }
    try await body.write(next)
  }
}
