// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension DataSet {
  /// Nesting of sequences that is taken over; the modules of patient and study have at most five.
  private static let convertedDepth = 32

  /// An element of this data set for one that is little endian and in UTF-8, items included.
  func converted(_ element: DataElement, depth: Int = 0) -> DataElement {
    switch element.value {
    case .fragments: return element
    case .items(let items):
      return DataElement(
        tag: element.tag, vr: .SQ,
        value: .items(depth < Self.convertedDepth ? items.map { $0.converted(depth: depth + 1) } : []))
    case .bytes(let bytes):
      if element.vr.usesSpecificCharacterSet {
        var single = DataSet(inheritedCharacterSet: .utf8)
        single.set(element.tag, element.vr, strings(element.tag) ?? [])
        return single[element.tag] ?? element
      }
      let unit = element.vr.unitSize
      guard byteOrder == .bigEndian, unit > 1 else {
        return DataElement(tag: element.tag, vr: element.vr, value: .bytes(bytes))
      }
      let source = bytes.array
      let swapped = stride(from: 0, to: source.count - unit + 1, by: unit).flatMap { source[$0..<$0 + unit].reversed() }
      return DataElement(tag: element.tag, vr: element.vr, value: .bytes(ByteSlice(swapped)))
    }
  }

  /// This data set in little endian and UTF-8, without Specific Character Set and group lengths.
  func converted(depth: Int = 0) -> DataSet {
    let kept = elements.filter { $0.tag != .specificCharacterSet && !$0.tag.isGroupLength }
    return DataSet(elements: kept.map { converted($0, depth: depth) }, isOrdered: true, inheritedCharacterSet: .utf8)
  }

  /// All UIDs of an attribute.
  func uids(_ tag: Tag) -> [UID] { (strings(tag) ?? []).filter { !$0.isEmpty }.map { UID($0) } }

  /// The concepts of a code sequence.
  func codes(_ tag: Tag) -> [CodedConcept] { items(tag).compactMap { CodedConcept($0) } }

  /// Whether one of the values of a text attribute is this one.
  func isYes(_ tag: Tag) -> Bool { string(tag) == "YES" }
}
