// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Response {
  /// A value that writes itself as JSON.
  static func json(encoding value: some Encodable) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return .bytes(ByteBuffer(bytes: try encoder.encode(value)), type: "application/json")
  }
}
