// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMWeb
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Trust

/// STOW-RS: the store transaction (PS3.18 §10.5). Bytes go from the socket to the archive's buffer; while a piece is
/// being written no more is read from the client.
enum StoreRoutes {
  /// Bytes that are handed over to a thread at once.
  static let pieceSize = 1 << 20

  static func add(to routes: RouteTable) {
    routes.on(.post, "dicom-web/studies", needs: .storeImages, records: .imported, store)
    routes.on(.post, "dicom-web/studies/:study", needs: .storeImages, records: .imported, store)
  }

  @Sendable private static func store(_ call: Call) async throws -> Response {
    let study = call.context.parameters.get("study") == nil ? nil : try call.resource.study
    guard let type = call.request.headers[.contentType] else {
      throw Problem(.unsupportedMediaType, "The Content-Type is missing.")
    }
    let media = try MediaType(parsing: type)
    let message = try StoreMessage(media, length: call.request.headers[.contentLength].flatMap { Int($0) })
    let form = try call.accept.choose(among: answers) ?? answers[0]
    let source = InstanceSource(way: .web, sender: call.principal.name, address: call.context.address)
    let archive = call.services.archive
    let receiver = try await call.blocking { StoreReceiver(sink: try archive.makeSink(source: source), study: study) }
    defer { receiver.close() }
    do {
      try await receive(call, message, receiver)
    } catch let error as WebError where !receiver.response.stored.isEmpty {
      receiver.interrupted(error.reason)
    }
    return try answer(receiver.response, form, call)
  }

  /// PS3.18 §10.5.3 knows no 406: who accepts neither gets JSON.
  private static let answers: [Representation] = [.init(.dicomJSON), .init(.json), .init(.dicomXML)]

  private static func receive(_ call: Call, _ message: StoreMessage, _ receiver: StoreReceiver) async throws {
    var pending: [ByteBuffer] = []
    var size = 0
    for try await buffer in call.request.body {
      pending.append(buffer)
      size += buffer.readableBytes
      guard size >= pieceSize else { continue }
      let pieces = pending
      try await call.blocking { for piece in pieces { try message.feed(ByteSlice(sharing: piece), to: receiver) } }
      pending = []
      size = 0
    }
    let pieces = pending
    try await call.blocking {
      for piece in pieces { try message.feed(ByteSlice(sharing: piece), to: receiver) }
      try message.finish(receiver)
    }
  }

  private static func answer(
    _ response: StoreResponse, _ form: Representation, _ call: Call
  ) throws -> Response {
    guard !response.stored.isEmpty || !response.failed.isEmpty else {
      throw Problem(.badRequest, "The message has no parts.")
    }
    for failed in response.failed {
      call.context.logger.info(
        "instance not stored",
        metadata: ["instance": "\(failed.instance?.rawValue ?? "unknown")", "reason": "\(failed.comment)"])
    }
    let dataSet = response.dataSet(base: call.dicomWebBase)
    let body = form.media == .dicomXML ? DICOMXML.encode(dataSet) : DICOMJSON.encode(dataSet)
    var headers: HTTPFields = [:]
    if let study = dataSet.string(.retrieveURL), !study.isEmpty { headers[.contentLocation] = study }
    return .bytes(
      ByteBuffer(bytes: body), type: form.media.essence, status: .init(code: response.statusCode), headers: headers)
  }
}

extension ByteSlice {
  /// The readable bytes of a buffer, not copied: the slice holds on to them.
  init(sharing buffer: ByteBuffer) {
    self = buffer.withUnsafeReadableBytesWithStorageManagement { bytes, owner in
      guard let base = bytes.baseAddress, !bytes.isEmpty else { return .empty }
      // The owner is only counted, once up and once down.
      nonisolated(unsafe) let owner = owner
      _ = owner.retain()
      return ByteSlice(ByteStorage(base: base, count: bytes.count) { _, _ in owner.release() })
    }
  }
}
