// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMFile
import DICOMServices
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore
import Trust

/// Storage commitment over HTTP (PS3.18 §13): what a request names is read back from the disk, and the answer says at
/// once what is there. It can be asked for again.
enum CommitmentRoutes {
  /// Bytes of a request.
  private static let largestRequest = 16 << 20

  private static let offers: [Representation] = [
    .init(.dicomJSON), .init(.json), .init(.dicomXML), .init(.dicomJSON, isMultipart: true),
    .init(.dicomXML, isMultipart: true),
  ]

  static func add(to routes: RouteTable) {
    routes.on(
      .post, "dicom-web/commitment-requests/:transaction", needs: .storeImages, records: .accessed, request)
    routes.on(.get, "dicom-web/commitment-requests/:transaction", needs: .storeImages, records: .nothing, result)
  }

  @Sendable private static func request(_ call: Call) async throws -> Response {
    let form = try call.choose(offers)
    let (commitment, transaction) = (try commitment(call), try transaction(call))
    let request = try CommitmentModule.request(try await call.dataSet(upTo: largestRequest))
    let requester = requester(call)
    let result = try await call.blocking {
      try commitment.answer(CommitmentRequest(transactionUID: transaction, references: request.all), from: requester)
    }
    guard let result else { throw Problem(.internalServerError, "The request was not kept.") }
    let repeated =
      !result.failed.isEmpty
      && result.failed.allSatisfy {
        $0.reason == CommitmentFailure.duplicateTransactionUID.rawValue
      }
    guard !repeated else { throw Problem(.conflict, "Another request has this Transaction UID.") }
    return answer(CommitmentModule.response(result, to: request), form)
  }

  @Sendable private static func result(_ call: Call) async throws -> Response {
    let form = try call.choose(offers)
    let (commitment, transaction) = (try commitment(call), try transaction(call))
    let requester = requester(call)
    let known = try await call.blocking { try commitment.answered(transaction, from: requester) }
    guard let known else { throw Problem(.notFound, "You made no request with this Transaction UID, or long ago.") }
    return answer(CommitmentModule.response(known, to: nil), form)
  }

  private static func commitment(_ call: Call) throws -> StorageCommitment {
    guard let commitment = call.services.ports.commitment else {
      throw Problem(.serviceUnavailable, "Storage commitment is not given here.")
    }
    return commitment
  }

  private static func transaction(_ call: Call) throws -> UID {
    let uid = UID(try call.component("transaction"))
    guard uid.isWellFormed else {
      throw WebError(.malformed, "A Transaction UID has 1 to 64 digits and points.", at: "path")
    }
    return uid
  }

  /// Requests of people and of stations are told apart.
  private static func requester(_ call: Call) -> String { "web:" + call.principal.name }

  private static func answer(_ dataSet: DataSet, _ form: Representation) -> Response {
    let isXML = form.media == .dicomXML
    let text = isXML ? DICOMXML.encode(dataSet) : DICOMJSON.encode([dataSet])
    guard form.isMultipart else { return .bytes(ByteBuffer(bytes: text), type: form.media.essence) }
    var writer = MultipartWriter()
    let body = writer.beginPart(form.media, length: text.count) + text + writer.end()
    return .bytes(ByteBuffer(bytes: body), type: form.contentType(boundary: writer.boundary).description)
  }
}
