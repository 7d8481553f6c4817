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

/// The frames of a series in the order that a viewer wants, as one stream. A viewer that wants another order lets go of
/// the stream and asks for a new one: what was encoded is kept.
struct FrameStream: Sendable {
  /// How pixels travel.
  enum Wish: String, Sendable {
    /// Plain to programs of this machine, else compressed without loss.
    case auto
    case plain
    case losslessJPEG = "jpeg-lossless"
    case runLengths = "rle"
  }

  /// A frame of the series.
  struct Place: Sendable, Hashable {
    var instance: Int
    var frame: Int
  }

  /// Frames that are made ready before they can be sent.
  private static let window = 4

  let call: Call
  /// The instances of the series in the order of their numbers.
  let instances: [StoredInstance]
  let wish: Wish

  /// Sends frames one after another, those that come next being made ready meanwhile.
  func send(_ order: [Place], to body: inout any ResponseBodyWriter) async throws {
    try await withThrowingTaskGroup(of: (Int, ByteBuffer).self) { group in
      var ready: [Int: ByteBuffer] = [:]
      var (next, due) = (0, 0)
      func begin() {
        guard next < order.count else { return }
        let (number, place) = (next, order[next])
        next += 1
        group.addTask { (number, try await buffer(of: place)) }
      }
      for _ in 0..<Self.window { begin() }
      while due < order.count {
        if let buffer = ready.removeValue(forKey: due) {
          try await body.write(buffer)
          due += 1
          begin()
        } else if let (number, buffer) = try await group.next() {
          ready[number] = buffer
        }
      }
    }
  }

  /// One frame with its header. What cannot be decoded is said in its place, so that the others still come.
  /// - Parameter pixels: the frame, where it is decoded already.
  func buffer(of place: Place, pixels: DecodedFrame? = nil) async throws -> ByteBuffer {
    try await call.blocking {
      do {
        return try record(of: place, pixels).buffer
      } catch {
        let reason = Problem(error)?.detail ?? "The frame cannot be read."
        return FrameRecord(
          form: .failure, instance: place.instance, frame: place.frame, payload: ByteSlice(Array(reason.utf8))
        ).buffer
      }
    }
  }

  /// A large frame with fewer pixels, to be looked at until the whole one is there, and what it was made of.
  /// - Returns: nil for other frames, and for those that cannot be decoded.
  func coarse(of place: Place) async throws -> (buffer: ByteBuffer, whole: DecodedFrame)? {
    try await call.blocking {
      guard let image = try? image(of: place), image.reduction > 1, let whole = try? image.pixels(place.frame),
        let reduced = image.reduced(whole)
      else { return nil }
      var record = FrameRecord(
        form: .plain, instance: place.instance, frame: place.frame, pixels: reduced, payload: ByteSlice(reduced.bytes),
        reduction: image.reduction)
      let form = chosenForm
      if let syntax = form.transferSyntax, image.canBeSent(as: syntax),
        let encoded = try? StoredImage.encodedForDisplay(reduced, as: syntax)
      {
        (record.form, record.payload) = (form, encoded)
      }
      return (record.buffer, whole)
    }
  }

  private func image(of place: Place) throws -> StoredImage {
    guard place.instance < instances.count else { throw Problem(.notFound, "There is no such instance.") }
    let image = try call.services.images.image(instances[place.instance], archive: call.services.archive)
    guard place.frame < image.frameCount else { throw Problem(.notFound, "There are \(image.frameCount) frames.") }
    return image
  }

  private func record(of place: Place, _ known: DecodedFrame?) throws -> FrameRecord {
    let image = try image(of: place)
    var record = FrameRecord(
      form: .plain, instance: place.instance, frame: place.frame, pixels: image.description.samplesAsSent,
      payload: .empty)
    let form = chosenForm
    if form != .plain, let syntax = form.transferSyntax, image.canBeSent(as: syntax) {
      if image.transferSyntax == syntax, image.description.photometric.isMonochrome,
        let stored = try image.codestream(place.frame)
      {
        record.form = form
        record.payload = stored
        return record
      }
      do {
        record.payload = try call.services.frames.bytes(of: image, place.frame, purpose: "stream \(syntax.uid)") {
          try StoredImage.encodedForDisplay(known ?? image.pixels(place.frame), as: syntax)
        }
        record.form = form
        return record
      } catch let error as CodecError where error.code == .unsupported {
        // The codec does not hold such samples: they go as they are.
      }
    }
    let pixels = try known ?? image.pixels(place.frame)
    record.pixels = pixels
    record.payload = ByteSlice(pixels.bytes)
    return record
  }

  private var chosenForm: FrameRecord.Form {
    switch wish {
    case .plain: .plain
    case .losslessJPEG: .losslessJPEG
    case .runLengths: .runLengths
    case .auto: call.context.isLoopback ? .plain : .losslessJPEG
    }
  }
}

extension FrameRecord.Form {
  /// The syntax of what was compressed.
  fileprivate var transferSyntax: TransferSyntax? {
    switch self {
    case .losslessJPEG: TransferSyntax("1.2.840.10008.1.2.4.70")
    case .runLengths: TransferSyntax("1.2.840.10008.1.2.5")
    default: nil
    }
  }
}

extension PixelDescription {
  /// What the samples of a frame are once palette and colour differences are resolved.
  fileprivate var samplesAsSent: DecodedFrame {
    var description = self
    if photometric == .paletteColor || samplesPerPixel == 3 {
      description.samplesPerPixel = 3
      description.photometric = .rgb
    }
    return DecodedFrame(description, bytes: [])
  }
}

extension StoredImage {
  /// Palettes become colour of another depth, so only the pixels tell what they are; they go plain.
  fileprivate func canBeSent(as syntax: TransferSyntax) -> Bool {
    description.format == .integer && description.bitsAllocated > 1 && description.photometric != .paletteColor
  }
}
