// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMWeb
import Hummingbird
import NIOCore

/// What is rendered by giving it as it is: encapsulated documents and video (PS3.18 table 8.7.4-1).
enum RenderedDocument {
  /// Nil for images.
  static func response(to call: Call, _ instance: StoredInstance) async throws -> Response? {
    let form = PixelForm(TransferSyntax(instance.transferSyntax))
    if form.isVideo, let media = form.media { return try await video(call, instance, media) }
    guard instance.location.pixelDataOffset == nil else { return nil }
    let archive = call.services.archive
    let document = try await call.blocking { () throws -> (MediaType, ByteSlice)? in
      let dataSet = try archive.dataSet(of: instance)
      guard let bytes = dataSet.bytes(.encapsulatedDocument),
        let type = dataSet.string(.mimeTypeOfEncapsulatedDocument), let media = try? MediaType(parsing: type)
      else { return nil }
      let length = dataSet.integer(.encapsulatedDocumentLength).map { min($0, bytes.count) } ?? bytes.count
      return (media, bytes[0..<max(length, 0)])
    }
    guard let (media, bytes) = document else { return nil }
    guard try call.accept.choose(among: [.init(media)]) != nil else { throw Problem.notAcceptable }
    // A document may hold script: it is shown by nobody's page but the reader's own.
    return .bytes(
      ByteBuffer(bytes), type: media.essence, headers: [.contentDisposition: "attachment", .cacheControl: "no-store"])
  }

  private static func video(_ call: Call, _ instance: StoredInstance, _ media: MediaType) async throws -> Response {
    guard try call.accept.choose(among: [.init(media)]) != nil else { throw Problem.notAcceptable }
    let archive = call.services.archive
    let fragments = try await call.blocking { () throws -> [ByteSlice] in
      guard case .fragments(let all) = try archive.dataSet(of: instance)[.pixelData]?.value else {
        throw Problem.notFound
      }
      return Array(all.dropFirst())
    }
    return .stream(type: media.essence, length: fragments.reduce(0) { $0 + $1.count }) { body in
      for fragment in fragments {
        for start in stride(from: 0, to: fragment.count, by: Int(RetrievePieces.size)) {
          let end = min(start + Int(RetrievePieces.size), fragment.count)
          try await body.write(ByteBuffer(fragment[start..<end]))
        }
      }
    }
  }
}
