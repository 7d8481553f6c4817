// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMPixels
import HTTPTypes

/// What a client is told of pixels that cannot be had.
enum ImageFault {
  static func translated<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as CodecError {
      throw Problem(error.status, "The pixels cannot be had: \(error).")
    } catch let error as PixelError {
      throw Problem(CodecError(error).status, "The pixels cannot be had: \(error).")
    }
  }
}

extension CodecError {
  /// Not there is 404, no codec is 406, bad bytes are the fault of what is stored.
  fileprivate var status: HTTPResponse.Status {
    switch code {
    case .description, .noSuchFrame: .notFound
    case .unsupported: .notAcceptable
    default: .unprocessableContent
    }
  }
}
