// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMPixels
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore
import Trust

/// WADO-RS: rendered resources and thumbnails (PS3.18 §10.4.1.3, §10.4.1.4).
enum RenderedRoutes {
  static let jpeg = MediaType("image", "jpeg")
  static let png = MediaType("image", "png")
  static let pdf = MediaType("application", "pdf")
  /// The longer side of a thumbnail whose size the client leaves open.
  static let thumbnailSide = 160
  static let thumbnailQuality = 80

  static func add(to routes: RouteTable) {
    let frames = FrameRoutes.instance + "/frames/:frames"
    for resource in RetrieveRoutes.levels + [frames] {
      routes.on(
        .get, RouterPath(stringLiteral: resource + "/rendered"), needs: .viewImages, records: .accessed, rendered)
      routes.on(
        .get, RouterPath(stringLiteral: resource + "/thumbnail"), needs: .viewImages, records: .accessed, thumbnail)
    }
  }

  @Sendable private static func rendered(_ call: Call) async throws -> Response {
    let instances = try await call.instances()
    if instances.count == 1, let document = try await RenderedDocument.response(to: call, instances[0]) {
      return document
    }
    guard let form = try call.accept.choose(among: [.init(jpeg), .init(png)]) else { throw Problem.notAcceptable }
    let parameters = try RenderedParameters(parameters: call.query)
    let frame = try chosenFrame(call)
    let bytes = try await call.blocking {
      try picture(of: instances, frame: frame, parameters, as: form.media, call.services)
    }
    return .bytes(bytes, type: form.media.essence, headers: FrameRoutes.caching)
  }

  @Sendable private static func thumbnail(_ call: Call) async throws -> Response {
    let instances = try await call.instances()
    guard let form = try call.accept.choose(among: [.init(jpeg), .init(png)]) else { throw Problem.notAcceptable }
    var parameters = try RenderedParameters(parameters: call.query)
    let size = parameters.viewport ?? .init(width: thumbnailSide, height: thumbnailSide)
    parameters = RenderedParameters(
      viewport: .init(width: size.width, height: size.height), quality: thumbnailQuality)
    let (chosen, frame) = (parameters, try chosenFrame(call))
    let bytes = try await call.blocking { () throws -> ByteBuffer in
      guard let instance = representative(instances) else { throw Problem(.notFound, "There is no image to show.") }
      let key = ThumbnailCache.Key(
        location: instance.location, frame: frame ?? 0, width: size.width, height: size.height, type: form.media.subtype
      )
      if let known = call.services.thumbnails[key] { return known }
      let bytes = try picture(of: [instance], frame: frame, chosen, as: form.media, call.services)
      call.services.thumbnails.keep(bytes, as: key)
      return bytes
    }
    return .bytes(bytes, type: form.media.essence, headers: [.cacheControl: "private, max-age=60"])
  }

  /// The frame that the target names, counted from 1; nil where it names none.
  private static func chosenFrame(_ call: Call) throws -> Int? {
    guard let text = call.context.parameters.get("frames") else { return nil }
    let numbers = try FrameList(parsing: text).numbers
    guard numbers.count == 1 else { throw Problem(.badRequest, "One frame at a time can be rendered.") }
    return numbers[0]
  }

  private static func picture(
    of instances: [StoredInstance], frame: Int?, _ parameters: RenderedParameters, as media: MediaType,
    _ services: WebServices
  ) throws -> ByteBuffer {
    guard let instance = representative(instances) else { throw Problem(.notFound, "There is no image to show.") }
    let image = try services.images.image(instance, archive: services.archive)
    let number = frame ?? image.frameCount / 2 + 1
    guard number <= image.frameCount else { throw Problem(.notFound, "There are \(image.frameCount) frames.") }
    let wanted = parameters.options(rows: image.description.rows, columns: image.description.columns)
    let picture = try image.rendered(number - 1, wanted.options)
      .flipped(columns: wanted.flipsColumns, rows: wanted.flipsRows)
    if media == png { return ByteBuffer(bytes: try PNGEncoder().encode(picture)) }
    return ByteBuffer(bytes: try JPEGEncoder(quality: parameters.quality ?? 90).encode(picture))
  }

  /// The one that stands for all: the middle one of the largest series with images that can be decoded.
  static func representative(_ instances: [StoredInstance]) -> StoredInstance? {
    let images = instances.filter { instance in
      let syntax = TransferSyntax(instance.transferSyntax)
      let form = PixelForm(syntax)
      return (instance.location.pixelDataOffset != nil || syntax.isDeflated) && form.canDecode && !form.isVideo
    }
    let series = Dictionary(grouping: images, by: \.identity.series)
    let largest = series.values.max { ($0.count, $1[0].identity.series) < ($1.count, $0[0].identity.series) }
    return largest.map { $0[$0.count / 2] }
  }
}
