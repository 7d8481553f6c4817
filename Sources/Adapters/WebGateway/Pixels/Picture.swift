// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMObjects
import DICOMPixels
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore

/// Makes pictures of stored frames (PS3.18 §8.3.5.1).
struct Picture: Sendable {
  let parameters: RenderedParameters
  let media: MediaType
  /// Applied instead of what the image asks for.
  let presentation: SoftcopyPresentation?
  let services: WebServices

  /// A frame, counted from 1, as it is to be seen.
  func render(_ image: StoredImage, _ number: Int) throws -> RenderedImage {
    var wanted = parameters.options(rows: image.description.rows, columns: image.description.columns)
    wanted.options.presentation = presentation
    let picture = try image.rendered(number - 1, wanted.options)
      .flipped(columns: wanted.flipsColumns, rows: wanted.flipsRows)
    return try finished(picture, image, number)
  }

  /// With the text and the colours that were asked for.
  func finished(_ picture: RenderedImage, _ image: StoredImage, _ number: Int) throws -> RenderedImage {
    var picture = picture
    if !parameters.annotations.isEmpty {
      let header = try services.archive.header(of: image.instance)
      let text = CornerText.describing(header, number, of: image.frameCount, parameters.annotations)
      picture = try text.burned(into: picture)
    }
    try setProfile(&picture)
    return picture
  }

  /// PS3.18 §8.3.5.1.5.
  private func setProfile(_ picture: inout RenderedImage) throws {
    guard picture.samples == 3, let wanted = parameters.colourProfile else { return }
    switch wanted {
    case .no: picture.iccProfile = nil
    case .yes: picture.iccProfile = picture.iccProfile ?? ColourProfile.sRGB.array
    case .srgb where picture.iccProfile == nil: picture.iccProfile = ColourProfile.sRGB.array
    case .srgb: picture = try DisplayColourSpace.sRGB.convert(picture)
    case .adobergb: picture = try DisplayColourSpace.adobeRGB.convert(picture)
    case .rommrgb: picture = try DisplayColourSpace.rommRGB.convert(picture)
    }
  }

  /// A picture of an instance, of the frame in the middle where none is named; blocks. What was made is kept for a
  /// while, unless it depends on more than the stored bytes and the request.
  func bytes(of instance: StoredInstance, frame: Int?, for call: Call) throws -> ByteBuffer {
    let image = try services.images.image(instance, archive: services.archive)
    let number = frame ?? image.frameCount / 2 + 1
    try RenderedRoutes.check(number, image)
    if presentation != nil || instance.change != nil || !parameters.annotations.isEmpty {
      return ByteBuffer(bytes: try encode(try render(image, number)))
    }
    let purpose = "\(media.essence)?\(call.request.uri.query ?? "")"
    return ByteBuffer(
      try services.frames.bytes(of: image, number - 1, purpose: purpose) {
        ByteSlice(try encode(try render(image, number)))
      })
  }

  func encode(_ picture: RenderedImage) throws -> [UInt8] {
    let quality = parameters.quality ?? 90
    switch media.subtype {
    case "png": return try PNGEncoder().encode(picture)
    case "gif": return try GIFEncoder().encode([picture])
    case "jp2": return try CodestreamImageEncoder(.jpeg2000, quality: quality).encode(picture)
    case "jph": return try CodestreamImageEncoder(.highThroughputJPEG2000, quality: quality).encode(picture)
    case "jxl": return try CodestreamImageEncoder(.jpegXL, quality: quality).encode(picture)
    default: return try JPEGEncoder(quality: quality).encode(picture)
    }
  }

  /// The first picture of an animation, and what encodes it at the speed that the image asks for.
  func animation(_ image: StoredImage, _ number: Int) throws -> (GIFEncoder, RenderedImage) {
    let header = try services.archive.header(of: image.instance)
    let rate = (header.integer(.recommendedDisplayFrameRate) ?? header.integer(.cineRate)).flatMap { $0 > 0 ? $0 : nil }
    let time = rate.map { 1000 / Double($0) } ?? header.double(.frameTime) ?? 100
    return (GIFEncoder(frameTime: time), try render(image, number))
  }
}

extension CornerText {
  /// What displays show of patient and technique (PS3.18 §8.3.5.1.1).
  static func describing(
    _ dataSet: DataSet, _ number: Int, of count: Int, _ annotations: Set<RenderedParameters.Annotation>
  ) -> CornerText {
    func line(_ tags: Tag...) -> String {
      tags.compactMap { dataSet.strings($0)?.joined(separator: "\\") }.filter { !$0.isEmpty }.joined(separator: "  ")
    }
    var text = CornerText()
    if annotations.contains(.patient) {
      let name = (dataSet.string(.patientName) ?? "").split(separator: "=").first.map(String.init) ?? ""
      text.topLeft = [
        name.split(separator: "^").joined(separator: " "), line(.patientID), line(.patientBirthDate, .patientSex),
        line(.studyDate, .accessionNumber), line(.studyDescription),
      ]
    }
    if annotations.contains(.technique) {
      text.topRight = [line(.institutionName), line(.modality, .seriesDescription), line(.stationName)]
      var exposure: [String] = []
      for (tag, name, unit) in [
        (Tag.kvp, "", " kV"), (.xRayTubeCurrent, "", " mA"), (.repetitionTime, "TR ", ""), (.echoTime, "TE ", ""),
        (.sliceThickness, "", " mm"),
      ] {
        if let value = dataSet.string(tag), !value.isEmpty { exposure.append(name + value + unit) }
      }
      text.bottomLeft = [exposure.joined(separator: "  ")]
      let frame = count > 1 ? "  \(number)/\(count)" : ""
      text.bottomRight = [line(.seriesNumber) + " / " + line(.instanceNumber) + frame]
      if dataSet.string(.lossyImageCompression) == "01" { text.bottomRight.insert("lossy", at: 0) }
    }
    func kept(_ lines: [String]) -> [String] { lines.filter { !$0.isEmpty } }
    return CornerText(
      topLeft: kept(text.topLeft), topRight: kept(text.topRight), bottomLeft: kept(text.bottomLeft),
      bottomRight: kept(text.bottomRight))
  }
}
