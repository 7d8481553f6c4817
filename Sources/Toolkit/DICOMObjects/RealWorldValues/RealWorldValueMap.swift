// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A Real World Value Mapping object (PS3.3 §A.46): mappings for images that lack them.
public struct RealWorldValueMap: Sendable, Hashable {
  /// Mappings and the images that they are for.
  public struct Entry: Sendable, Hashable {
    public var images: [ImageReference]
    public var mappings: [RealWorldValueMapping]

    public init(images: [ImageReference], mappings: [RealWorldValueMapping]) {
      self.images = images
      self.mappings = mappings
    }
  }

  public var context: ObjectContext
  public var content: ContentIdentification
  public var entries: [Entry]

  public init(context: ObjectContext, content: ContentIdentification, entries: [Entry]) {
    self.context = context
    self.content = content
    self.entries = entries
  }

  public init(_ dataSet: DataSet) throws(ObjectError) {
    guard dataSet.uid(.sopClassUID) == .realWorldValueMappingStorage else {
      throw ObjectError(.wrongClass, .sopClassUID, "the object is no real world value mapping")
    }
    context = ObjectContext(dataSet)
    content = ContentIdentification(dataSet)
    let places = CommonInstanceReference.read(dataSet)
    entries = dataSet.items(.referencedImageRealWorldValueMappingSequence).map { item in
      let images = item.items(.referencedImageSequence).compactMap { reference in
        InstanceReference(reference).map {
          ImageReference(places[$0.sopInstance] ?? $0, frames: reference.integers(.referencedFrameNumber) ?? [])
        }
      }
      return Entry(
        images: images,
        mappings: item.items(.realWorldValueMappingSequence).compactMap { RealWorldValueMapping($0) })
    }
  }

  /// The data set.
  public func dataSet() throws(ObjectError) -> DataSet {
    var object = AttributeWriter()
    try context.write(
      &object, ObjectContext.Form(sopClass: .realWorldValueMappingStorage, modality: "RWV", hasLaterality: true))
    try content.write(&object)
    try object.set(.referencedImageRealWorldValueMappingSequence, entries, .type1) {
      (entry, path) throws(ObjectError) in
      var item = AttributeWriter(path: path)
      try item.set(.referencedImageSequence, entry.images, .type1) { (image, path) throws(ObjectError) in
        var reference = AttributeWriter(path: path)
        try image.instance.write(&reference)
        try reference.set(.referencedFrameNumber, image.frames, .type3)
        return reference.dataSet
      }
      try item.set(.realWorldValueMappingSequence, entry.mappings, .type1) { (mapping, path) throws(ObjectError) in
        try mapping.dataSet(path: path)
      }
      return item.dataSet
    }
    try CommonInstanceReference.write(
      entries.flatMap(\.images).map(\.instance), study: context.study.uid, &object)
    return object.dataSet
  }
}
