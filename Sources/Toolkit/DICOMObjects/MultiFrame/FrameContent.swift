// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Frame Content macro (PS3.3 §C.7.6.16.2.2): where a frame stands among the others, and when it was made.
public struct FrameContent: Sendable, Hashable {
  /// A position for each index of the dimension organisation, counted from 1.
  public var dimensionIndexValues: [Int]
  public var stackID: String?
  /// Counted from 1.
  public var inStackPosition: Int?
  /// Counted from 1.
  public var temporalPosition: Int?
  /// Values of DT.
  public var acquisitionDateTime: String?
  public var referenceDateTime: String?
  /// In ms.
  public var acquisitionDuration: Double?
  public var acquisitionNumber: Int?
  public var label: String?

  public init(
    dimensionIndexValues: [Int] = [], stackID: String? = nil, inStackPosition: Int? = nil,
    temporalPosition: Int? = nil
  ) {
    self.dimensionIndexValues = dimensionIndexValues
    self.stackID = stackID
    self.inStackPosition = inStackPosition
    self.temporalPosition = temporalPosition
  }
}

/// Pixel Value Transformation macro (PS3.3 §C.7.6.16.2.9).
public struct PixelValueTransformation: Sendable, Hashable {
  public var intercept: Double
  public var slope: Double
  /// Rescale Type, such as `HU` or `US`.
  public var type: String

  public init(intercept: Double, slope: Double, type: String) {
    self.intercept = intercept
    self.slope = slope
    self.type = type
  }
}

/// A window of the Frame VOI LUT macro (PS3.3 §C.7.6.16.2.10).
public struct FrameWindow: Sendable, Hashable {
  public var center: Double
  public var width: Double
  public var explanation: String

  public init(center: Double, width: Double, explanation: String = "") {
    self.center = center
    self.width = width
    self.explanation = explanation
  }
}

extension FunctionalGroups {
  /// Frame Content macro.
  public var frameContent: FrameContent? {
    guard let item = item(.frameContentSequence) else { return nil }
    var content = FrameContent(
      dimensionIndexValues: item.integers(.dimensionIndexValues) ?? [], stackID: item.string(.stackID),
      inStackPosition: item.integer(.inStackPositionNumber), temporalPosition: item.integer(.temporalPositionIndex))
    content.acquisitionDateTime = item.string(.frameAcquisitionDateTime)
    content.referenceDateTime = item.string(.frameReferenceDateTime)
    content.acquisitionDuration = item.double(.frameAcquisitionDuration)
    content.acquisitionNumber = item.integer(.frameAcquisitionNumber)
    content.label = item.string(.frameLabel)
    return content
  }

  /// Frame Content (PS3.3 §C.7.6.16.2.2).
  public mutating func set(_ content: FrameContent) throws(ObjectError) {
    try set(.frameContentSequence) { (item) throws(ObjectError) in
      try item.set(.dimensionIndexValues, content.dimensionIndexValues, .type3)
      try item.set(.stackID, content.stackID, .type3)
      try item.set(.inStackPositionNumber, content.inStackPosition, .type3)
      try item.set(.temporalPositionIndex, content.temporalPosition, .type3)
      try item.set(.frameAcquisitionDateTime, content.acquisitionDateTime, .type3)
      try item.set(.frameReferenceDateTime, content.referenceDateTime, .type3)
      try item.set(.frameAcquisitionDuration, content.acquisitionDuration, .type3)
      try item.set(.frameAcquisitionNumber, content.acquisitionNumber, .type3)
      try item.set(.frameLabel, content.label, .type3)
    }
  }

  /// Pixel Value Transformation macro.
  public var pixelValueTransformation: PixelValueTransformation? {
    guard let item = item(.pixelValueTransformationSequence), let slope = item.double(.rescaleSlope) else { return nil }
    return PixelValueTransformation(
      intercept: item.double(.rescaleIntercept) ?? 0, slope: slope, type: item.string(.rescaleType) ?? "US")
  }

  /// Pixel Value Transformation (PS3.3 §C.7.6.16.2.9).
  public mutating func set(_ transformation: PixelValueTransformation) throws(ObjectError) {
    try set(.pixelValueTransformationSequence) { (item) throws(ObjectError) in
      try item.set(.rescaleIntercept, transformation.intercept, .type1)
      try item.set(.rescaleSlope, transformation.slope, .type1)
      try item.set(.rescaleType, transformation.type, .type1)
    }
  }

  /// Windows of the Frame VOI LUT macro.
  public var windows: [FrameWindow] {
    guard let item = item(.frameVOILUTSequence) else { return [] }
    let explanations = item.strings(.windowCenterWidthExplanation) ?? []
    return zip(item.doubles(.windowCenter) ?? [], item.doubles(.windowWidth) ?? []).enumerated().map { index, pair in
      FrameWindow(
        center: pair.0, width: pair.1, explanation: index < explanations.count ? explanations[index] : "")
    }
  }

  /// Frame VOI LUT (PS3.3 §C.7.6.16.2.10).
  public mutating func set(windows: [FrameWindow]) throws(ObjectError) {
    try set(.frameVOILUTSequence) { (item) throws(ObjectError) in
      if let window = windows.first(where: { $0.width < 1 }) {
        throw ObjectError(.invalid, .windowWidth, in: item.path, "\(window.width) is below 1 (PS3.3 §C.11.2.1.2)")
      }
      try item.set(.windowCenter, windows.map(\.center), .type3)
      try item.set(.windowWidth, windows.map(\.width), .type3)
      try item.set(.windowCenterWidthExplanation, windows.map(\.explanation), .type3)
    }
  }

  /// Referenced Segment Number of the Segment Identification macro (PS3.3 §C.8.20.3.1).
  public var segmentNumber: Int? { item(.segmentIdentificationSequence)?.integer(.referencedSegmentNumber) }

  /// Segment Identification (PS3.3 §C.8.20.3.1).
  public mutating func setSegmentNumber(_ number: Int) throws(ObjectError) {
    try set(.segmentIdentificationSequence) { (item) throws(ObjectError) in
      try item.set(.referencedSegmentNumber, number, .type1)
    }
  }

  /// Images that the frame was derived from (Derivation Image macro, PS3.3 §C.7.6.16.2.6).
  public var sourceImages: [ImageReference] {
    self[.derivationImageSequence].flatMap { derivation in
      derivation.items(.sourceImageSequence).compactMap { source in
        InstanceReference(source).map { ImageReference($0, frames: source.integers(.referencedFrameNumber) ?? []) }
      }
    }
  }

  /// Sets the images that the frame was derived from.
  /// - Parameters:
  ///   - derivation: how (CID 7203), such as segmentation.
  ///   - purpose: what the source was used for (CID 7202).
  public mutating func set(
    sourceImages: [ImageReference], derivation: CodedConcept, purpose: CodedConcept
  ) throws(ObjectError) {
    try set(.derivationImageSequence) { (item) throws(ObjectError) in
      if sourceImages.isEmpty { return }
      try item.set(.derivationCodeSequence, code: derivation, .type1)
      try item.set(.sourceImageSequence, sourceImages, .type2) { (image, path) throws(ObjectError) in
        var source = AttributeWriter(path: path)
        try image.instance.write(&source)
        try source.set(.referencedFrameNumber, image.frames, .type3)
        try source.set(.spatialLocationsPreserved, "YES", .type3)
        try source.set(.purposeOfReferenceCodeSequence, code: purpose, .type1)
        return source.dataSet
      }
    }
  }
}
