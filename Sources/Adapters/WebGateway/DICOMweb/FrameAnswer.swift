// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore

/// What answers a request for frames of an image (PS3.18 §10.4.1.6).
struct FrameAnswer: Sendable {
  private let call: Call
  private let image: StoredImage
  private let form: Representation
  private let tag: EntityTag

  /// Looks the image up; blocks.
  init(_ call: Call, _ list: [Int]) throws {
    self.call = call
    image = try FrameRoutes.foundImage(call)
    for number in list where number > image.frameCount {
      throw Problem(.notFound, "There are \(image.frameCount) frames.")
    }
    form = try call.choose(FrameRoutes.offers(image.transferSyntax, alone: list.count == 1))
    tag = call.entityTag([image.instance], form.contentType(boundary: "-").description)
  }

  /// Where the client has these frames already.
  var unchanged: Response? { call.unchanged(tag) }

  /// A frame, counted from 1; blocks.
  func frame(_ number: Int) throws -> ByteSlice { try FrameRoutes.frame(number, of: image, as: form, call.services) }

  /// Sends frames of which the first is there: one alone as a whole, several one after another.
  func response(_ list: [Int], _ first: ByteSlice) -> Response {
    var headers = FrameRoutes.caching
    headers[.eTag] = tag.description
    guard form.isMultipart else {
      return .bytes(ByteBuffer(first), type: form.partType.description, headers: headers)
    }
    let writer = MultipartWriter()
    let type = form.contentType(boundary: writer.boundary).description
    let base = image.instance.path.url(base: call.dicomWebBase, "frames")
    if list.count == 1 {
      var writer = writer
      var message = part(first, at: "\(base)/\(list[0])", &writer)
      message.writeBytes(writer.end())
      return .bytes(message, type: type, headers: headers)
    }
    return .stream(type: type, headers: headers) { body in
      var writer = writer
      for (place, number) in list.enumerated() {
        let bytes = place == 0 ? first : try await call.blocking { try self.frame(number) }
        try await body.write(part(bytes, at: "\(base)/\(number)", &writer))
      }
      try await body.write(ByteBuffer(bytes: writer.end()))
    }
  }

  /// Bytes behind the last part: its delimiter.
  private static let endSize = 128

  private func part(_ frame: ByteSlice, at location: String, _ writer: inout MultipartWriter) -> ByteBuffer {
    let head = writer.beginPart(form.partType, length: frame.count, location: location)
    var buffer = ByteBufferAllocator().buffer(capacity: head.count + frame.count + Self.endSize)
    buffer.writeBytes(head)
    frame.withUnsafeBytes { _ = buffer.writeBytes($0) }
    return buffer
  }
}
