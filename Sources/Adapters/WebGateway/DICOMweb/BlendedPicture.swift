// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMPixels
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore

/// A blending presentation state that is rendered: the first underlying frame that is here, with the superimposed
/// frames of its study over it (PS3.18 §8.3.5.1, PS3.3 §C.11.14).
struct BlendedPicture: Sendable {
  /// Superimposed frames that one picture is made of.
  static let maximumFrames = 256
  /// Pixels that they have together, of two bytes each.
  static let maximumPixels = 1 << 26

  private let state: BlendingPresentation
  private let underlying: (image: StoredImage, frame: Int)
  private let superimposed: [(image: StoredImage, frame: Int)]

  /// The picture as an answer; nil for what is no blending presentation state. Its images may change without it, so
  /// that no cache may keep it.
  static func response(
    to call: Call, _ instance: StoredInstance, _ parameters: RenderedParameters, _ media: MediaType
  ) async throws -> Response? {
    guard instance.identity.sopClass == BlendingPresentation.sopClass else { return nil }
    let picture = Picture(parameters: parameters, media: media, presentation: nil, services: call.services)
    let bytes = try await call.blocking { try BlendedPicture(instance, call).bytes(picture) }
    return .bytes(bytes, type: media.essence, headers: [.cacheControl: "private, no-cache"])
  }

  /// Reads the state and finds its images; blocks.
  private init(_ instance: StoredInstance, _ call: Call) throws {
    let services = call.services
    let state = try BlendingPresentation(try services.archive.dataSet(of: instance))
    var lower: (image: StoredImage, frame: Int)?
    var upper: [(image: StoredImage, frame: Int)] = []
    for uid in state.underlying.referencedImages + state.superimposed.referencedImages {
      let known = try services.index.instances(.init(studies: [instance.identity.study], instances: [uid]))
      guard let found = known.first, PixelForm.isImage(found) else { continue }
      let image = try services.images.image(found, archive: services.archive)
      for frame in 0..<image.frameCount {
        switch state.position(of: uid, frame: frame) {
        case .underlying: lower = lower ?? (image, frame)
        case .superimposed: upper.append((image, frame))
        case nil: break
        }
      }
      let pixels = upper.reduce(0) { $0 + $1.image.description.pixelsPerFrame }
      guard upper.count <= Self.maximumFrames, pixels <= Self.maximumPixels else {
        throw Problem(
          .contentTooLarge,
          "At most \(Self.maximumFrames) superimposed frames of \(Self.maximumPixels) pixels are blended.")
      }
    }
    guard let lower else { throw Problem(.notFound, "No underlying image of the presentation state is here.") }
    guard !upper.isEmpty else { throw Problem(.notFound, "No superimposed image of the presentation state is here.") }
    self.state = state
    underlying = lower
    superimposed = upper
  }

  /// Blends and encodes; blocks.
  private func bytes(_ picture: Picture) throws -> ByteBuffer {
    let description = underlying.image.description
    let wanted = picture.parameters.options(rows: description.rows, columns: description.columns)
    let planes = try superimposed.map { image, frame in try image.blendingPlane(frame, state.superimposed) }
    let blended = try underlying.image.blended(
      underlying.frame, superimposed: planes, state: state, options: wanted.options)
    return ByteBuffer(
      bytes: try picture.encode(
        try picture.finished(
          blended.flipped(columns: wanted.flipsColumns, rows: wanted.flipsRows), underlying.image,
          underlying.frame + 1)))
  }
}
