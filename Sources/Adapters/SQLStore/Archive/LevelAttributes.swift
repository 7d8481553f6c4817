// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore

/// The attributes of a patient, study or series, as its instances tell them: the first that says something is believed.
struct LevelAttributes {
  private(set) var dataSet = DataSet(inheritedCharacterSet: .utf8)
  /// Differs from the row.
  var isChanged = false

  init(_ elements: [DataElement]) {
    for element in elements { dataSet.set(element) }
  }

  var blob: [UInt8] { AttributeBlob.encode(dataSet.elements, byteOrder: .littleEndian) }

  /// Takes what is not known yet.
  mutating func fill(from elements: [DataElement]) {
    for element in elements {
      if let known = dataSet[element.tag], !known.isEmpty || element.isEmpty { continue }
      dataSet.set(element)
      isChanged = true
    }
  }
}

/// The indexed attributes of an instance, parted by level.
struct AttributesByLevel {
  private var elements: [[DataElement]] = Array(repeating: [], count: QueryLevel.allCases.count)

  init(_ attributes: DataSet) throws {
    var attributes = attributes
    if attributes.byteOrder == .bigEndian {
      // Attributes of several instances come to stand in one data set.
      let bytes = AttributeBlob.encode(attributes.elements, byteOrder: .bigEndian)
      let swapped = try bytes.withUnsafeBytes { bytes throws in try AttributeBlob.decode(bytes) }
      attributes = DataSet(inheritedCharacterSet: .utf8)
      for element in swapped { attributes.set(element) }
    }
    for element in attributes.elements {
      if let level = IndexedAttributes.level(of: element.tag) { elements[level.rawValue].append(element) }
    }
  }

  subscript(level: QueryLevel) -> [DataElement] { elements[level.rawValue] }

  func dataSet(_ level: QueryLevel) -> DataSet {
    var dataSet = DataSet(inheritedCharacterSet: .utf8)
    for element in self[level] { dataSet.set(element) }
    return dataSet
  }
}
