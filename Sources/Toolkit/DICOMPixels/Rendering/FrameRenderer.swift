// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Renders the frames of one image for a screen (PS3.3 §C.11, PS3.18 §8.3.5).
public struct FrameRenderer: Sendable {
  /// The longest side of a rendered image.
  public static let maximumSide = 16_384

  private let dataSet: DataSet
  private let description: PixelDescription
  private let palette: ColourPalette?

  /// - Parameter dataSet: the image; its pixel data is not used.
  public init(_ dataSet: DataSet, description: PixelDescription) throws(PixelError) {
    var dataSet = dataSet
    dataSet.remove(.pixelData)
    self.dataSet = dataSet
    self.description = description
    let isPalette = description.photometric == .paletteColor
    palette = isPalette ? try ColourPalette(dataSet, isSigned: description.isSigned) : nil
  }

  /// Grey stored values or RGB: palette applied, YBR converted; nothing else is changed.
  public func greyOrRGB(_ frame: DecodedFrame) throws(PixelError) -> DecodedFrame {
    try ColourConverter.greyOrRGB(frame, palette: palette)
  }

  /// Renders a decoded frame.
  /// - Parameter index: its number, counted from 0, for what differs between frames.
  public func render(
    _ frame: DecodedFrame, index: Int, options: RenderOptions = RenderOptions()
  ) throws(PixelError) -> RenderedImage {
    var image = try fullSize(frame, index: index, options: options)
    if let region = options.region {
      guard let part = image.cropped(region) else { throw PixelError(.invalid, "the region lies outside the image") }
      image = part
    }
    let size = try targetSize(image, index: index, options: options)
    return ImageScaler.scale(image, width: size.width, height: size.height)
  }

  private func fullSize(
    _ frame: DecodedFrame, index: Int, options: RenderOptions
  ) throws(PixelError) -> RenderedImage {
    let colour = try greyOrRGB(frame)
    if colour.samplesPerPixel == 3 {
      return RenderedImage(
        width: frame.columns, height: frame.rows, samples: 3, bytes: try Self.eightBits(colour))
    }
    let modality = ModalityTransform(dataSet, frame: index, isSigned: frame.isSigned)
    let signed = modality.hasNegativeOutput(frame.isSigned)
    let own = VOITransform(dataSet, frame: index, signedInput: signed)
    let pipeline = GreyscalePipeline(
      modality: modality, voi: options.window.map { .window($0) } ?? own,
      isInverse: frame.photometric == .monochrome1, padding: padding(frame))
    return RenderedImage(width: frame.columns, height: frame.rows, samples: 1, bytes: pipeline.render(colour))
  }

  private func padding(_ frame: DecodedFrame) -> ClosedRange<Double>? {
    let value: Double?
    let limit: Double?
    if frame.format == .float {
      value = dataSet.double(.floatPixelPaddingValue) ?? dataSet.double(.doubleFloatPixelPaddingValue)
      limit = dataSet.double(.floatPixelPaddingRangeLimit) ?? dataSet.double(.doubleFloatPixelPaddingRangeLimit)
    } else {
      // The VR may say US where the pixels have a sign.
      func signed(_ tag: Tag) -> Double? {
        dataSet.integer(tag).map { Double(frame.isSigned ? Int(Int16(truncatingIfNeeded: $0)) : $0 & 0xFFFF) }
      }
      value = signed(.pixelPaddingValue)
      limit = signed(.pixelPaddingRangeLimit)
    }
    guard let value, value.isFinite else { return nil }
    let other = limit.flatMap { $0.isFinite ? $0 : nil } ?? value
    return min(value, other)...max(value, other)
  }

  private static func eightBits(_ frame: DecodedFrame) throws(PixelError) -> [UInt8] {
    if frame.bitsAllocated == 8 {
      guard frame.bitsStored < 8 else { return frame.bytes }
      let shift = UInt8(8 - frame.bitsStored)
      return frame.bytes.map { $0 << shift }
    }
    guard frame.bitsAllocated == 16, frame.format == .integer else {
      throw PixelError(.unsupported, "colour of \(frame.bitsAllocated) bits")
    }
    return frame.bytes.withUnsafeBytes { raw in
      let words = raw.assumingMemoryBound(to: UInt16.self)
      let shift = UInt16(max(frame.bitsStored - 8, 0))
      return words.map { UInt8(truncatingIfNeeded: min($0 >> shift, 255)) }
    }
  }

  private func targetSize(
    _ image: RenderedImage, index: Int, options: RenderOptions
  ) throws(PixelError) -> (width: Int, height: Int) {
    var width = Double(image.width)
    var height = Double(image.height)
    let isMatrix = options.keepsMatrix && options.viewport == nil
    let aspect = isMatrix ? 1 : PixelAspect.heightToWidth(dataSet, frame: index)
    if aspect > 1 { height *= aspect } else { width /= aspect }
    if let viewport = options.viewport {
      guard viewport.width > 0, viewport.height > 0, viewport.width <= Self.maximumSide,
        viewport.height <= Self.maximumSide
      else { throw PixelError(.limit, "viewport of \(viewport.width) × \(viewport.height)") }
      let fit = min(Double(viewport.width) / width, Double(viewport.height) / height)
      let factor = options.onlyShrinks ? min(fit, 1) : fit
      width *= factor
      height *= factor
    }
    let longest = Double(max(Self.maximumSide, image.width, image.height))
    let shrink = min(1, longest / max(width, height))
    return (max(Int((width * shrink).rounded()), 1), max(Int((height * shrink).rounded()), 1))
  }
}
