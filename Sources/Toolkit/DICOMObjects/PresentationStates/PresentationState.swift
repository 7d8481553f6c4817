// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A softcopy presentation state, grayscale, colour or pseudo-colour (PS3.3 §A.33.1 to §A.33.3): how images are to be
/// shown.
public struct PresentationState: Sendable, Hashable {
  /// What decides the SOP class.
  public enum Kind: Sendable, Hashable {
    /// Grayscale Softcopy Presentation State, with the Presentation LUT.
    case grayscale(PresentationLUT)
    /// Color Softcopy Presentation State, with its ICC input profile.
    case color(profile: ByteSlice)
    /// Pseudo-Color Softcopy Presentation State: the colours of the grey values, and the ICC profile of these.
    case pseudoColor(PaletteColorTable, profile: ByteSlice)
  }

  /// Presentation LUT (PS3.3 §C.11.6).
  public enum PresentationLUT: Sendable, Hashable {
    case identity
    case inverse
    case table(LookupTable)
  }

  /// Flip and rotation (Spatial Transformation module, PS3.3 §C.10.6): first rotated, then flipped.
  public struct SpatialTransformation: Sendable, Hashable {
    public var isFlippedHorizontally: Bool
    /// Clockwise: 0, 90, 180 or 270 degrees.
    public var rotation: Int

    public init(isFlippedHorizontally: Bool = false, rotation: Int = 0) {
      self.isFlippedHorizontally = isFlippedHorizontally
      self.rotation = rotation
    }
  }

  public var context: ObjectContext
  public var kind: Kind
  public var content: ContentIdentification
  /// The images that the state is for; their series have to be known.
  public var images: [ImageReference]
  /// What is shown of each image; all images have one.
  public var displayedAreas: [DisplayedArea]
  public var modality: ModalityTransformation?
  /// Empty where the images are shown as wide as their values are.
  public var voi: [VOITransformation]
  public var spatial: SpatialTransformation?
  public var graphics: PresentationGraphics
  public var shutter: DisplayShutter?
  public var masks: [MaskSubtraction]
  public var overlays: [OverlayPlane]

  public init(
    context: ObjectContext, kind: Kind = .grayscale(.identity), content: ContentIdentification,
    images: [ImageReference], displayedAreas: [DisplayedArea]
  ) {
    self.context = context
    self.kind = kind
    self.content = content
    self.images = images
    self.displayedAreas = displayedAreas
    voi = []
    graphics = PresentationGraphics()
    masks = []
    overlays = []
  }

  /// Reads a grayscale, colour or pseudo-colour softcopy presentation state.
  public init(_ dataSet: DataSet) throws(ObjectError) {
    switch dataSet.uid(.sopClassUID) {
    case UID.grayscaleSoftcopyPresentationStateStorage: kind = .grayscale(Self.presentationLUT(dataSet))
    case UID.colorSoftcopyPresentationStateStorage: kind = .color(profile: dataSet.bytes(.iccProfile) ?? .empty)
    case UID.pseudoColorSoftcopyPresentationStateStorage:
      guard let palette = PaletteColorTable(dataSet) else {
        throw ObjectError(.missing, .redPaletteColorLookupTableDescriptor, "a palette that can be read")
      }
      kind = .pseudoColor(palette, profile: dataSet.bytes(.iccProfile) ?? .empty)
    default:
      throw ObjectError(
        .wrongClass, .sopClassUID, "the object is no grayscale, colour or pseudo-colour presentation state")
    }
    context = ObjectContext(dataSet)
    context.created = Self.created(dataSet)
    content = ContentIdentification(dataSet)
    images = ReferencedImages.readSeries(dataSet)
    displayedAreas = dataSet.items(.displayedAreaSelectionSequence).compactMap { DisplayedArea($0) }
    modality = ModalityTransformation(dataSet)
    voi = dataSet.items(.softcopyVOILUTSequence).map { VOITransformation($0) }
    spatial = SpatialTransformation(dataSet)
    graphics = PresentationGraphics(dataSet)
    shutter = DisplayShutter(dataSet)
    masks = dataSet.items(.maskSubtractionSequence).map { MaskSubtraction($0) }
    overlays = OverlayPlane.read(dataSet)
  }

  /// When a state was made.
  static func created(_ dataSet: DataSet) -> Timestamp {
    Timestamp(
      date: dataSet.string(.presentationCreationDate) ?? "", time: dataSet.string(.presentationCreationTime) ?? "")
  }

  private static func presentationLUT(_ dataSet: DataSet) -> PresentationLUT {
    if let table = dataSet.items(.presentationLUTSequence).first.flatMap({ LookupTable($0) }) { return .table(table) }
    return dataSet.string(.presentationLUTShape) == "INVERSE" ? .inverse : .identity
  }

  public var sopClass: UID {
    switch kind {
    case .grayscale: .grayscaleSoftcopyPresentationStateStorage
    case .color: .colorSoftcopyPresentationStateStorage
    case .pseudoColor: .pseudoColorSoftcopyPresentationStateStorage
    }
  }

  /// The data set.
  public func dataSet() throws(ObjectError) -> DataSet {
    var object = AttributeWriter()
    var form = ObjectContext.Form(sopClass: sopClass, modality: "PR", hasContentTime: false)
    form.hasLaterality = true
    try context.write(&object, form)
    try content.write(&object)
    try object.set(.presentationCreationDate, context.created.date, .type1)
    try object.set(.presentationCreationTime, context.created.time, .type1)
    try ReferencedImages.writeSeries(images, &object)
    try object.set(.displayedAreaSelectionSequence, displayedAreas, .type1) { (area, path) throws(ObjectError) in
      try area.dataSet(path: path)
    }
    try spatial?.write(&object)
    try writeTransformations(&object)
    try graphics.write(&object)
    try shutter?.write(&object, isColor: sopClass != .grayscaleSoftcopyPresentationStateStorage)
    try object.set(.maskSubtractionSequence, masks, .type3) { (mask, path) throws(ObjectError) in
      try mask.dataSet(path: path)
    }
    if !masks.isEmpty { try object.set(.recommendedViewingMode, "SUB", .type1) }
    for overlay in overlays { try overlay.write(&object, layers: graphics.layers.map(\.name)) }
    return object.dataSet
  }

  private func writeTransformations(_ object: inout AttributeWriter) throws(ObjectError) {
    switch kind {
    case .color(let profile):
      guard modality == nil, voi.isEmpty, masks.isEmpty else {
        throw ObjectError(
          .notPermitted, .softcopyVOILUTSequence, "a colour presentation state has no grayscale transformations")
      }
      try object.set(.iccProfile, vr: .OB, profile.array, .type1)
    case .pseudoColor(let palette, let profile):
      try writeGrayscale(&object)
      try palette.write(&object)
      try object.set(.iccProfile, vr: .OB, profile.array, .type1)
    case .grayscale(let lut):
      try writeGrayscale(&object)
      switch lut {
      case .identity: try object.set(.presentationLUTShape, "IDENTITY", .type1)
      case .inverse: try object.set(.presentationLUTShape, "INVERSE", .type1)
      case .table(let table):
        try object.set(.presentationLUTSequence, [table], .type1) { (table, path) throws(ObjectError) in
          guard table.firstMapped == 0 else {
            throw ObjectError(.invalid, .lutDescriptor, in: path, "a presentation LUT begins at 0 (PS3.3 §C.11.6.1)")
          }
          return try table.dataSet(path: path)
        }
      }
    }
  }

  private func writeGrayscale(_ object: inout AttributeWriter) throws(ObjectError) {
    try modality?.write(&object)
    try object.set(.softcopyVOILUTSequence, voi, .type3) { (voi, path) throws(ObjectError) in
      try voi.dataSet(path: path)
    }
  }
}

extension PresentationState.SpatialTransformation {
  init?(_ dataSet: DataSet) {
    guard let rotation = dataSet.integer(.imageRotation) else { return nil }
    self.init(isFlippedHorizontally: dataSet.string(.imageHorizontalFlip) == "Y", rotation: rotation)
  }

  func write(_ object: inout AttributeWriter) throws(ObjectError) {
    guard [0, 90, 180, 270].contains(rotation) else {
      throw ObjectError(.invalid, .imageRotation, "\(rotation) is none of 0, 90, 180, 270")
    }
    try object.set(.imageHorizontalFlip, isFlippedHorizontally ? "Y" : "N", .type1)
    try object.set(.imageRotation, rotation, .type1)
  }
}
