// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Figures and texts on images, by layer (Graphic Annotation, Graphic Layer and Graphic Group modules, PS3.3 §C.10.5,
/// §C.10.7, §C.10.11).
public struct PresentationGraphics: Sendable, Hashable {
  /// A layer: what has a higher order covers what has a lower one.
  public struct Layer: Sendable, Hashable {
    /// Graphic Layer, a code string.
    public var name: String
    public var order: Int
    public var description: String
    /// Recommended P-value.
    public var grayscaleValue: Int?
    /// Recommended colour, encoded CIELab.
    public var lab: [Int]

    public init(_ name: String, order: Int, description: String = "", grayscaleValue: Int? = nil, lab: [Int] = []) {
      self.name = name
      self.order = order
      self.description = description
      self.grayscaleValue = grayscaleValue
      self.lab = lab
    }
  }

  /// Objects that belong together.
  public struct Group: Sendable, Hashable {
    public var id: Int
    public var label: String
    public var description: String

    public init(id: Int, label: String, description: String = "") {
      self.id = id
      self.label = label
      self.description = description
    }
  }

  public var layers: [Layer]
  public var groups: [Group]
  public var annotations: [GraphicAnnotation]

  public init(layers: [Layer] = [], groups: [Group] = [], annotations: [GraphicAnnotation] = []) {
    self.layers = layers
    self.groups = groups
    self.annotations = annotations
  }

  init(_ dataSet: DataSet) {
    layers = dataSet.items(.graphicLayerSequence).map { item in
      Layer(
        item.string(.graphicLayer) ?? "", order: item.integer(.graphicLayerOrder) ?? 0,
        description: item.string(.graphicLayerDescription) ?? "",
        grayscaleValue: item.integer(.graphicLayerRecommendedDisplayGrayscaleValue),
        lab: item.integers(.graphicLayerRecommendedDisplayCIELabValue) ?? [])
    }
    groups = dataSet.items(.graphicGroupSequence).map { item in
      Group(
        id: item.integer(.graphicGroupID) ?? 0, label: item.string(.graphicGroupLabel) ?? "",
        description: item.string(.graphicGroupDescription) ?? "")
    }
    annotations = dataSet.items(.graphicAnnotationSequence).map { GraphicAnnotation($0) }
  }

  func write(_ object: inout AttributeWriter) throws(ObjectError) {
    let names = Set(layers.map(\.name))
    guard names.count == layers.count else {
      throw ObjectError(.invalid, .graphicLayerSequence, "names of layers are unique")
    }
    for (index, annotation) in annotations.enumerated() where !names.contains(annotation.layer) {
      throw ObjectError(
        .invalid, .graphicLayer, in: object.path(.graphicAnnotationSequence, index),
        "there is no graphic layer \"\(annotation.layer)\"")
    }
    try object.set(.graphicAnnotationSequence, annotations, .type3) { (annotation, path) throws(ObjectError) in
      try annotation.dataSet(path: path)
    }
    try object.set(.graphicLayerSequence, layers, .type3) { (layer, path) throws(ObjectError) in
      var item = AttributeWriter(path: path)
      try item.set(.graphicLayer, layer.name, .type1)
      try item.set(.graphicLayerOrder, layer.order, .type1)
      try item.set(.graphicLayerDescription, layer.description, .type3)
      try item.set(.graphicLayerRecommendedDisplayGrayscaleValue, layer.grayscaleValue, .type3)
      try item.set(.graphicLayerRecommendedDisplayCIELabValue, layer.lab, .type3)
      return item.dataSet
    }
    try object.set(.graphicGroupSequence, groups, .type3) { (group, path) throws(ObjectError) in
      var item = AttributeWriter(path: path)
      try item.set(.graphicGroupID, group.id, .type1)
      try item.set(.graphicGroupLabel, group.label, .type1)
      try item.set(.graphicGroupDescription, group.description, .type3)
      return item.dataSet
    }
  }
}

/// Figures and texts of a layer on some images (an item of Graphic Annotation Sequence).
public struct GraphicAnnotation: Sendable, Hashable {
  public var layer: String
  /// The images that it is for; empty means all.
  public var images: [ImageReference]
  public var texts: [TextObject]
  public var figures: [GraphicObject]
  /// Figures of more complicated kinds.
  public var compounds: [CompoundGraphic]

  public init(
    layer: String, images: [ImageReference] = [], texts: [TextObject] = [], figures: [GraphicObject] = [],
    compounds: [CompoundGraphic] = []
  ) {
    self.layer = layer
    self.images = images
    self.texts = texts
    self.figures = figures
    self.compounds = compounds
  }

  init(_ item: DataSet) {
    layer = item.string(.graphicLayer) ?? ""
    images = ReferencedImages.read(item)
    texts = item.items(.textObjectSequence).map { TextObject($0) }
    figures = item.items(.graphicObjectSequence).compactMap { GraphicObject($0) }
    compounds = item.items(.compoundGraphicSequence).map { CompoundGraphic($0) }
  }

  func dataSet(path: String) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: path)
    guard !texts.isEmpty || !figures.isEmpty else {
      throw ObjectError(.missing, .graphicObjectSequence, in: path, "a text or a figure (type 1C)")
    }
    try ReferencedImages.write(images, &item, .type3)
    try item.set(.graphicLayer, layer, .type1)
    try item.set(.textObjectSequence, texts, .type3) { (text, path) throws(ObjectError) in
      try text.dataSet(path: path)
    }
    try item.set(.graphicObjectSequence, figures, .type3) { (figure, path) throws(ObjectError) in
      try figure.dataSet(path: path)
    }
    try item.set(.compoundGraphicSequence, compounds, .type3) { (compound, path) throws(ObjectError) in
      try compound.dataSet(path: path)
    }
    return item.dataSet
  }
}
