// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore
import Trust

/// WADO-RS: metadata as DICOM JSON, values that are long or binary by reference (PS3.18 §10.4.1.1.2).
enum MetadataRoutes {
  /// Instances that are read at once by one thread.
  static let batch = 16

  static func add(to routes: RouteTable) {
    for level in RetrieveRoutes.levels {
      routes.on(.get, RouterPath(stringLiteral: level + "/metadata"), needs: .viewImages, records: .accessed, metadata)
    }
  }

  @Sendable private static func metadata(_ call: Call) async throws -> Response {
    let instances = try await call.instances()
    guard let form = try call.accept.choose(among: [.init(.dicomJSON), .init(.json)]) else {
      throw Problem.notAcceptable
    }
    let (archive, base) = (call.services.archive, call.dicomWebBase)
    // The first batch is read before anything is sent, so that a study that cannot be read is an error.
    @Sendable func json(_ range: Range<Int>) async throws -> ByteBuffer {
      try await call.blocking {
        var buffer = ByteBuffer()
        for index in range {
          buffer.writeInteger(UInt8(ascii: index == 0 ? "[" : ","))
          buffer.writeBytes(try InstanceJSON.metadata(of: instances[index], archive: archive, base: base))
        }
        if range.upperBound == instances.count { buffer.writeInteger(UInt8(ascii: "]")) }
        return buffer
      }
    }
    let first = try await json(0..<min(batch, instances.count))
    guard instances.count > batch else { return .bytes(first, type: form.media.essence) }
    return .stream(type: form.media.essence) { body in
      try await body.write(first)
      for start in stride(from: batch, to: instances.count, by: batch) {
        try await body.write(try await json(start..<min(start + batch, instances.count)))
      }
    }
  }
}
