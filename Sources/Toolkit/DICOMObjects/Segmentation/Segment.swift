// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A segment of a segmentation (Segment Description macro, PS3.3 §C.8.20.4).
public struct Segment: Sendable, Hashable {
  /// How the segment was found.
  public enum Algorithm: Sendable, Hashable {
    case manual
    /// With the name of the algorithm.
    case semiautomatic(String)
    case automatic(String)

    var type: String {
      switch self {
      case .manual: "MANUAL"
      case .semiautomatic: "SEMIAUTOMATIC"
      case .automatic: "AUTOMATIC"
      }
    }

    var name: String? {
      switch self {
      case .manual: nil
      case .semiautomatic(let name), .automatic(let name): name
      }
    }
  }

  /// Counted from 1; in a label map the value of its pixels.
  public var number: Int
  public var label: String
  /// Segmented Property Category (CID 7150).
  public var category: CodedConcept
  /// Segmented Property Type (CID 7151).
  public var type: CodedConcept
  public var typeModifiers: [CodedConcept]
  public var anatomicRegion: CodedConcept?
  public var algorithm: Algorithm
  /// Recommended Display CIELab Value, encoded (PS3.3 §C.10.7.1.1): L, a and b from 0 to 65535.
  public var displayLab: [Int]
  public var trackingID: String?
  public var trackingUID: UID?

  public init(
    number: Int, label: String, category: CodedConcept, type: CodedConcept, algorithm: Algorithm = .manual,
    anatomicRegion: CodedConcept? = nil, displayLab: [Int] = [], trackingID: String? = nil, trackingUID: UID? = nil
  ) {
    self.number = number
    self.label = label
    self.category = category
    self.type = type
    typeModifiers = []
    self.anatomicRegion = anatomicRegion
    self.algorithm = algorithm
    self.displayLab = displayLab
    self.trackingID = trackingID
    self.trackingUID = trackingUID
  }

  init(_ item: DataSet) {
    number = item.integer(.segmentNumber) ?? 0
    label = item.string(.segmentLabel) ?? ""
    category = CodedConcept(item, .segmentedPropertyCategoryCodeSequence) ?? CodedConcept("", "", "")
    type = CodedConcept(item, .segmentedPropertyTypeCodeSequence) ?? CodedConcept("", "", "")
    typeModifiers =
      item.items(.segmentedPropertyTypeCodeSequence).first?.codes(.segmentedPropertyTypeModifierCodeSequence) ?? []
    anatomicRegion = CodedConcept(item, .anatomicRegionSequence)
    let name = item.string(.segmentAlgorithmName) ?? ""
    switch item.string(.segmentAlgorithmType) {
    case "AUTOMATIC": algorithm = .automatic(name)
    case "SEMIAUTOMATIC": algorithm = .semiautomatic(name)
    default: algorithm = .manual
    }
    displayLab = item.integers(.recommendedDisplayCIELabValue) ?? []
    trackingID = item.string(.trackingID)
    trackingUID = item.uid(.trackingUID)
  }

  func dataSet(path: String) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: path)
    try item.set(.segmentNumber, number, .type1)
    try item.set(.segmentLabel, label, .type1)
    try item.set(.segmentAlgorithmType, algorithm.type, .type1)
    if algorithm != .manual { try item.set(.segmentAlgorithmName, algorithm.name, .type1) }
    try item.set(.segmentedPropertyCategoryCodeSequence, code: category, .type1)
    var property = AttributeWriter(path: item.path(.segmentedPropertyTypeCodeSequence, 0))
    property.merge(try type.dataSet(path: property.path))
    try property.set(.segmentedPropertyTypeModifierCodeSequence, codes: typeModifiers, .type3)
    try item.set(.segmentedPropertyTypeCodeSequence, items: [property.dataSet], .type1)
    try item.set(.anatomicRegionSequence, code: anatomicRegion, .type3)
    guard displayLab.isEmpty || displayLab.count == 3 else {
      throw ObjectError(.invalid, .recommendedDisplayCIELabValue, in: path, "a colour has L, a and b")
    }
    try item.set(.recommendedDisplayCIELabValue, displayLab, .type3)
    guard (trackingID == nil) == (trackingUID == nil) else {
      throw ObjectError(.missing, .trackingUID, in: path, "tracking needs an identifier and a UID (type 1C)")
    }
    try item.set(.trackingID, trackingID, .type3)
    try item.set(.trackingUID, trackingUID, .type3)
    return item.dataSet
  }
}
