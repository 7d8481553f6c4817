// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// How the frames of an object are ordered (Multi-frame Dimension module, PS3.3 §C.7.6.17).
public struct DimensionOrganization: Sendable, Hashable {
  /// One dimension: the attribute that the frames are ordered by.
  public struct Index: Sendable, Hashable {
    /// Dimension Index Pointer.
    public var attribute: Tag
    /// Functional Group Pointer: the sequence that holds the attribute.
    public var functionalGroup: Tag?
    /// Dimension Description Label.
    public var label: String

    public init(_ attribute: Tag, in functionalGroup: Tag?, label: String = "") {
      self.attribute = attribute
      self.functionalGroup = functionalGroup
      self.label = label
    }
  }

  public var uid: UID
  /// The slowest dimension first.
  public var indices: [Index]
  /// Dimension Organization Type, such as `3D` or `TILED_FULL`.
  public var type: String?

  public init(uid: UID = .random(), indices: [Index], type: String? = nil) {
    self.uid = uid
    self.indices = indices
    self.type = type
  }

  /// Reads the module; nil where it is absent.
  public init?(_ dataSet: DataSet) {
    let items = dataSet.items(.dimensionIndexSequence)
    guard let uid = dataSet.items(.dimensionOrganizationSequence).first?.uid(.dimensionOrganizationUID) else {
      return nil
    }
    self.uid = uid
    type = dataSet.string(.dimensionOrganizationType)
    indices = items.compactMap { item in
      item.integer(.dimensionIndexPointer).map {
        Index(
          Tag(rawValue: UInt32(truncatingIfNeeded: $0)),
          in: item.integer(.functionalGroupPointer).map { Tag(rawValue: UInt32(truncatingIfNeeded: $0)) },
          label: item.string(.dimensionDescriptionLabel) ?? "")
      }
    }
  }

  func write(_ object: inout AttributeWriter) throws(ObjectError) {
    try object.set(.dimensionOrganizationSequence, [uid], .type1) { (uid, path) throws(ObjectError) in
      var item = AttributeWriter(path: path)
      try item.set(.dimensionOrganizationUID, uid, .type1)
      return item.dataSet
    }
    try object.set(.dimensionOrganizationType, type, .type3)
    try object.set(.dimensionIndexSequence, indices, .type3) { (index, path) throws(ObjectError) in
      var item = AttributeWriter(path: path)
      try item.set(.dimensionOrganizationUID, uid, .type1)
      try item.set(.dimensionIndexPointer, Int(index.attribute.rawValue), .type1)
      try item.set(.functionalGroupPointer, index.functionalGroup.map { Int($0.rawValue) }, .type3)
      try item.set(.dimensionDescriptionLabel, index.label, .type3)
      return item.dataSet
    }
  }
}
