// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMWeb
import HTTPTypes
import Hummingbird
import Radiology
import Trust

/// An answer that is an error, as problem details (RFC 9457).
struct Problem: Error, HTTPResponseError {
  var status: HTTPResponse.Status
  /// What is wrong with this request, for a person.
  var detail: String
  /// The kind of error in one word that never changes, for clients that say it in other languages.
  var code: String
  var headers: HTTPFields = [:]

  init(_ status: HTTPResponse.Status, _ detail: String, code: String? = nil, headers: HTTPFields = [:]) {
    self.status = status
    self.detail = detail
    self.code = code ?? Self.code(of: status)
    self.headers = headers
  }

  /// The same error as a client sees it; nil for those that only the log may tell.
  init?(_ error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case let error as WebError:
      switch error.code {
      case .malformed: self.init(.badRequest, error.description)
      case .unsupported: self.init(.notImplemented, error.description)
      case .tooLarge: self.init(.contentTooLarge, error.description)
      }
    case let error as RadiologyError: self.init(error)
    case let error as TrustError: self.init(Self.status(error.code), error.reason, code: error.code.rawValue)
    case let error as ArchiveError:
      switch error.code {
      case .storageFull: self.init(.init(code: 507, reasonPhrase: "Insufficient Storage"), "The storage is full.")
      case .tooManyWriters:
        self.init(
          .serviceUnavailable, "Too many senders at once; try again.", code: "busy", headers: [.retryAfter: "2"])
      case .indexUnavailable:
        self.init(
          .serviceUnavailable, "The index cannot be written now; try again.", code: "busy", headers: [.retryAfter: "5"])
      case .missing: self.init(.gone, "The bytes of the instance are not there any more.")
      default: return nil
      }
    case let error as CorrectionError:
      switch error.code {
      case .notFound: self.init(.notFound, error.reason)
      case .invalid: self.init(.unprocessableContent, error.reason)
      case .conflict: self.init(.conflict, error.reason)
      }
    case let error as HTTPError:
      self.init(error.status, error.body ?? error.status.reasonPhrase, headers: error.headers)
    default:
      guard let fault = ImageFault.problem(error) else { return nil }
      self = fault
    }
  }

  func response(from request: Request, context: some RequestContext) throws -> Response {
    if request.uri.path.hasPrefix(FHIRRoutes.root + "/") { return outcome() }
    var headers = headers
    headers[.contentType] = "application/problem+json"
    headers[.cacheControl] = "no-store"
    let body = JSONValue.object([
      ("type", .string("about:blank")), ("title", .string(status.reasonPhrase)),
      ("status", .integer(Int64(status.code))),
      ("detail", .string(detail)), ("code", .string(code)),
    ])
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body.buffer))
  }

  /// The word of an error that has none of its own.
  static func code(of status: HTTPResponse.Status) -> String {
    switch status.code {
    case 400: "badRequest"
    case 401: "signedOut"
    case 403: "forbidden"
    case 404: "notFound"
    case 406: "notAcceptable"
    case 409: "conflict"
    case 410: "gone"
    case 413: "tooLarge"
    case 415: "unsupportedMediaType"
    case 422: "invalid"
    case 429: "tooManyRequests"
    case 501: "notImplemented"
    case 503: "unavailable"
    case 507: "storageFull"
    default: status.code >= 500 ? "internal" : "refused"
    }
  }

  private static func status(_ code: TrustError.Code) -> HTTPResponse.Status {
    switch code {
    case .weakPassword, .invalidName, .samePassword: .unprocessableContent
    case .nameTaken, .alreadySetUp, .lastAdministrator: .conflict
    case .linkNotValid, .wrongCurrentPassword, .passwordChangeNeeded: .forbidden
    case .unknownAccount: .notFound
    case .tooManyAttempts: .tooManyRequests
    case .malformedHash: .internalServerError
    }
  }
}

extension Problem {
  static let notFound = Problem(.notFound, "There is no such resource.")
}
