// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCodecs
import DICOMCore
import DICOMPixels
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore
import Trust

/// WADO-RS: rendered resources and thumbnails (PS3.18 §10.4.1.1.3, §10.4.1.1.4).
enum RenderedRoutes {
  /// The longer side of a thumbnail whose size the client leaves open.
  static let thumbnailSide = 160
  static let thumbnailQuality = 80
  /// Images of one message, and of one animation.
  static let maximumImages = 4096

  static func add(to routes: RouteTable) {
    let frames = FrameRoutes.instance + "/frames/:frames"
    for resource in RetrieveRoutes.levels + [frames] {
      routes.on(
        .get, RouterPath(stringLiteral: resource + "/rendered"), needs: .viewImages, records: .accessed, rendered)
      routes.on(
        .get, RouterPath(stringLiteral: resource + "/thumbnail"), needs: .viewImages, records: .accessed, thumbnail)
    }
  }

  /// PS3.18 table 8.7.4-1, the default first.
  static let imageTypes = [
    MediaType.jpeg, .gif, .png, .init("image", "jp2"), .init("image", "jph"), .init("image", "jxl"),
  ]

  @Sendable private static func rendered(_ call: Call) async throws -> Response {
    try await respond(
      to: call, instances: try await call.instances(), frames: try chosenFrames(call),
      parameters: try RenderedParameters(parameters: call.query), accept: try call.accept)
  }

  /// Renders instances in the form that is accepted: text and documents as they are, images and presentation states
  /// as pictures.
  static func respond(
    to call: Call, instances: [StoredInstance], frames: [Int]?, parameters: RenderedParameters, accept: Accept,
    presentation: SoftcopyPresentation? = nil
  ) async throws -> Response {
    if instances.count == 1 {
      if let document = try await RenderedDocument.response(to: call, instances[0], accept: accept) { return document }
      if presentation == nil, let state = try await StatePicture(call, instances[0]) {
        return try await respond(
          to: call, instances: [state.image], frames: [state.frame], parameters: parameters, accept: accept,
          presentation: state.presentation)
      }
    }
    let single = imageTypes.map { Representation($0) }
    let offers = single + imageTypes.map { Representation($0, isMultipart: true) }
    guard let form = accept.choose(among: frames?.count ?? 1 == 1 ? offers : offers.reversed()) else {
      throw Problem.notAcceptable(offers)
    }
    if instances.count == 1, !form.isMultipart,
      let blended = try await BlendedPicture.response(to: call, instances[0], parameters, form.media)
    {
      return blended
    }
    let tag = call.entityTag(instances, form.media.essence, form.isMultipart ? "multipart" : "")
    if let response = call.unchanged(tag) { return response }
    var headers = FrameRoutes.caching
    headers[.eTag] = tag.description
    // What is written over an image may be corrected any time.
    if !parameters.annotations.isEmpty { headers[.cacheControl] = "private, no-cache" }
    let picture = Picture(
      parameters: parameters, media: form.media, presentation: presentation, services: call.services)
    if form.isMultipart { return try await message(call, picture, form, instances, frames, headers) }
    if let frames, frames.count > 1, form.media != .gif {
      throw Problem(.notAcceptable, "Several frames are given as multipart/related, or as image/gif in one.")
    }
    guard
      let instance = instances.count == 1 && PixelForm.isImage(instances[0]) ? instances[0] : representative(instances)
    else { throw Problem(.notFound, "There is no image to show.") }
    if form.media != .gif {
      let bytes = try await call.blocking { try picture.bytes(of: instance, frame: frames?.first, for: call) }
      return .bytes(bytes, type: form.media.essence, headers: headers)
    }
    let image = try await call.blocking { try call.services.images.image(instance, archive: call.services.archive) }
    let all = frames ?? Array(1...max(image.frameCount, 1))
    for number in all { try check(number, image) }
    if all.count > 1 { return try await animation(call, picture, image, all, headers) }
    let bytes = try await call.blocking { try picture.encode(try picture.render(image, all[0])) }
    return .bytes(ByteBuffer(bytes: bytes), type: form.media.essence, headers: headers)
  }

  static func check(_ number: Int, _ image: StoredImage) throws {
    guard number <= image.frameCount else { throw Problem(.notFound, "There are \(image.frameCount) frames.") }
  }

  /// A part for each image, or for each frame that was asked for.
  private static func message(
    _ call: Call, _ picture: Picture, _ form: Representation, _ instances: [StoredInstance], _ frames: [Int]?,
    _ headers: HTTPFields
  ) async throws -> Response {
    let images = instances.filter { PixelForm.isImage($0) }
    guard !images.isEmpty else { throw Problem(.notFound, "There is no image to show.") }
    guard max(images.count, frames?.count ?? 1) <= maximumImages else {
      throw Problem(.contentTooLarge, "At most \(maximumImages) images are rendered in one message.")
    }
    if let frames {
      let image = try await call.blocking { try call.services.images.image(images[0], archive: call.services.archive) }
      for number in frames { try check(number, image) }
    }
    let writer = MultipartWriter()
    return .stream(type: form.contentType(boundary: writer.boundary).description, headers: headers) { body in
      var writer = writer
      for instance in images {
        for number in frames ?? [0] {
          let bytes = try await call.blocking { () throws -> [UInt8] in
            let image = try call.services.images.image(instance, archive: call.services.archive)
            return try picture.encode(try picture.render(image, number == 0 ? image.frameCount / 2 + 1 : number))
          }
          let url = instance.path.url(base: call.dicomWebBase)
          let location = number == 0 ? url + "/rendered" : "\(url)/frames/\(number)/rendered"
          try await body.write(
            ByteBuffer(bytes: writer.beginPart(form.media, length: bytes.count, location: location)))
          try await body.write(ByteBuffer(bytes: bytes))
        }
      }
      try await body.write(ByteBuffer(bytes: writer.end()))
    }
  }

  private static func animation(
    _ call: Call, _ picture: Picture, _ image: StoredImage, _ frames: [Int], _ headers: HTTPFields
  ) async throws -> Response {
    guard frames.count <= maximumImages else {
      throw Problem(.contentTooLarge, "An animation has at most \(maximumImages) frames.")
    }
    let (encoder, first) = try await call.blocking { try picture.animation(image, frames[0]) }
    return .stream(type: MediaType.gif.essence, headers: headers) { body in
      try await body.write(ByteBuffer(bytes: try encoder.start(first, isAnimation: true)))
      for (place, number) in frames.enumerated() {
        let bytes = try await call.blocking {
          try encoder.next(place == 0 ? first : try picture.render(image, number), after: first)
        }
        try await body.write(ByteBuffer(bytes: bytes))
      }
      try await body.write(ByteBuffer(bytes: encoder.end))
    }
  }

  @Sendable private static func thumbnail(_ call: Call) async throws -> Response {
    let instances = try await call.instances()
    let form = try call.choose(imageTypes.map { Representation($0) })
    let tag = call.entityTag(instances, form.media.essence)
    if let response = call.unchanged(tag) { return response }
    let asked = try RenderedParameters(parameters: call.query)
    let size = asked.viewport ?? .init(width: thumbnailSide, height: thumbnailSide)
    let parameters = RenderedParameters(
      viewport: .init(width: size.width, height: size.height), quality: thumbnailQuality)
    let picture = Picture(parameters: parameters, media: form.media, presentation: nil, services: call.services)
    let frames = try chosenFrames(call)
    guard frames?.count ?? 1 == 1 else { throw Problem(.badRequest, "A thumbnail is of one frame.") }
    let bytes = try await call.blocking { () throws -> ByteBuffer in
      guard let instance = representative(instances) else { throw Problem(.notFound, "There is no image to show.") }
      let key = ThumbnailCache.Key(
        location: instance.location, frame: frames?[0] ?? 0, width: size.width, height: size.height,
        type: form.media.subtype)
      if let known = call.services.thumbnails[key] { return known }
      let image = try call.services.images.image(instance, archive: call.services.archive)
      let number = frames?[0] ?? image.frameCount / 2 + 1
      try check(number, image)
      let bytes = ByteBuffer(bytes: try picture.encode(try picture.render(image, number)))
      call.services.thumbnails.keep(bytes, as: key)
      return bytes
    }
    return .bytes(
      bytes, type: form.media.essence, headers: [.cacheControl: "private, max-age=60", .eTag: tag.description])
  }

  /// The frames that the target names, counted from 1; nil where it names none.
  private static func chosenFrames(_ call: Call) throws -> [Int]? {
    try call.context.parameters.get("frames").map { try FrameList(parsing: $0).numbers }
  }

  /// The one that stands for all: the middle one of the largest series with images that can be decoded.
  static func representative(_ instances: [StoredInstance]) -> StoredInstance? {
    let series = Dictionary(grouping: instances.filter { PixelForm.isImage($0) }, by: \.identity.series)
    let largest = series.values.max { ($0.count, $1[0].identity.series) < ($1.count, $0[0].identity.series) }
    return largest.map { $0[$0.count / 2] }
  }
}
