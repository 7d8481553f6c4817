// SPDX-License-Identifier: Apache-2.0

import DICOMFile
import Hummingbird
import NIOCore

extension Response {
  /// A value that writes itself as JSON.
  static func json(encoding value: some Encodable) throws -> Response {
    .bytes(ByteBuffer(bytes: try JSONEncoding.encode(value)), type: "application/json")
  }
}
