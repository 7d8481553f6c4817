// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMPixels
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore
import Trust

/// Frames: by WADO-RS uncompressed or as they are stored (PS3.18 §10.4.1.6), and for our own viewer.
enum FrameRoutes {
  static let instance = "dicom-web/studies/:study/series/:series/instances/:instance"

  static func add(to routes: RouteTable) {
    routes.on(
      .get, RouterPath(stringLiteral: instance + "/frames/:frames"), needs: .viewImages, records: .accessed, frames)
    routes.on(
      .get, "api/v1/studies/:study/series/:series/instances/:instance/frames/:frame/pixels", needs: .viewImages,
      records: .accessed, pixels)
  }

  @Sendable private static func frames(_ call: Call) async throws -> Response {
    let list = try FrameList(parsing: call.component("frames")).numbers
    // All that blocks in one go: each change of threads costs more than what is done there.
    let (answer, first) = try await call.blocking { () throws -> (FrameAnswer, ByteSlice) in
      let answer = try FrameAnswer(call, list)
      return (answer, answer.unchanged == nil ? try answer.frame(list[0]) : .empty)
    }
    return answer.unchanged ?? answer.response(list, first)
  }

  /// Frames of an instance never change, but only who may see them may keep them.
  static let caching: HTTPFields = [.cacheControl: "private, max-age=3600"]

  static func offers(_ stored: TransferSyntax, alone: Bool) -> [Representation] {
    (alone ? [true, false] : [true]).flatMap { PixelForm(stored).offers(isMultipart: $0) }
  }

  /// A frame, counted from 1, in the form of an offer. What was encoded anew is kept for a while.
  static func frame(
    _ number: Int, of image: StoredImage, as form: Representation, _ services: WebServices
  ) throws -> ByteSlice {
    guard form.media != .octetStream, let syntax = form.transferSyntax else {
      return try image.uncompressed(number - 1)
    }
    if syntax == image.instance.transferSyntax { return try image.encoded(number - 1, as: image.transferSyntax) }
    return try services.frames.frame(of: image, number - 1, as: TransferSyntax(syntax))
  }

  /// Decoded pixels of one frame, with what a viewer must know of them in header fields; of a large one fewer where
  /// `coarse=true` asks for them.
  @Sendable private static func pixels(_ call: Call) async throws -> Response {
    guard let number = Int(try call.component("frame")), number > 0 else { throw Problem.notFound }
    let image = try await image(call)
    guard number <= image.frameCount else { throw Problem(.notFound, "There are \(image.frameCount) frames.") }
    let isPacked = !call.context.isLoopback && Compression.accepts(call.request.headers)
    let isCoarse = try call.query.flag("coarse")
    let (frame, packed, reduction) = try await call.blocking { () throws -> (DecodedFrame, ByteBuffer?, Int) in
      let whole = try image.pixels(number - 1)
      let reduced = isCoarse ? image.reduced(whole) : nil
      let frame = reduced ?? whole
      let packed = isPacked ? Gzip.compress(ByteBuffer(bytes: frame.bytes), level: 1) : nil
      return (frame, packed, reduced == nil ? 1 : image.reduction)
    }
    var headers = caching
    for (name, value) in [
      ("Rows", String(frame.rows)), ("Columns", String(frame.columns)), ("Samples", String(frame.samplesPerPixel)),
      ("Bits-Allocated", String(frame.bitsAllocated)), ("Signed", frame.isSigned ? "1" : "0"),
      ("Photometric", frame.photometric.rawValue), ("Float", frame.format == .float ? "1" : "0"),
      ("Reduction", String(reduction)),
    ] {
      if let name = HTTPField.Name("X-Martlet-" + name) { headers[name] = value }
    }
    headers[.vary] = "Accept-Encoding"
    if packed != nil { headers[.contentEncoding] = "gzip" }
    return .bytes(packed ?? ByteBuffer(bytes: frame.bytes), type: "application/octet-stream", headers: headers)
  }

  /// The image that the target names; what has no pixels has no frames.
  static func image(_ call: Call) async throws -> StoredImage {
    try await call.blocking { try foundImage(call) }
  }

  /// The same, blocking.
  static func foundImage(_ call: Call) throws -> StoredImage {
    guard let instance = try call.foundInstances().first else { throw Problem.notFound }
    return try call.services.images.image(instance, archive: call.services.archive)
  }
}

extension ByteBuffer {
  init(_ slice: ByteSlice) { self = slice.withUnsafeBytes { ByteBuffer(bytes: $0) } }
}
