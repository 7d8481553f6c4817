// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMMedia
import DICOMWeb
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Trust

/// `POST /api/v1/media`: takes a medium in a ZIP file (PS3.12 Annex V) into the archive.
///
/// The list of members stands at the end of such a file, so that it is kept in a file first, checked as a whole, and
/// then taken in. The answer is a line of JSON every half second, which tells how far it is, and one at the end.
enum MediaUploadRoutes {
  /// Bytes of an upload at the most: more than a DVD of two sides has.
  static let largestUpload: Int64 = 32 << 30
  /// Uploads at the same time.
  static let mostAtOnce = 2
  static let answerType = "application/x-ndjson"
  /// A line of progress comes so often.
  private static let lineTime = Duration.milliseconds(500)

  static func add(to routes: RouteTable) {
    routes.on(.post, "api/v1/media", needs: .storeImages, records: .imported, take)
  }

  @Sendable private static func take(_ call: Call) async throws -> Response {
    let type = try call.request.headers[.contentType].map { try MediaType(parsing: $0).essence }
    guard type == "application/zip" || type == "application/x-zip-compressed" else {
      throw Problem(.unsupportedMediaType, "A medium is taken as application/zip.")
    }
    if let length = call.request.headers[.contentLength].flatMap({ Int64($0) }) { try check(length) }
    guard let ticket = call.services.uploads.enter() else {
      throw Problem(
        .serviceUnavailable, "Other media are being uploaded; try again.", code: "busy", headers: [.retryAfter: "30"])
    }
    let intake = try await receive(call)
    return .stream(type: answerType) { body in
      try await tell(intake, call, &body)
      withExtendedLifetime(ticket) {}
    }
  }

  private static func check(_ length: Int64) throws {
    guard length <= largestUpload else {
      throw Problem(.contentTooLarge, "A medium is taken up to \(largestUpload >> 30) GiB.")
    }
  }

  private static func receive(_ call: Call) async throws -> MediaIntake {
    let folder = call.services.options.uploadFolder
    let upload = try await call.blocking { try SpooledUpload(folder: folder) }
    for try await buffer in call.request.body {
      try check(upload.length + Int64(buffer.readableBytes))
      try await call.blocking { try upload.append(buffer) }
    }
    let source = InstanceSource(way: .web, sender: call.principal.name, address: call.context.address)
    let archive = call.services.archive
    return try await call.blocking {
      do {
        let zip = try ZipFile(length: upload.length) { try upload.read($0, $1) }
        return try MediaIntake(zip, into: archive, source: source)
      } catch let error as MediaError {
        throw Problem(
          error.code == .limitExceeded ? .contentTooLarge : .unprocessableContent, error.reason,
          code: error.code.rawValue)
      }
    }
  }

  /// Takes all in and tells how far it is.
  private static func tell(
    _ intake: MediaIntake, _ call: Call, _ body: inout any ResponseBodyWriter
  ) async throws {
    var goesOn = true
    while goesOn {
      do {
        goesOn = try await call.blocking {
          let start = ContinuousClock.now
          while try intake.next() { if ContinuousClock.now - start > lineTime { return true } }
          return false
        }
      } catch {
        call.services.logger.warning("a medium was taken in only in part: \(error)")
        let reason = Problem(error)?.detail ?? "The archive failed."
        return try await body.write(line(intake, "failed", reason: reason))
      }
      try await body.write(line(intake, goesOn ? "running" : "done"))
    }
  }

  private static func line(_ intake: MediaIntake, _ state: String, reason: String? = nil) -> ByteBuffer {
    let report = intake.report
    let summary = report.summary
    var fields: [(String, JSONValue)] = [("state", .string(state))]
    if let reason { fields.append(("reason", .string(reason))) }
    for (name, number) in [
      ("total", intake.files), ("files", summary.files), ("stored", summary.stored),
      ("duplicates", summary.duplicates), ("conflicts", summary.conflicts), ("refused", summary.refused),
      ("ignored", summary.ignored), ("failed", summary.failed),
    ] {
      fields.append((name, .integer(Int64(number))))
    }
    if state != "running" {
      let troubles = report.troubles.map {
        JSONValue.object([("file", .string($0.file)), ("reason", .string($0.reason))])
      }
      fields += [("troubles", .array(troubles)), ("missing", JSONValue(report.missing))]
    }
    var buffer = JSONValue.object(fields).buffer
    buffer.writeString("\n")
    return buffer
  }
}
