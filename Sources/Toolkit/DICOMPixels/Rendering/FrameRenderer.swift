// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Renders the frames of one image for a screen (PS3.3 §C.11, PS3.18 §8.3.5).
public struct FrameRenderer: Sendable {
  /// The longest side of a rendered image.
  public static let maximumSide = 16_384

  let dataSet: DataSet
  private let description: PixelDescription
  private let palette: ColourPalette?
  private let supplementalPalette: ColourPalette?
  private let shutter: DisplayShutter?
  /// The overlay planes that the image has.
  public let overlays: [OverlayPlane]

  /// - Parameter dataSet: the image; its pixel data is not used.
  public init(_ dataSet: DataSet, description: PixelDescription) throws(PixelError) {
    var dataSet = dataSet
    dataSet.remove(.pixelData)
    dataSet.remove(.floatPixelData)
    dataSet.remove(.doubleFloatPixelData)
    self.dataSet = dataSet
    self.description = description
    let isPalette = description.photometric == .paletteColor
    palette = isPalette ? try ColourPalette(dataSet, isSigned: description.isSigned) : nil
    let isSupplemental = description.photometric.isMonochrome && ColourPalette.isPresent(dataSet)
    supplementalPalette = isSupplemental ? try? ColourPalette(dataSet, isSigned: description.isSigned) : nil
    shutter = DisplayShutter(dataSet)
    overlays = OverlayPlane.all(dataSet)
  }

  /// Some overlay planes stand in bits of the pixel data that decoding clears: give `render` the containers.
  public var needsContainers: Bool { overlays.contains { $0.isEmbedded } }

  /// How frames are to be decoded so that the bits outside Bits Stored remain.
  public var containerDescription: PixelDescription {
    var wide = description
    wide.bitsStored = wide.bitsAllocated
    wide.highBit = wide.bitsAllocated - 1
    wide.isSigned = false
    return wide
  }

  /// Grey stored values or RGB: palette applied, YBR converted; nothing else is changed.
  public func greyOrRGB(_ frame: DecodedFrame) throws(PixelError) -> DecodedFrame {
    try ColourConverter.greyOrRGB(frame, palette: palette)
  }

  /// The windows and VOI LUTs that a frame offers, in the order of `VOISelection.stored`.
  public func choices(frame index: Int) -> [VOITransform.Choice] {
    let modality = ModalityTransform(dataSet, frame: index, isSigned: description.isSigned)
    let signed = modality.hasNegativeOutput(description.isSigned)
    return VOITransform.choices(dataSet, frame: index, signedInput: signed)
  }

  /// Where a frame lies and what it shows.
  public func attributes(frame index: Int) -> FrameAttributes { FrameAttributes(dataSet, frame: index) }

  /// What the presentation state of the options subtracts from a frame, counted from 0: `render` is then given the
  /// difference. Nil where it subtracts nothing.
  public func subtraction(frame index: Int, options: RenderOptions) throws(PixelError) -> MaskSubtraction? {
    try options.presentation?.subtraction(
      for: dataSet.uid(.sopInstanceUID), frame: index, of: description.numberOfFrames, isSigned: description.isSigned)
  }

  /// Renders a decoded frame.
  /// - Parameters:
  ///   - frame: the frame, or what `subtraction` makes of it.
  ///   - index: its number, counted from 0, for what differs between frames.
  ///   - containers: the same frame decoded by `containerDescription`, for overlays in the pixel data.
  public func render(
    _ frame: DecodedFrame, index: Int, options: RenderOptions = RenderOptions(), containers: DecodedFrame? = nil
  ) throws(PixelError) -> RenderedImage {
    guard options.bits == 8 || options.bits == 16 else { throw PixelError(.invalid, "\(options.bits) bits") }
    if let viewport = options.viewport {
      guard viewport.width > 0, viewport.height > 0, viewport.width <= Self.maximumSide,
        viewport.height <= Self.maximumSide
      else { throw PixelError(.limit, "viewport of \(viewport.width) × \(viewport.height)") }
    }
    var image = try picture(frame, index, options, containers)
    if let presentation = options.presentation {
      image = try presented(image, presentation, index, options)
    } else {
      if let region = options.region {
        guard let part = image.cropped(region) else { throw PixelError(.invalid, "the region lies outside the image") }
        image = part
      }
      let size = targetSize(image, index: index, options: options)
      image = ImageScaler.scale(image, width: size.width, height: size.height)
    }
    if let display = options.display { image = display.apply(to: image, bits: options.bits) }
    image.iccProfile = image.samples == 3 ? options.presentation?.iccProfile ?? iccProfile : nil
    return image
  }

  /// ICC Profile of the image, or of its first optical path (PS3.3 §C.11.15).
  public var iccProfile: [UInt8]? {
    let path = dataSet.items(.opticalPathSequence).first
    guard let bytes = dataSet.bytes(.iccProfile) ?? path?.bytes(.iccProfile), !bytes.isEmpty else { return nil }
    return bytes.array
  }

  // MARK: The image's own matrix

  /// The frame in P-values or colours with overlays and shutter.
  func picture(
    _ frame: DecodedFrame, _ index: Int, _ options: RenderOptions, _ containers: DecodedFrame?
  ) throws(PixelError) -> RenderedImage {
    let bits = options.display == nil ? options.bits : 16
    let picture = FramePicture(
      dataSet: dataSet, description: description, palette: palette, supplementalPalette: colouredPart(index),
      presentation: options.presentation, bits: bits)
    let image = try picture.render(frame, index: index, options: options)
    var canvas = Canvas(image)
    for (plane, colour) in shownOverlays(index, options) {
      guard
        var mask = plane.mask(width: image.width, height: image.height, frame: index, containers: containers)
      else { continue }
      if plane.kind == .regionOfInterest {
        mask = OverlayOutline.border(mask, width: image.width, height: image.height)
      }
      canvas.paint(mask, colour)
    }
    let shutter = options.presentation.map { $0.shutter } ?? (options.showsShutter ? shutter : nil)
    if let shutter {
      let planes = (options.presentation?.overlays ?? []) + overlays
      let mask = shutter.mask(width: image.width, height: image.height) { group in
        planes.first { $0.group == group }?
          .mask(width: image.width, height: image.height, frame: index, containers: containers)
      }
      canvas.paint(mask, shutter.colour)
    }
    return canvas.image
  }

  /// The planes to draw, the lowest first: those that a presentation state activates, else all of the image.
  private func shownOverlays(_ index: Int, _ options: RenderOptions) -> [(OverlayPlane, DisplayColour)] {
    guard let presentation = options.presentation else {
      return options.showsOverlays ? overlays.map { ($0, .white) } : []
    }
    let own = presentation.overlays
    let planes = own + overlays.filter { plane in !own.contains { $0.group == plane.group } }
    let active = planes.compactMap { plane in presentation.layer(ofOverlay: plane.group).map { (plane, $0) } }
    return active.sorted { $0.1.order < $1.1.order }.map { ($0.0, $0.1.colour) }
  }

  /// The supplemental palette where the frame is said to be in colour (PS3.3 §C.8.16.2.1.1.1).
  private func colouredPart(_ index: Int) -> ColourPalette? {
    guard let supplementalPalette else { return nil }
    let types: [Tag] = [.mrImageFrameTypeSequence, .ctImageFrameTypeSequence, .petFrameTypeSequence]
    let item = types.lazy.compactMap { FunctionalGroups.item(dataSet, $0, frame: index) }.first
    let presentation = item?.string(.pixelPresentation) ?? dataSet.string(.pixelPresentation)
    return presentation == "COLOR" || presentation == "MIXED" ? supplementalPalette : nil
  }

  // MARK: The picture

  func presented(
    _ image: RenderedImage, _ presentation: SoftcopyPresentation, _ index: Int, _ options: RenderOptions
  ) throws(PixelError) -> RenderedImage {
    let uid = dataSet.uid(.sopInstanceUID)
    let geometry = try DisplayGeometry(
      imageWidth: image.width, imageHeight: image.height,
      heightToWidth: PixelAspect.heightToWidth(dataSet, frame: index), presentation: presentation,
      area: presentation.displayedArea(for: uid, frame: index), options: options)
    let picture = geometry.picture(image)
    let annotations = presentation.annotations(for: uid, frame: index)
    guard !annotations.isEmpty else { return picture }
    var canvas = Canvas(picture)
    var painter = AnnotationPainter(geometry, width: picture.width, height: picture.height)
    for annotation in annotations { try painter.draw(annotation, on: &canvas) }
    return canvas.image
  }

  private func targetSize(_ image: RenderedImage, index: Int, options: RenderOptions) -> (width: Int, height: Int) {
    var width = Double(image.width)
    var height = Double(image.height)
    let isMatrix = options.keepsMatrix && options.viewport == nil
    let aspect = isMatrix ? 1 : PixelAspect.heightToWidth(dataSet, frame: index)
    if aspect > 1 { height *= aspect } else { width /= aspect }
    if let viewport = options.viewport {
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
