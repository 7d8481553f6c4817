// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A Softcopy Presentation State (PS3.3 §A.33, PS3.4 Annex N) as a renderer applies it: grayscale, colour or
/// pseudo-colour.
/// What the state does not say is not taken from the image but has the standard's neutral meaning.
public struct SoftcopyPresentation: Sendable, Hashable {
  /// The classes that can be applied, by their SOP Class UID.
  public enum Kind: String, Sendable {
    case grayscale = "1.2.840.10008.5.1.4.1.1.11.1"
    case colour = "1.2.840.10008.5.1.4.1.1.11.2"
    case pseudoColour = "1.2.840.10008.5.1.4.1.1.11.3"
    case xaXRFGrayscale = "1.2.840.10008.5.1.4.1.1.11.5"
  }

  public let kind: Kind
  public let label: String?
  public let presentationLUT: PresentationLUT
  public let shutter: DisplayShutter?
  /// Image Rotation (0070,0042) in quarter turns clockwise, done before the flip.
  public let quarterTurns: Int
  /// Image Horizontal Flip (0070,0041).
  public let isFlipped: Bool
  /// By Graphic Layer Order, the lowest first.
  public let layers: [GraphicLayer]
  public let iccProfile: [UInt8]?
  let palette: ColourPalette?
  /// Planes whose bits stand in the state itself.
  let overlays: [OverlayPlane]
  private let dataSet: DataSet

  /// Reads a state. Blending states are `BlendingPresentation`; volumetric and advanced blending states are refused as
  /// unsupported.
  public init(_ dataSet: DataSet) throws(PixelError) {
    let sopClass = dataSet.string(.sopClassUID) ?? ""
    guard let kind = Kind(rawValue: sopClass) else {
      throw PixelError(.unsupported, "\(sopClass) is no presentation state that can be applied")
    }
    self.kind = kind
    self.dataSet = dataSet
    label = dataSet.string(.contentLabel)
    presentationLUT = PresentationLUT(dataSet) ?? .identity
    shutter = DisplayShutter(dataSet)
    let degrees = dataSet.integer(.imageRotation) ?? 0
    quarterTurns = ((degrees % 360 + 360) % 360) / 90
    isFlipped = dataSet.string(.imageHorizontalFlip) == "Y"
    layers = dataSet.items(.graphicLayerSequence).map { GraphicLayer($0) }.sorted { $0.order < $1.order }
    iccProfile = dataSet.bytes(.iccProfile)?.array
    palette = kind == .pseudoColour ? try ColourPalette(dataSet, isSigned: false) : nil
    overlays = OverlayPlane.all(dataSet)
  }

  // MARK: What it applies to

  /// The images that the state was made for: SOP Instance UIDs.
  public var referencedImages: [UID] {
    dataSet.items(.referencedSeriesSequence).flatMap { $0.items(.referencedImageSequence) }.compactMap {
      $0.uid(.referencedSOPInstanceUID)
    }
  }

  /// Whether the state was made for a frame, counted from 0.
  public func applies(to image: UID, frame: Int) -> Bool {
    dataSet.items(.referencedSeriesSequence).contains { series in
      series.items(.referencedImageSequence).contains { Self.matches($0, image, frame) }
    }
  }

  private static func matches(_ reference: DataSet, _ image: UID?, _ frame: Int) -> Bool {
    guard reference.uid(.referencedSOPInstanceUID) == image else { return false }
    let frames = reference.integers(.referencedFrameNumber) ?? []
    return frames.isEmpty || frames.contains(frame + 1)
  }

  /// The items of a sequence that are for a frame: those that name it, and those that name no image.
  private func items(_ sequence: Tag, _ image: UID?, _ frame: Int) -> [DataSet] {
    dataSet.items(sequence).filter { item in
      let references = item.items(.referencedImageSequence)
      return references.isEmpty || references.contains { Self.matches($0, image, frame) }
    }
  }

  // MARK: Greyscale

  /// The Modality LUT module of the state; identity where it has none (PS3.4 §N.2.1.1).
  func modality(isSigned: Bool) -> ModalityTransform? {
    kind == .colour ? nil : ModalityTransform(item: dataSet, tableIn: dataSet, isSigned: isSigned)
  }

  /// What is subtracted from a frame of `count`; nil where the state subtracts nothing from it (PS3.4 §N.2.1.2).
  func subtraction(
    for image: UID?, frame: Int, of count: Int, isSigned: Bool
  ) throws(PixelError) -> MaskSubtraction? {
    try MaskSubtraction(
      items(.maskSubtractionSequence, image, frame), frame: frame, count: count,
      modality: modality(isSigned: isSigned) ?? .identity, isSigned: isSigned)
  }

  /// The VOI transform for a frame; nil where the state has none for it: all values are shown.
  public func voi(for image: UID?, frame: Int, signedInput: Bool) -> VOITransform? {
    for item in items(.softcopyVOILUTSequence, image, frame) {
      if let choice = VOITransform.choices(item: item, signedInput: signedInput).first { return choice.transform }
    }
    return nil
  }

  // MARK: Geometry and drawings

  /// Which part of a frame is shown and how large; nil shows the whole frame.
  public func displayedArea(for image: UID?, frame: Int) -> DisplayedArea? {
    items(.displayedAreaSelectionSequence, image, frame).lazy.compactMap { DisplayedArea($0) }.first
  }

  /// The drawings on a frame, those of the lowest layer first.
  public func annotations(for image: UID?, frame: Int) -> [Annotation] {
    let order = Dictionary(layers.enumerated().map { ($1.name, $0) }) { first, _ in first }
    let read = items(.graphicAnnotationSequence, image, frame).prefix(Annotation.maximumCount).flatMap { item in
      let layer = item.string(.graphicLayer) ?? ""
      let number = order[layer]
      let colour = number.map { layers[$0].colour } ?? .white
      return Annotation.all(item, colour: colour).map { (number ?? -1, $0) }
    }
    // Sorting is not stable in itself.
    let sorted = read.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }
    return sorted.prefix(Annotation.maximumCount).map(\.element.1)
  }

  /// The layer on which an overlay group of the image, or of the state, is shown; nil where it is not (PS3.3 §C.11.7).
  func layer(ofOverlay group: UInt16) -> GraphicLayer? {
    guard let name = dataSet.string(Tag(group, Tag.overlayActivationLayer.element)) else { return nil }
    return layers.first { $0.name == name } ?? GraphicLayer(name: name, order: 0, colour: .white)
  }
}
