// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMFile
import DICOMPixels
import HTTPTypes

/// What a client is told of stored bytes that cannot be read, decoded or converted.
enum ImageFault {
  /// Nil for other errors.
  static func problem(_ error: any Error) -> Problem? {
    switch error {
    case let error as CodecError: Problem(status(error.code), "The pixels cannot be had: \(error).")
    case let error as PixelError: problem(CodecError(error))
    case let error as ReadError: Problem(.unprocessableContent, "The stored data set cannot be read: \(error.reason)")
    case let error as WriteError: Problem(.notAcceptable, "This form cannot be made of it: \(error.reason)")
    default: nil
    }
  }

  /// Not there is 404, no codec is 406, bad bytes are the fault of what is stored.
  private static func status(_ code: CodecError.Code) -> HTTPResponse.Status {
    switch code {
    case .description, .noSuchFrame: .notFound
    case .unsupported: .notAcceptable
    default: .unprocessableContent
    }
  }
}
