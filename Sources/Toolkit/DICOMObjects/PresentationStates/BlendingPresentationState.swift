// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A Blending Softcopy Presentation State (PS3.3 §A.33.4): one set of grey images in colours over another one.
public struct BlendingPresentationState: Sendable, Hashable {
  /// One of the two sets (an item of Blending Sequence, PS3.3 §C.11.14).
  public struct Layer: Sendable, Hashable {
    /// The images; all of one study, their series known.
    public var images: [ImageReference]
    public var modality: ModalityTransformation?
    public var voi: [VOITransformation]

    public init(images: [ImageReference], modality: ModalityTransformation? = nil, voi: [VOITransformation] = []) {
      self.images = images
      self.modality = modality
      self.voi = voi
    }
  }

  public var context: ObjectContext
  public var content: ContentIdentification
  /// What is shown in grey below.
  public var underlying: Layer
  /// What is shown in the colours of the palette above it.
  public var superimposed: Layer
  /// Relative Opacity of the superimposed images, 0 to 1.
  public var opacity: Double
  /// Colours of the superimposed images.
  public var palette: PaletteColorTable
  /// ICC profile of the colours.
  public var profile: ByteSlice
  public var displayedAreas: [DisplayedArea]
  public var spatial: PresentationState.SpatialTransformation?
  public var graphics: PresentationGraphics

  public init(
    context: ObjectContext, content: ContentIdentification, underlying: Layer, superimposed: Layer, opacity: Double,
    palette: PaletteColorTable, profile: ByteSlice, displayedAreas: [DisplayedArea]
  ) {
    self.context = context
    self.content = content
    self.underlying = underlying
    self.superimposed = superimposed
    self.opacity = opacity
    self.palette = palette
    self.profile = profile
    self.displayedAreas = displayedAreas
    graphics = PresentationGraphics()
  }

  /// Reads a blending softcopy presentation state.
  /// - Throws: `.wrongClass` for other objects, `.missing` without both sets or without palette.
  public init(_ dataSet: DataSet) throws(ObjectError) {
    guard dataSet.uid(.sopClassUID) == .blendingSoftcopyPresentationStateStorage else {
      throw ObjectError(.wrongClass, .sopClassUID, "the object is no blending presentation state")
    }
    let items = dataSet.items(.blendingSequence)
    guard let lower = items.first(where: { $0.string(.blendingPosition) == "UNDERLYING" }),
      let upper = items.first(where: { $0.string(.blendingPosition) == "SUPERIMPOSED" })
    else {
      throw ObjectError(.missing, .blendingSequence, "an underlying and a superimposed set of images")
    }
    guard let palette = PaletteColorTable(dataSet) else {
      throw ObjectError(.missing, .redPaletteColorLookupTableDescriptor, "colours of the superimposed images")
    }
    context = ObjectContext(dataSet)
    context.created = PresentationState.created(dataSet)
    content = ContentIdentification(dataSet)
    underlying = Layer(lower)
    superimposed = Layer(upper)
    opacity = dataSet.double(.relativeOpacity) ?? 1
    self.palette = palette
    profile = dataSet.bytes(.iccProfile) ?? .empty
    displayedAreas = dataSet.items(.displayedAreaSelectionSequence).compactMap { DisplayedArea($0) }
    spatial = PresentationState.SpatialTransformation(dataSet)
    graphics = PresentationGraphics(dataSet)
  }

  /// The data set.
  public func dataSet() throws(ObjectError) -> DataSet {
    guard (0...1).contains(opacity) else {
      throw ObjectError(.invalid, .relativeOpacity, "\(opacity) is not between 0 and 1")
    }
    var object = AttributeWriter()
    var form = ObjectContext.Form(
      sopClass: .blendingSoftcopyPresentationStateStorage, modality: "PR", hasContentTime: false)
    form.hasLaterality = true
    try context.write(&object, form)
    try content.write(&object)
    try object.set(.presentationCreationDate, context.created.date, .type1)
    try object.set(.presentationCreationTime, context.created.time, .type1)
    let layers = [("UNDERLYING", underlying), ("SUPERIMPOSED", superimposed)]
    try object.set(.blendingSequence, layers, .type1) { (layer, path) throws(ObjectError) in
      try layer.1.dataSet(position: layer.0, path: path)
    }
    try object.set(.relativeOpacity, opacity, .type1)
    try object.set(.displayedAreaSelectionSequence, displayedAreas, .type1) { (area, path) throws(ObjectError) in
      try area.dataSet(path: path)
    }
    try spatial?.write(&object)
    try graphics.write(&object)
    try palette.write(&object)
    try object.set(.iccProfile, vr: .OB, profile.array, .type1)
    return object.dataSet
  }
}

extension BlendingPresentationState.Layer {
  fileprivate init(_ item: DataSet) {
    images = ReferencedImages.readSeries(item)
    modality = ModalityTransformation(item)
    voi = item.items(.softcopyVOILUTSequence).map { VOITransformation($0) }
  }

  fileprivate func dataSet(position: String, path: String) throws(ObjectError) -> DataSet {
    guard let study = images.first?.instance.study, images.allSatisfy({ $0.instance.study == study }) else {
      throw ObjectError(.invalid, .studyInstanceUID, in: path, "the images of a set are of one study that is known")
    }
    var item = AttributeWriter(path: path)
    try item.set(.blendingPosition, position, .type1)
    try item.set(.studyInstanceUID, study, .type1)
    try ReferencedImages.writeSeries(images, &item)
    try modality?.write(&item)
    try item.set(.softcopyVOILUTSequence, voi, .type3) { (voi, path) throws(ObjectError) in
      try voi.dataSet(path: path)
    }
    return item.dataSet
  }
}
