// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMTestKit

import struct DICOMCore.Tag

/// Data sets of random attributes, the same ones for the same seed.
struct RandomDataSets {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  private static let attributes = DataDictionary.all.filter { entry in
    (0x0008...0x3FFF).contains(entry.tag.group) && entry.vrs.count == 1 && entry.tag != Tag(0x0028, 0x0103)
      && entry.tag != .specificCharacterSet && !entry.tag.isGroupLength
  }

  mutating func number(below limit: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state >> 1) % limit
  }

  /// A data set of up to twelve attributes, sequences up to four deep.
  mutating func dataSet(depth: Int = 0) -> DataSet {
    var result = DataSet()
    result.itemLength = number(below: 2) == 0 ? 0 : DataElement.undefinedLength
    for _ in 0...number(below: 12) {
      let entry = Self.attributes[number(below: Self.attributes.count)]
      result.set(element(entry.tag, entry.vr, depth: depth))
    }
    return result
  }

  private mutating func element(_ tag: Tag, _ vr: VR, depth: Int) -> DataElement {
    if vr == .SQ {
      let items = depth < 4 ? (0..<number(below: 4)).map { _ in dataSet(depth: depth + 1) } : []
      return DataElement(
        tag: tag, vr: .SQ, value: .items(items), length: number(below: 2) == 0 ? 0 : DataElement.undefinedLength)
    }
    let units = number(below: 5)
    let count = vr.isText || vr == .OB || vr == .UN ? 2 * units : max(vr.unitSize, 2) * units * (vr == .AT ? 2 : 1)
    let bytes = (0..<count).map { _ in vr.isText ? UInt8(0x41 + number(below: 26)) : UInt8(number(below: 256)) }
    return DataElement(tag: tag, vr: vr, value: .bytes(ByteSlice(bytes)))
  }
}
